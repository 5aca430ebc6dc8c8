"""Whether all that a library stores matches itself."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from index.backends.findings import Findings
from index.backends.sqlite.boxes import damaged_boxes
from index.backends.sqlite.originals import damaged_originals
from index.backends.sqlite.rows import ANY_TOKEN, PASSAGE_WORDS, seal
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.generation import Generation
from index.backends.sqlite.words import fulltext
from index.types import PASTED, Article, Entry, Fingerprint, Paragraph, Role

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
        rows = _rows(store, article.id)
        _examine_article(found, article, store.paragraphs(article.id), rows, fingerprint)
        for row in rows:
            tokens = row[9] if isinstance(row[9], bytes) else b""
            table = np.frombuffer(tokens[: len(tokens) // 12 * 12], dtype=np.int32)
            frequencies.update([ANY_TOKEN, *np.unique(table[::3]).tolist()])
            ids.add(row[0])
            found.counted["token vectors"] += len(table) // 3
    found.counted["passages"] = len(ids)
    derived = [*_counts(store, ids, frequencies), *_full_text(store)]
    found.words = bool(derived)
    found.problems += [*derived, *_sources(store, entries), *_boxes(store, found)]
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


def _rows(store: Store, article_id: str) -> list[Row]:
    return _all(
        store,
        "SELECT id, sha256, article_id, paragraph, start, end, text, sentences, vector,"
        " coalesce(tokens, x''), coalesce(vectors, x''), words FROM passages"
        " LEFT JOIN passage_tokens t ON t.passage = id"
        " LEFT JOIN passage_words w ON w.passage = id WHERE article_id = ? ORDER BY start",
        article_id,
    )


def _examine_article(
    found: Findings,
    article: Article,
    paragraphs: Sequence[Paragraph],
    rows: Sequence[Row],
    fingerprint: Fingerprint | None,
) -> None:
    text = list(_text(article, paragraphs))
    cut = list(_coverage(article, paragraphs, rows))
    for row in rows:
        cut += _passage(article, row, fingerprint)
    found.problems += [*text, *cut]
    if text:
        found.texts.add(article.id)
    elif cut:
        found.cuts.add(article.id)


def _text(article: Article, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
        yield f"article {article.id}: its text is not what was added"
    elif not article.sha256.startswith(article.id):
        yield f"article {article.id}: it is stored under another id"
    end = 0
    for paragraph in paragraphs:
        if not end <= paragraph.start < paragraph.end <= len(article.text):
            yield f"article {article.id}: paragraph {paragraph.number} is out of range"
        end = paragraph.end
    read = [p.number for p in paragraphs if p.role is Role.TEXT]
    if read != list(range(1, len(read) + 1)):
        yield f"article {article.id}: its paragraphs are not numbered from 1 to {len(read)}"


def _coverage(
    article: Article, paragraphs: Sequence[Paragraph], rows: Sequence[Row]
) -> Iterator[str]:
    """Compare the words of the evidence paragraphs with those of their passages."""
    held: dict[int, str] = {p.number: "" for p in paragraphs if p.role is Role.TEXT}
    for number, _, _, paragraph, _, _, text, *_ in rows:
        if paragraph not in held:
            yield f"passage {number}: its paragraph {paragraph} is missing"
        held[paragraph] = held.get(paragraph, "") + _letters(text)
    for p in paragraphs:
        if p.role is Role.TEXT and held[p.number] != _letters(article.text[p.start : p.end]):
            yield f"article {article.id}: paragraph {p.number} is not all in its passages"


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _passage(article: Article, row: Row, fingerprint: Fingerprint | None) -> Iterator[str]:
    number, sha256, _, _, start, end, text, sentences, vector, tokens, token_vectors, words = row
    if article.text[start:end] != text:
        yield f"passage {number}: its text does not stand at its range"
    place = (*row[2:7], words) if words else row[2:7]
    blobs = (sentences, vector, tokens, token_vectors)
    if not _are_bytes(blobs) or seal(place, *blobs) != sha256:
        yield f"passage {number}: it is not what was stored"
    if fingerprint and _are_bytes(blobs) and len(vector) != 4 * fingerprint.dimension:
        yield f"passage {number}: its vector has another dimension"


def _are_bytes(blobs: Sequence[object]) -> bool:
    """Tell whether nothing that is damaged has come to be a number or a text."""
    return all(isinstance(blob, bytes) for blob in blobs)


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


def _sources(store: Store, articles: Sequence[Entry]) -> Iterator[str]:
    """Compare what the sources hold with what the articles are shown under."""
    known = {article.id for article in articles}
    held: dict[str, str] = dict(_all(store, "SELECT source, article_id FROM sources"))
    for source, article_id in held.items():
        if article_id not in known:
            yield f"source {source}: its article {article_id} is missing"
    for article in articles:
        if article.source != PASTED and held.get(article.source) != article.id:
            yield f"article {article.id}: its source {article.source} is of another article"
