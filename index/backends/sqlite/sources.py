"""Under which sources an article is known, and which versions a source had before.

An article is a text. A source is what it was read from: a file's absolute path, an address. One
text may be known under several sources and stays as long as one of them holds it; a source holds
one text at a time, and a newer one takes its place. Of a version that was replaced only its id is
kept, which comes from a hash, so that a citation of it can be told to be of an older version.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from index.backends.passages import integers
from index.backends.sqlite.rows import count_tokens, raise_revision
from index.backends.words import terms as fulltext
from index.types import PASTED


def name_article(connection: sqlite3.Connection, article_id: str, source: str) -> bool:
    """Let ``source`` hold the article from now on; what it held before gives way.

    Returns whether an article was deleted for it.
    """
    connection.execute("DELETE FROM former WHERE id = ?", (article_id,))
    before = held_by(connection, source)
    if source == PASTED or before == article_id:
        return False
    connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, NULL)", (source, article_id))
    if before is None or not release(connection, before):
        return False
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute("INSERT OR REPLACE INTO former VALUES (?, ?, ?)", (before, source, now))
    return True


def held_by(connection: sqlite3.Connection, source: str) -> str | None:
    """Return the id of the article that a source holds."""
    row = connection.execute(
        "SELECT article_id FROM sources WHERE source = ?", (source,)
    ).fetchone()
    return None if row is None else str(row[0])


def drop_source(connection: sqlite3.Connection, source: str) -> bool:
    """Forget a source and its versions. Returns whether its article went with it."""
    held = held_by(connection, source)
    connection.execute("DELETE FROM sources WHERE source = ?", (source,))
    connection.execute("DELETE FROM former WHERE source = ?", (source,))
    return held is not None and release(connection, held)


def release(connection: sqlite3.Connection, article_id: str) -> bool:
    """Delete an article that no source holds; show another under a source that does.

    Returns whether it was deleted. What was pasted is held by itself.
    """
    (left,) = connection.execute(
        "SELECT min(source) FROM sources WHERE article_id = ?", (article_id,)
    ).fetchone()
    (shown,) = connection.execute(
        "SELECT source FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    if left is None and shown != PASTED:
        delete_article(connection, article_id)
        return True
    if shown != PASTED and held_by(connection, shown) != article_id:
        connection.execute("UPDATE articles SET source = ? WHERE id = ?", (left, article_id))
    return False


def delete_article(connection: sqlite3.Connection, article_id: str) -> None:
    """Delete an article and everything that belongs to it, its sources and their versions too.

    Nothing of its text is left in the files once the log is emptied.
    """
    rows = connection.execute(
        "SELECT p.id, a.title, coalesce(w.words, p.text), coalesce(l.language, ''),"
        " coalesce(t.tokens, x'') FROM passages p"
        " LEFT JOIN passage_words w ON w.passage = p.id"
        " LEFT JOIN passage_tokens t ON t.passage = p.id"
        " LEFT JOIN word_languages l ON l.article_id = p.article_id"
        " JOIN articles a ON a.id = p.article_id WHERE p.article_id = ?",
        (article_id,),
    ).fetchall()
    connection.executemany(
        "INSERT INTO terms (terms, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        [
            (number, fulltext.terms(title, language), fulltext.terms(text, language))
            for number, title, text, language, _ in rows
        ],
    )
    count_tokens(connection, (integers(tokens, 3)[:, 0] for *_, tokens in rows), -1)
    connection.execute(
        "DELETE FROM former WHERE source IN (SELECT source FROM sources WHERE article_id = ?)",
        (article_id,),
    )
    connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    # Words that were deleted stay in the full-text index until its parts are merged.
    connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
    raise_revision(connection, dropped=True)
