"""The file that conversations and clippings are kept in: SQLite, readable by its user alone.

Beside a library in a database they are rows instead (``rows.py``).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Protocol

from index.backends.beside import Link
from index.errors import PullquoteError
from index.speaking.words import _

FILE = "kept.sqlite"

VERSION = 1

ALL_BYTES = 1_000_000_000
"""How large the file may get. Then nothing new is kept; what is there stays."""

BUSY_SECONDS = 5.0

UNDO_SECONDS = 15 * 60
"""How long what was deleted can be brought back."""

_SCHEMA = """
CREATE TABLE talks (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, named INTEGER NOT NULL,
  begun TEXT NOT NULL, changed TEXT NOT NULL, questions INTEGER NOT NULL, hidden INTEGER NOT NULL,
  revision INTEGER NOT NULL, size INTEGER NOT NULL, gone REAL, words TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX talks_of ON talks (owner, changed);
CREATE TABLE clips (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, mark TEXT NOT NULL, place INTEGER NOT NULL,
  note TEXT NOT NULL, made TEXT NOT NULL, gone REAL, body TEXT NOT NULL
);
CREATE INDEX clips_of ON clips (owner, place);
"""


class KeepError(PullquoteError):
    """What is kept cannot be read, or nothing more can be kept."""


class Storage(Protocol):
    """Where conversations and clippings are kept; usable from threads."""

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlives this process."""

    def close(self) -> None:
        """Let go of what is open."""

    def reading(self) -> AbstractContextManager[Link]:
        """See what is kept. Raises ``KeepError``."""

    def changing(self) -> AbstractContextManager[Link]:
        """Change what is kept, all of it or nothing, one at a time. Raises ``KeepError``."""

    def refuse_full(self, link: Link) -> None:
        """Raise ``KeepError`` where as much is kept as may be."""


def kept_file() -> Path:
    """Return where conversations and clippings are kept: in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("pullquote") / "kept" / FILE


class Store:
    """The file, opened when it is needed; usable from threads, and beside other processes.

    A change is there whole or not at all, also after a crash: SQLite's own journal sees to it. What
    is deleted is overwritten.
    """

    def __init__(self, file: Path | None) -> None:
        """``file``: None keeps everything in memory, for as long as this object lives."""
        self._file = file
        self._link: sqlite3.Connection | None = None
        self._guard = RLock()

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlives this process."""
        return self._file is not None

    def close(self) -> None:
        """Close the file. It can be used again; what was in memory alone is gone."""
        with self._guard:
            if self._link is not None:
                self._link.close()
            self._link = None

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """See what is kept. Raises ``KeepError``."""
        with self._guard, self._told():
            yield self._opened()

    @contextmanager
    def changing(self) -> Iterator[Link]:
        """Change what is kept, all of it or nothing. Raises ``KeepError``."""
        with self._guard, self._told():
            link = self._opened()
            link.execute("BEGIN IMMEDIATE")
            try:
                yield link
            except BaseException:
                link.execute("ROLLBACK")
                raise
            link.execute("COMMIT")

    def refuse_full(self, link: Link, most: int = ALL_BYTES) -> None:
        """Raise ``KeepError`` where the file is as large as it may get."""
        pages, free, size = (
            link.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size > most:
            raise KeepError(_("as much as may be kept is kept already: delete some of it"))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one line what SQLite says; a file that is damaged is left as it is."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.close()
            said = getattr(error, "strerror", None) or str(error)
            raise KeepError(
                _(
                    "{file} in Pullquote's data folder cannot be used ({why}): nothing new is kept"
                    " until it can be, or is moved away",
                    file=FILE,
                    why=said,
                )
            ) from error

    def _opened(self) -> sqlite3.Connection:
        if self._link is None:
            place = ":memory:" if self._file is None else str(_private(self._file))
            link = sqlite3.connect(
                place, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(link)
            except BaseException:
                link.close()
                raise
            self._link = link
        return self._link


def _private(file: Path) -> Path:
    """Make the file if it is not there, so that from its first byte on it is its user's alone.

    SQLite gives its journal the same rights.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    file.chmod(0o600)
    return file


def _prepare(link: sqlite3.Connection) -> None:
    link.execute("PRAGMA secure_delete = ON")
    link.execute("PRAGMA synchronous = FULL")
    (version,) = link.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise KeepError(f"{FILE} was made by a newer Pullquote: use that one")
    if version < VERSION:
        # Whoever comes first makes the tables; the other finds them.
        link.execute("BEGIN IMMEDIATE")
        if link.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                link.execute(statement)
            link.execute(f"PRAGMA user_version = {VERSION}")
        link.execute("COMMIT")


if TYPE_CHECKING:

    def _is_storage(store: Store) -> Storage:
        return store
