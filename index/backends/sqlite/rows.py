"""Passages as rows of the database: what is packed into blobs, and sealed with a hash."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from index.backends.sqlite.vectors.binary import pack_signs, unpack_signs
from index.backends.sqlite.words import fulltext
from index.types import Encoding, Floats, Ints, Paragraph, Passage, PassageTokens, Sentence

PASSAGE_WORDS = (
    "SELECT p.id, a.title, coalesce(w.words, p.text), coalesce(l.language, '') FROM passages p"
    " JOIN articles a ON a.id = p.article_id LEFT JOIN passage_words w ON w.passage = p.id"
    " LEFT JOIN word_languages l ON l.article_id = p.article_id ORDER BY p.id"
)
"""Every passage's id, with the words that the full-text index has of it, and their language."""


LARGE = 20_000
"""A library with more passages is large: its search index is one of codes, for an exact one would
take longer than reading the question, and would be written again whole for every article; and the
token vectors of what is added from then on are kept by their signs."""

ANY_TOKEN = -1
"""Stands in the word frequencies for what every passage has."""


def scale_rows(rows: Floats) -> bytes:
    """Return unit ``rows`` (n, dim) as int8, each scaled so that its largest component is 127."""
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0.0), 1e-12)
    return bytes(np.rint(rows * (127 / largest)).astype(np.int8).tobytes())


def seal(place: Sequence[object], *blobs: bytes) -> bytes:
    """Return the sha256 that a passage row carries of its place, its text and its blobs."""
    words = "\0".join(map(str, place)).encode()
    return hashlib.sha256(b"\0".join((words, *blobs))).digest()


def insert_paragraphs(connection: sqlite3.Connection, paragraphs: Iterable[Paragraph]) -> None:
    """Store the paragraphs of an article."""
    connection.executemany(
        "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?)",
        [(p.article_id, p.number, p.start, p.end, p.page, p.role) for p in paragraphs],
    )


def insert_passage(
    connection: sqlite3.Connection,
    passage: Passage,
    encoding: Encoding,
    title: str,
    language: str,
    *,
    large: bool = False,
) -> None:
    """Store one passage, and its words and its article's title in the full-text index.

    ``language``: what they are stemmed in, "" if they are not. ``large``: the passage's token
    vectors are kept by their signs alone.
    """
    by_signs = large and encoding.vector.size % 8 == 0
    ids = encoding.tokens.ids.reshape(-1, 1)
    blobs = (
        _blob([(s.start, s.end) for s in passage.sentences]),
        encoding.vector.astype(np.float32).tobytes(),
        np.hstack([ids, encoding.tokens.ranges]).astype(np.int32).tobytes(),
        (pack_signs if by_signs else scale_rows)(encoding.token_vectors),
    )
    place = (passage.article_id, passage.paragraph, passage.start, passage.end, passage.text)
    words = (passage.words,) if passage.words else ()
    sentences, vector, *tokens = blobs
    row = connection.execute(
        "INSERT INTO passages (article_id, paragraph, start, end, text, prompt_tokens,"
        " sentences, vector, sha256) VALUES (?,?,?,?,?,?,?,?,?)",
        (*place, passage.tokens, sentences, vector, seal((*place, *words), *blobs)),
    )
    connection.execute("INSERT INTO passage_tokens VALUES (?, ?, ?)", (row.lastrowid, *tokens))
    if words:
        connection.execute("INSERT INTO passage_words VALUES (?, ?)", (row.lastrowid, *words))
    connection.execute(
        "INSERT INTO terms (rowid, title, text) VALUES (?, ?, ?)",
        (
            row.lastrowid,
            fulltext.terms(title, language),
            fulltext.terms(passage.read, language),
        ),
    )


def count_tokens(connection: sqlite3.Connection, rows: Iterable[Ints], step: int) -> None:
    """Add ``step`` to the number of passages that each vocabulary number is in, once a row.

    So is ``ANY_TOKEN``, which counts the passages themselves.
    """
    unique = [np.unique([ANY_TOKEN, *ids]) for ids in rows]
    if not unique:
        return
    tokens, counts = np.unique(np.concatenate(unique), return_counts=True)
    connection.executemany(
        "INSERT INTO frequencies VALUES (?, ?)"
        " ON CONFLICT (token) DO UPDATE SET passages = passages + excluded.passages",
        [(int(t), step * int(n)) for t, n in zip(tokens, counts, strict=True)],
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


def _blob(ranges: list[tuple[int, int]]) -> bytes:
    return np.array(ranges, dtype=np.int32).tobytes()


def integers(blob: bytes, columns: int) -> Ints:
    """Return a blob as a table of (n, columns) int32."""
    return np.frombuffer(blob, dtype=np.int32).reshape(-1, columns)


def read_passage(row: tuple[Any, ...]) -> tuple[Passage, PassageTokens]:
    """Return a row as what was stored.

    Raises:
        ValueError: it is not, by its seal.
    """
    number, count, sha256, *place, sentences, vector, tokens, token_vectors, words = row
    if (
        seal((*place, words) if words else place, sentences, vector, tokens, token_vectors)
        != sha256
    ):
        raise ValueError(f"passage {number} is not what was stored")
    table = integers(tokens, 3)
    cut = tuple(Sentence(int(a), int(b)) for a, b in integers(sentences, 2))
    article_id, paragraph, start, end, text = place
    passage = Passage(article_id, paragraph, start, end, text, cut, count, number, words or "")
    lengths = None
    if len(token_vectors) == len(table) * len(vector) // 4:
        rows = np.frombuffer(token_vectors, dtype=np.int8).reshape(len(table), -1)
    else:
        rows, lengths = unpack_signs(token_vectors, len(table))
    return passage, PassageTokens(table[:, 0], table[:, 1:], rows, lengths)


def count_passages(connection: sqlite3.Connection) -> int:
    """Return the number of passages."""
    query = "SELECT passages FROM frequencies WHERE token = ?"
    row = connection.execute(query, (ANY_TOKEN,)).fetchone()
    return int(row[0]) if row else 0


def is_large(connection: sqlite3.Connection) -> bool:
    """Tell whether what is added has to be kept small."""
    return count_passages(connection) > LARGE
