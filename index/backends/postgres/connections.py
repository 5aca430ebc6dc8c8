"""Connections to one library's database: a pool, transactions, snapshots, what errors mean."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool, PoolTimeout

from index.backends.postgres.adapting import adapt_vectors
from index.backends.postgres.address import Address
from index.errors import InputError, LibraryBusy, LibraryDamaged, LibraryError, LibraryReadOnly

MOST = 8
"""So many connections a process has to one library, at the most."""

CONNECT_SECONDS = 10
"""How long a server may take to answer at all, and a question waits for one that starts again."""

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what it tells, errors say too

_OUTSIDE = (
    errors.OperationalError,  # a connection lost, a disk full, no memory, a server that stops
    errors.InsufficientPrivilege,
    errors.IdleInTransactionSessionTimeout,
)
"""What can go wrong although what is stored is whole."""


class Connections:
    """The connections of one process to the database of one library."""

    def __init__(
        self, address: Address, lock_wait: float, lender: Connections | None = None
    ) -> None:
        """``lender``: whose connections are used, where many libraries share a few of them."""
        self.at = address
        self._lock_wait = lock_wait
        self._lender = lender
        self._lent: WeakKeyDictionary[Connection, str] = WeakKeyDictionary()
        self._lends: Connections | None = None
        self._local = threading.local()
        self._opening = threading.Lock()
        self._pool: ConnectionPool[Connection] | None = None
        self.search_path = ""
        self.vector_oid = 0

    def connect(self) -> Connection:
        """Open a connection of its own, to nothing in particular.

        Raises:
            LibraryError: there is no server, or it lets nobody in with this name and password.
        """
        try:
            return psycopg.connect(
                self.at.conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS
            )
        except psycopg.ProgrammingError:
            # What libpq says of an address that it cannot read may have the password in it.
            raise LibraryError(
                f"{self.at.place} cannot be opened: write postgresql://host/db?library=name, "
                "and of other characters in a name or password the codes (%40 for @)"
            ) from None
        except psycopg.Error as error:
            raise LibraryError(
                f"{self.at.place} cannot be opened ({_told(error)}): see that the server runs, "
                "and for name and password (PGPASSWORD, or a line in ~/.pgpass)"
            ) from error

    @property
    def is_held(self) -> bool:
        """Whether this thread is in the middle of a transaction or of a snapshot."""
        return getattr(self._local, "connection", None) is not None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Use this thread's connection if it is in the middle of something, else one of the pool.

        Raises what ``guard`` raises.
        """
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            yield held
            return
        with self.guard(), self._leased() as connection:
            yield connection

    @contextmanager
    def _leased(self) -> Iterator[Connection]:
        """Take a connection of the pool for a while; one that is lent is told whose it is now."""
        if self._lender is None:
            with self._opened().connection() as connection:
                yield connection
            return
        with self._lender._opened().connection() as connection:
            if self._lender._lent.get(connection) != self.search_path:
                connection.execute(
                    "SELECT set_config('search_path', %s, false)", (self.search_path,)
                )
                self._lender._lent[connection] = self.search_path
            yield connection

    @contextmanager
    def _held(self) -> Iterator[Connection]:
        """Use one connection for all that this thread does meanwhile."""
        with self.guard(decoding=False), self._leased() as connection:
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Commit all of it, or nothing. One process at a time changes a library.

        Raises:
            LibraryBusy: another one does, and has not finished in time.
        """
        with self.beside_articles() as connection:
            connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                (f"pullquote {self.at.library}",),
            )
            yield connection

    @contextmanager
    def beside_articles(self) -> Iterator[Connection]:
        """Commit all of it, or nothing, of what is no part of the library itself."""
        with self._held() as connection, connection.transaction():
            wait = f"{max(1, round(1000 * self._lock_wait))}ms"
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (wait,))
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the library in this thread, whatever others commit meanwhile."""
        if self.is_held:
            yield
            return
        with self._held() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield
            finally:
                if not connection.closed:
                    connection.execute("ROLLBACK")

    def all(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.connection() as connection, self.guard():
            return connection.execute(query, values, binary=True).fetchall()

    def one(self, query: str, values: Any = None) -> tuple[Any, ...] | None:
        """Return the first row of a query; None if it has none."""
        rows = self.all(query, values)
        return rows[0] if rows else None

    def close(self) -> None:
        """Close all connections."""
        with self._opening:
            pool, self._pool = self._pool, None
            lends = self._lends
        if pool is not None:
            pool.close()
        if lends is not None:
            lends.close()

    def lender(self) -> Connections:
        """Return what lends connections to other libraries in this database, a few to all."""
        with self._opening:
            if self._lends is None:
                self._lends = Connections(self.at, self._lock_wait)
                self._lends.search_path, self._lends.vector_oid = self.search_path, self.vector_oid
            return self._lends

    def _opened(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self.at.conninfo,
                    min_size=0,
                    max_size=MOST,
                    timeout=CONNECT_SECONDS,  # it rides over a server that starts again
                    kwargs={"autocommit": True, "connect_timeout": CONNECT_SECONDS},
                    configure=self.configure,
                    check=ConnectionPool.check_connection,
                    open=True,
                )
            return self._pool

    def configure(self, connection: Connection) -> None:
        """Let a connection speak of this library."""
        connection.execute(
            "SELECT set_config('search_path', %s, false), set_config('synchronous_commit', 'on',"
            " false)",
            (self.search_path,),
        )
        adapt_vectors(connection, self.vector_oid)

    @contextmanager
    def guard(self, *, decoding: bool = True) -> Iterator[None]:
        """Turn the database's errors into ours, and with ``decoding`` those made of its rows.

        Raises:
            LibraryBusy: another process is writing, or this one does too much at once.
            LibraryDamaged: what is stored does not hold together.
            LibraryError: it cannot be read or written for another reason (connection, rights).
            InputError: what is looked for or stored is no text: half of a character.
        """
        place = self.at.place
        try:
            yield
        except UnicodeEncodeError as error:
            raise InputError(
                f"{error.object[:40]!a} has half of a character in it: leave it out"
            ) from error
        except errors.LockNotAvailable as error:
            raise LibraryBusy(f"{place} is being changed by another process: try again") from error
        except errors.ReadOnlySqlTransaction as error:
            raise LibraryReadOnly(
                f"{place} cannot be written: name the primary server, not a replica"
            ) from error
        except PoolTimeout as error:
            self.connect().close()  # says what is in the way
            raise LibraryBusy(
                f"{place} has all {MOST} connections of this process in use: try again"
            ) from error
        except (psycopg.Error, ValueError, TypeError) as error:
            if isinstance(error, psycopg.DataError):
                raise InputError(f"{place} cannot store this ({_told(error)})") from error
            if isinstance(error, _OUTSIDE):
                raise LibraryError(
                    f"{place}: {_told(error)}; what was committed is kept, try again"
                ) from error
            if not decoding and not isinstance(error, psycopg.Error):
                raise  # a fault of what is done meanwhile says nothing of the library
            raise LibraryDamaged(
                f"{place} is damaged ({_told(error)}): pullquote check mends what it can; else "
                "restore it from a backup, or add the articles to a new library"
            ) from error


def _told(error: Exception) -> str:
    """Return the reason in one line: the server's own, without what libpq says around it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return " ".join(first.rpartition("FATAL:")[2].split())[:160]
