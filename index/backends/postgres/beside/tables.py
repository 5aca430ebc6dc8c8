"""Tables beside the articles of a library, and libraries of their own in the same database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import Connection, sql

if TYPE_CHECKING:
    from index.backends.backend import Backend
    from index.backends.beside import Beside, Link, Rows
    from index.backends.postgres.library import PostgresLibrary

APART_LOCK_SECONDS = 10.0
"""How long a writer of a library that goes with another waits for one before."""


class _Link:
    """A ``Link`` over a connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        return self.connection.execute(statement.replace("?", "%s"), values)

    def executemany(self, statement: str, values: Sequence[Sequence[Any]], /) -> None:
        self.connection.cursor().executemany(statement.replace("?", "%s"), values)


class Tables:
    """A ``Beside``."""

    def __init__(self, library: PostgresLibrary) -> None:
        self._library = library
        # In one database several libraries can be, each with others that go with it.
        of_library = hashlib.sha256(library.at.library.encode()).hexdigest()[:8]
        self._prefix = f"visit_{of_library}_"

    @property
    def place(self) -> str:
        """The address without the password."""
        return self._library.place

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """See what is there."""
        with self._library.connection() as connection:
            yield _Link(connection)

    @contextmanager
    def changing(self, alone: str = "") -> Iterator[Link]:
        """Change something, all of it or nothing. ``alone``: what one at a time may do so."""
        with self._library.beside_articles() as connection:
            if alone:
                connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                                   (self._key(alone),))  # fmt: skip
            yield _Link(connection)

    @contextmanager
    def sweeping(self, what: str) -> Iterator[Link | None]:
        """Change something, unless another process does the same now: then there is no link."""
        with self._library.beside_articles() as connection:
            free = connection.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (self._key(what),)
            ).fetchone()
            yield _Link(connection) if free and free[0] else None

    def _key(self, what: str) -> str:
        return f"pullquote {what} {self._library.at.library}"

    def apart(self, id_: str, *, create: bool) -> Backend:
        """Open the library of ``id_``, or make it."""
        from index.backends.postgres.library import PostgresLibrary
        from index.backends.postgres.making import prepare

        at = self._library.at.beside(self._prefix + id_)
        opened = PostgresLibrary(at, APART_LOCK_SECONDS, self._library.lender())
        opened.read_only = prepare(opened, create=create)
        return opened

    def table_apart(self, id_: str, table: str) -> str:
        """Return how a statement names a table of the library of ``id_``."""
        return f'"{self._prefix}{id_}".{table}'

    def drop_apart(self, link: Link, id_: str) -> None:
        """Delete the library of ``id_`` with all its files, if there is one."""
        drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
        assert isinstance(link, _Link)
        # The names of a schema's tables are told at its end, which is nobody's concern.
        link.execute("SELECT set_config('client_min_messages', 'warning', true)")
        link.connection.execute(drop.format(sql.Identifier(self._prefix + id_)))

    def each_apart(self, link: Link) -> list[str]:
        """Return the ids of those libraries that are there."""
        rows = link.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, ?)", (self._prefix,)
        ).fetchall()
        return [str(name).removeprefix(self._prefix) for (name,) in rows]


if TYPE_CHECKING:

    def _is_beside(tables: Tables) -> Beside:
        return tables
