"""Whether there is a library in a database, or one may be made there."""

from __future__ import annotations

from importlib.resources import files

from psycopg import Connection, errors, sql

from index.backends.postgres.connections import Connections
from index.backends.words.terms import VERSION as WORDS
from index.errors import LibraryError, LibraryReadOnly

OLDEST = (0, 8)
"""The oldest version of pgvector whose index goes on looking where a filter leaves few."""


def steps() -> list[str]:
    """Return the statements of each version of the schema, the oldest first."""
    found = files("index.backends.postgres").joinpath("schema").iterdir()
    names = sorted((file for file in found if file.name.endswith(".sql")), key=lambda f: f.name)
    return [file.read_text(encoding="utf-8") for file in names]


def prepare(at: Connections, *, create: bool) -> bool:
    """Find the library, or make it, and let connections know where; tell if it is read-only.

    Raises:
        LibraryError: there is none, it is something else, or pgvector is missing or too old.
        LibraryReadOnly: it is of an older version and cannot be written.
    """
    with at.connect() as connection, at.guard(decoding=False):
        read_only = _is_read_only(connection)
        exists = _exists(connection, at.at.library)
        if not exists and not create:
            raise LibraryError(f"{at.at.place} is not a library: add an article to it first")
        version = _version(connection, at) if exists else 0
        at.vector_oid, where = _vector(connection, at, read_only)
        path = sql.SQL(", ").join(sql.Identifier(each) for each in (at.at.library, where))
        at.search_path = path.as_string(connection)
        if not exists and read_only:
            raise LibraryReadOnly(f"{at.at.place} cannot be made: name the primary server")
        connection.execute("SELECT set_config('search_path', %s, false)", (at.search_path,))
        if version < len(steps()):
            _bring_up(connection, at, read_only)
        return read_only or not _may_write(connection)


def _is_read_only(connection: Connection) -> bool:
    row = connection.execute(
        "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
    ).fetchone()
    return bool(row and row[0])


def _may_write(connection: Connection) -> bool:
    row = connection.execute("SELECT has_table_privilege('articles', 'INSERT')").fetchone()
    return bool(row and row[0])


def _exists(connection: Connection, schema: str) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s",
        (schema,),
    ).fetchone()
    return bool(row and row[0])


def _vector(connection: Connection, at: Connections, read_only: bool) -> tuple[int, str]:
    """Return the number of pgvector's type and its schema; install it where that is allowed."""
    found = _installed(connection)
    if found is None and not read_only:
        try:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
        except (errors.FeatureNotSupported, errors.UndefinedFile) as error:
            raise LibraryError(
                f"{at.at.place} needs pgvector, which the server does not have: install it there"
            ) from error
        except errors.UniqueViolation:
            pass  # somebody else installed it at the same moment
        except errors.InsufficientPrivilege:
            found = None
        found = _installed(connection)
    if found is None:
        raise LibraryError(
            f"{at.at.place} needs pgvector: have an administrator run CREATE EXTENSION vector there"
        )
    oid, where, version = found
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise LibraryError(
            f"{at.at.place} has pgvector {version}, which is too old: "
            "update it to 0.8 or newer (ALTER EXTENSION vector UPDATE)"
        )
    return oid, where


def _installed(connection: Connection) -> tuple[int, str, str] | None:
    row = connection.execute(
        "SELECT t.oid, n.nspname, e.extversion FROM pg_extension e"
        " JOIN pg_namespace n ON n.oid = e.extnamespace"
        " JOIN pg_type t ON t.typname = 'vector' AND t.typnamespace = n.oid"
        " WHERE e.extname = 'vector'"
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]), str(row[2]))


def _version(connection: Connection, at: Connections) -> int:
    """Return the version of a library's schema.

    Raises:
        LibraryError: it is newer than ours, or no library.
    """
    try:
        meta = sql.Identifier(at.at.library, "meta")
        query = sql.SQL("SELECT value FROM {} WHERE key = 'schema'").format(meta)
        row = connection.execute(query).fetchone()
    except (errors.UndefinedTable, errors.UndefinedColumn):
        row = None
    except errors.InsufficientPrivilege as error:
        raise LibraryError(
            f"{at.at.place} may not be read by you: have its owner grant USAGE on the schema "
            "and SELECT on its tables"
        ) from error
    if row is None:
        raise LibraryError(
            f"{at.at.place} has other tables in it: name another library in the address"
        )
    if int(row[0]) > len(steps()):
        raise LibraryError(
            f"{at.at.place} has version {row[0]}, this Pullquote reads {len(steps())}: update it"
        )
    return int(row[0])


def _bring_up(connection: Connection, at: Connections, read_only: bool) -> None:
    """Make what a library has not yet, in one transaction; who comes second finds it made."""
    name = at.at.library
    if read_only:
        raise LibraryReadOnly(
            f"{at.at.place} is of an older version: open it once with the right to write"
        )
    try:
        with connection.transaction():
            connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"pullquote {name}",)
            )
            connection.execute(
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(name))
            )
            version = _version(connection, at) if _exists(connection, name) else 0
            for step in steps()[version:]:
                connection.execute(step)
            connection.execute(
                "INSERT INTO meta VALUES ('schema', %s), ('words', %s)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                " WHERE excluded.key = 'schema'",
                (str(len(steps())), WORDS),
            )
    except errors.InsufficientPrivilege as error:
        raise LibraryReadOnly(
            f"{at.at.place} cannot be made or brought up to date by you: have the database's owner "
            "open it once, or grant you CREATE on the database"
        ) from error
