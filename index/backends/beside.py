"""``Beside``: rows that are kept beside a library's articles, and libraries that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from index.backends.backend import Backend


class Rows(Protocol):
    """What a statement found."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:
        """Return the next row, None after the last one."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""


class Link(Protocol):
    """A connection while something is read or changed. Values stand as ``?`` in a statement."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        """Execute one statement."""

    def executemany(self, statement: str, values: Sequence[Sequence[Any]], /) -> Any:
        """Execute a statement once with each of ``values``."""


class Beside(Protocol):
    """What is kept in the database of a library, beside its articles; usable from threads.

    Everything raises ``LibraryError`` where the database cannot be reached, read or written.
    """

    @property
    def place(self) -> str:
        """Where the library is, as a message says it."""

    def reading(self) -> AbstractContextManager[Link]:
        """See what is there."""

    def changing(self, alone: str = "") -> AbstractContextManager[Link]:
        """Change something, all of it or nothing. ``alone``: what one at a time may do so."""

    def sweeping(self, what: str) -> AbstractContextManager[Link | None]:
        """Change something, unless another process does the same now: then there is no link."""

    def apart(self, id_: str, *, create: bool) -> Backend:
        """Open the library of ``id_`` (lower-case letters and digits, 32 at most), or make it.

        It is in the same database and shares nothing with any other but the connections.
        """

    def table_apart(self, id_: str, table: str) -> str:
        """Return how a statement names a table of the library of ``id_``."""

    def drop_apart(self, link: Link, id_: str) -> None:
        """Delete the library of ``id_`` with all its files, if there is one."""

    def each_apart(self, link: Link) -> list[str]:
        """Return the ids of those libraries that are there."""
