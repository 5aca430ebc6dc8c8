"""Passages as rows of the database: what is packed into blobs, and sealed with a hash."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from index.backends import passages as stored
from index.backends.passages import ANY_TOKEN, Packed, pack, token_counts
from index.backends.words import terms as fulltext
from index.types import Article, Encoding, Ints, Paragraph, Passage

PASSAGE_WORDS = (
    "SELECT p.id, a.title, coalesce(w.words, p.text), coalesce(l.language, '') FROM passages p"
    " JOIN articles a ON a.id = p.article_id LEFT JOIN passage_words w ON w.passage = p.id"
    " LEFT JOIN word_languages l ON l.article_id = p.article_id ORDER BY p.id"
)
"""Every passage's id, with the words that the full-text index has of it, and their language."""


def insert_article(connection: sqlite3.Connection, article: Article) -> None:
    """Store the row of an article."""
    a = article
    connection.execute(
        "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(a.id, a.title, a.source, a.text, a.added, a.published, a.sha256, a.author),
            *(a.language, a.media),
        ),
    )


def insert_paragraphs(connection: sqlite3.Connection, paragraphs: Iterable[Paragraph]) -> None:
    """Store the paragraphs of an article."""
    connection.executemany(
        "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?)",
        [(p.article_id, p.number, p.start, p.end, p.page, p.role) for p in paragraphs],
    )


def insert_passage(
    connection: sqlite3.Connection, packed: Packed, title: str, language: str
) -> None:
    """Store one passage, and its words and its article's title in the full-text index.

    It keeps its id; one that has none, 0, is given the next. ``language``: what the words are
    stemmed in, "" if they are not.
    """
    p = packed
    row = connection.execute(
        "INSERT INTO passages (id, article_id, paragraph, start, end, text, prompt_tokens,"
        " sentences, vector, sha256) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            *(p.id or None, p.article_id, p.paragraph, p.start, p.end, p.text, p.prompt_tokens),
            *(p.sentences, p.vector, p.sha256),
        ),
    )
    number = row.lastrowid
    connection.execute(
        "INSERT INTO passage_tokens VALUES (?, ?, ?)", (number, p.tokens, p.token_vectors)
    )
    if p.words:
        connection.execute("INSERT INTO passage_words VALUES (?, ?)", (number, p.words))
    connection.execute(
        "INSERT INTO terms (rowid, title, text) VALUES (?, ?, ?)",
        (number, fulltext.terms(title, language), fulltext.terms(p.read, language)),
    )


def insert_passages(
    connection: sqlite3.Connection,
    passages: Sequence[Passage],
    encodings: Sequence[Encoding],
    title: str,
    language: str,
) -> None:
    """Store passages as they were cut and encoded, by their signs where the library is large."""
    large = is_large(connection)
    for passage, encoding in zip(passages, encodings, strict=True):
        insert_passage(connection, pack(passage, encoding, large=large), title, language)


def count_tokens(connection: sqlite3.Connection, rows: Iterable[Ints], step: int) -> None:
    """Add ``step`` to the number of passages that each vocabulary number is in, once a row.

    So is ``ANY_TOKEN``, which counts the passages themselves.
    """
    connection.executemany(
        "INSERT INTO frequencies VALUES (?, ?)"
        " ON CONFLICT (token) DO UPDATE SET passages = passages + excluded.passages",
        [(token, step * count) for token, count in token_counts(rows)],
    )
    connection.execute("DELETE FROM frequencies WHERE passages <= 0")


def raise_revision(connection: sqlite3.Connection, *, dropped: bool = False) -> None:
    """Raise the revision: the published generation no longer covers the store.

    ``dropped``: passages have gone, so that an older generation must not be searched any more.
    """
    connection.execute(
        "INSERT INTO meta VALUES ('revision', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )
    if dropped:
        connection.execute(
            "INSERT OR REPLACE INTO meta SELECT 'dropped', value FROM meta WHERE key = 'revision'"
        )


def count_passages(connection: sqlite3.Connection) -> int:
    """Return the number of passages."""
    query = "SELECT passages FROM frequencies WHERE token = ?"
    row = connection.execute(query, (ANY_TOKEN,)).fetchone()
    return int(row[0]) if row else 0


def is_large(connection: sqlite3.Connection) -> bool:
    """Tell whether what is added has to be kept small."""
    return count_passages(connection) > stored.LARGE
