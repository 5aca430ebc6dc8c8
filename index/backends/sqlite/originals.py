"""The files whose pages can be drawn, as they were added: a row an article."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator

from index.backends.backend import MOST_ORIGINALS
from index.backends.seals import opened_original, seal_original

ORIGINALS = """
CREATE TABLE IF NOT EXISTS {where}.originals (
    article_id TEXT PRIMARY KEY{references},
    packed     BLOB NOT NULL,        -- the bytes of the file, by zlib
    sha256     BLOB NOT NULL         -- of the id and of this
);
"""


def insert_original(connection: sqlite3.Connection, article_id: str, data: bytes) -> None:
    """Store the file of an article, in place of the one that it may have; none if ``data`` is b"".

    Nor is one stored that is too much for a library that has a limit.
    """
    connection.execute("DELETE FROM originals WHERE article_id = ?", (article_id,))
    packed = zlib.compress(data)
    if data and _fits(connection, len(packed)):
        connection.execute(
            "INSERT INTO originals VALUES (?, ?, ?)",
            (article_id, packed, seal_original(article_id, packed)),
        )


def original_seal(connection: sqlite3.Connection, article_id: str) -> bytes | None:
    """Return what tells the file of an article from any other; None if it is not stored."""
    row = connection.execute(
        "SELECT sha256 FROM originals WHERE article_id = ?", (article_id,)
    ).fetchone()
    return None if row is None else bytes(row[0])


def read_original(connection: sqlite3.Connection, article_id: str) -> bytes | None:
    """Return the file of an article; None if it is not stored.

    Raises:
        ValueError: it is not what was stored.
    """
    row = connection.execute(
        "SELECT packed, sha256 FROM originals WHERE article_id = ?", (article_id,)
    ).fetchone()
    if row is None:
        return None
    return opened_original(article_id, *row)


def packed_originals(
    connection: sqlite3.Connection, article_id: str | None = None
) -> Iterator[bytes]:
    """Yield what is stored of one article's file, or of all, as it stands in the database."""
    rows = connection.execute(
        "SELECT packed FROM originals WHERE ?1 IS NULL OR article_id = ?1", (article_id,)
    )
    for (packed,) in rows:
        yield packed


def damaged_originals(connection: sqlite3.Connection) -> set[str]:
    """Return the ids of the articles whose files are not what was stored."""
    rows = connection.execute("SELECT article_id, packed, sha256 FROM originals")
    return {
        article_id
        for article_id, packed, sha256 in rows
        if not isinstance(packed, bytes) or seal_original(article_id, packed) != sha256
    }


def _fits(connection: sqlite3.Connection, size: int) -> bool:
    most = connection.execute("SELECT value FROM meta WHERE key = ?", (MOST_ORIGINALS,)).fetchone()
    if most is None:
        return True
    (held,) = connection.execute("SELECT total(length(packed)) FROM originals").fetchone()
    return bool(held + size <= int(most[0]))
