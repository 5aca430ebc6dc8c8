"""The SQLite file of a library: its connections, its transactions, and what its errors mean."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from weakref import WeakSet

from index.backends.sqlite.later import add_empty, add_missing, schema
from index.backends.words import terms as fulltext
from index.errors import InputError, LibraryDamaged, LibraryError, LibraryReadOnly

FILE = "library.sqlite"
APPLICATION_ID = 0x50514C42
VERSION = 3
BUSY_MS = 10_000
PAGE_BYTES = 16_384

_OUTSIDE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""What can go wrong although the file is whole."""


class _Connection(sqlite3.Connection):
    """A connection that is closed when nobody holds it any more, as when its thread ends."""

    def __del__(self) -> None:
        self.close()


class Database:
    """Connections to one ``library.sqlite``, one for each thread."""

    def __init__(self, folder: Path, *, read_only: bool) -> None:
        self.path = folder / FILE
        self.read_only = read_only
        self._local = threading.local()
        self._opening = threading.Lock()
        self._opened: WeakSet[sqlite3.Connection] = WeakSet()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        state = self._state() if self.read_only else None
        if found is None or state != self._local.state:
            found = self._connect()
            self._local.connection, self._local.state = found, state
            with self._opening:
                self._opened.add(found)
        return found

    def _connect(self) -> sqlite3.Connection:
        mode = "mode=rwc"
        if self.read_only:
            # Without a log beside it the file is taken as it is, because reading in turns with a
            # writer needs a -shm file, which cannot be made in a folder that nobody may write.
            mode = "mode=ro" if _size(self._beside("-wal")) else "mode=ro&immutable=1"
        uri = f"{self.path.absolute().as_uri()}?{mode}"
        connection = sqlite3.connect(
            uri, uri=True, check_same_thread=False, isolation_level=None, factory=_Connection
        )
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        if not self.read_only:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
        else:
            add_empty(connection)
        return connection

    def _state(self) -> tuple[int, int, bool]:
        """What changes when another user writes to a library that is read as it is."""
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size, _size(self._beside("-wal")) > 0

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(f"{FILE}{suffix}")

    def close(self) -> None:
        """Close every connection."""
        with self._opening:
            opened = list(self._opened)
        for connection in opened:
            connection.close()
        self._local = threading.local()

    def blank(self) -> bool:
        """Tell whether there are no tables: the file is new, or its making was cut short."""
        with self.guard():
            return not self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]

    def create(self) -> None:
        """Make the tables of a new library."""
        told = files("index.backends.sqlite").joinpath("schema.sql").read_text(encoding="utf-8")
        with self.guard():
            self.connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.executescript(
                f"BEGIN IMMEDIATE; {told} {schema()} PRAGMA application_id = {APPLICATION_ID};"
                f"PRAGMA user_version = {VERSION};"
                f"INSERT INTO meta VALUES ('words', '{fulltext.VERSION}'); COMMIT;"
            )
        self.checkpoint()

    def checkpoint(self, wait_ms: int = BUSY_MS) -> None:
        """Move what is in the log to the database, and empty the log.

        The log stays if others still read what is in it after ``wait_ms``.
        """
        with self.guard():
            self.connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self.connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    def vacuum(self) -> None:
        """Write the database anew, without anything that is free in it."""
        with self.guard():
            self.connection.execute("VACUUM")
        self.checkpoint()

    def verify(self) -> None:
        """Make sure that this is a library of this version.

        Raises:
            LibraryError: it is something else, or of another version.
            LibraryDamaged: it is no database, or its first pages are damaged.
        """
        if self.read_only and _size(self._beside("-wal")) and not self._beside("-shm").exists():
            raise LibraryReadOnly(
                f"{self.path.parent} has unfinished writing in it and cannot be written: "
                "open it once with the right to write"
            )
        with self.guard():
            application = self.connection.execute("PRAGMA application_id").fetchone()[0]
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if application != APPLICATION_ID:
                raise LibraryError(f"{self.path} was not made by Pullquote: name another folder")
            if version != VERSION:
                raise LibraryError(
                    f"{self.path} has format {version}, this version reads {VERSION}: "
                    "add the articles to a new library"
                )
            for table in ("meta", "articles"):
                self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            if not self.read_only:
                add_missing(self.connection)

    @contextmanager
    def guard(self, *, decoding: bool = True) -> Iterator[None]:
        """Turn SQLite's errors into ours, and with ``decoding`` those of what is made of its rows.

        Raises:
            LibraryDamaged: the file does not hold together.
            LibraryError: it cannot be read or written for another reason (disk full, rights).
            InputError: what is looked for or stored is no text: half of a character.
        """
        try:
            yield
        except UnicodeEncodeError as error:
            raise InputError(
                f"{error.object[:40]!a} has half of a character in it: leave it out"
            ) from error
        except (sqlite3.DatabaseError, OSError, ValueError, TypeError) as error:
            if not decoding and not isinstance(error, sqlite3.DatabaseError | OSError):
                raise  # a fault of what is done meanwhile says nothing of the file
            reason = " ".join(str(error).split())[:100]
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if isinstance(error, OSError) or code in _OUTSIDE:
                raise LibraryError(
                    f"{self.path}: {reason}; free space or rights may help"
                ) from error
            raise LibraryDamaged(
                f"{self.path} is damaged ({reason}): pullquote check mends what it can; else "
                "restore it from a copy, or add the articles to a new library"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit all of it, or nothing."""
        with self.guard(decoding=False):
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the library, whatever others commit meanwhile."""
        with self.guard(decoding=False):
            connection = self.connection
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.rollback()

    def meta(self, key: str) -> str | None:
        """Return a setting that is stored with the library."""
        with self.guard():
            row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, **values: str) -> None:
        """Store settings, in one transaction."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
