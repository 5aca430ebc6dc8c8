"""Whether all that a library stores matches itself."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from index.backends.examining import examine_article, examine_sources
from index.backends.findings import Findings
from index.backends.passages import ANY_TOKEN
from index.backends.sqlite.boxes import damaged_boxes
from index.backends.sqlite.originals import damaged_originals
from index.backends.sqlite.reading import packed_of
from index.backends.sqlite.rows import PASSAGE_WORDS
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.generation import Generation
from index.backends.words import terms as fulltext
from index.types import Fingerprint

Row = tuple[Any, ...]


def examine(store: Store, fingerprint: Fingerprint | None) -> Findings:
    """Verify the database, every hash, every range and every count.

    Raises:
        LibraryDamaged: the database cannot be read to its end.
    """
    entries = store.entries()
    found = Findings({"articles": len(entries), "passages": 0, "token vectors": 0})
    verdicts = [str(row[0]) for row in _all(store, "PRAGMA integrity_check")]
    found.problems += [f"database: {verdict}" for verdict in verdicts if verdict != "ok"]
    found.readable = verdicts == ["ok"]
    frequencies: Counter[int] = Counter()
    ids: set[int] = set()
    for article in store.each_article():
        rows = packed_of(store, article.id)
        examine_article(found, article, store.paragraphs(article.id), rows, fingerprint)
        for row in rows:
            frequencies.update([ANY_TOKEN, *np.unique(row.token_ids).tolist()])
            ids.add(row.id)
            found.counted["token vectors"] += len(row.token_ids)
    found.counted["passages"] = len(ids)
    derived = [*_counts(store, ids, frequencies), *_full_text(store)]
    found.words = bool(derived)
    found.problems += [
        *derived,
        *examine_sources(dict(_all(store, "SELECT source, article_id FROM sources")), entries),
        *_boxes(store, found),
    ]
    found.problems += _originals(store, found)
    return found


def _boxes(store: Store, found: Findings) -> Iterator[str]:
    with store.guard():
        damaged = damaged_boxes(store.connection)
    found.boxes |= set(damaged)
    for article_id, pages in damaged.items():
        told = ", ".join(map(str, pages))
        yield f"article {article_id}: the boxes of page {told} are not what was stored"


def _originals(store: Store, found: Findings) -> Iterator[str]:
    with store.guard():
        found.originals |= damaged_originals(store.connection)
    for article_id in sorted(found.originals):
        yield f"article {article_id}: the file that its pages are drawn from is damaged"


def examine_search(store: Store, generation: Generation) -> Iterator[str]:
    """Compare the search index with the passages that are stored."""
    stored = [number for (number,) in _all(store, "SELECT id FROM passages")]
    wrong = np.setxor1d(generation.ids, np.array(stored, dtype=np.int64))
    if generation.number == int(store.meta("revision") or 0) and len(wrong):
        yield f"search index: {len(wrong)} passages too many or too few"


def _all(store: Store, query: str, *values: str) -> list[Row]:
    with store.guard():
        return store.connection.execute(query, values).fetchall()


def _counts(store: Store, ids: set[int], frequencies: Counter[int]) -> Iterator[str]:
    stored = {number for (number,) in _all(store, "SELECT id FROM passages")}
    if stored != ids:
        yield f"passages: {len(stored ^ ids)} belong to no article"
    words = {number for (number,) in _all(store, "SELECT id FROM terms_docsize")}
    if words != ids:
        yield f"full-text index: {len(words ^ ids)} passages too many or too few"
    if dict(_all(store, "SELECT token, passages FROM frequencies")) != frequencies:
        yield "word frequencies: they are not those of the passages"


def _full_text(store: Store) -> Iterator[str]:
    """Index the passages' words once more, beside it, and compare every word and its places."""
    with store.guard(), closing(sqlite3.connect("")) as fresh:
        connection = store.connection
        fresh.execute(
            connection.execute("SELECT sql FROM sqlite_master WHERE name = 'terms'").fetchone()[0]
        )
        for number, title, text, language in connection.execute(PASSAGE_WORDS):
            words = (number, fulltext.terms(title, language), fulltext.terms(text, language))
            fresh.execute("INSERT INTO terms (rowid, title, text) VALUES (?, ?, ?)", words)
        try:
            same = _places(connection) == _places(fresh)
        except sqlite3.DatabaseError:  # the rest of the file was read before: it is these words
            same = False
    if not same:
        yield "full-text index: its words are not those of the passages"


def _places(connection: sqlite3.Connection) -> bytes:
    """Return a hash of all words of a full-text index with each place they stand at."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, terms, instance)"
    )
    digest = hashlib.sha256()
    for row in connection.execute("SELECT term, doc, col, offset FROM temp.places"):
        digest.update(repr(row).encode())
    return digest.digest()
