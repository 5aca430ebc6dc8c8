"""Whether all that a library stores matches itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index.generation import Generation
from index.rows import seal
from index.store import Store
from index.types import Article, Check, Fingerprint, Paragraph, Role

Row = tuple[Any, ...]


def check_library(
    store: Store,
    fingerprint: Fingerprint | None,
    generation: Generation,
    healed: tuple[str, ...] = (),
) -> Check:
    """Verify the database, every hash, every range and every count.

    Raises:
        LibraryDamaged: the database cannot be read to its end.
    """
    verdicts = [verdict for (verdict,) in _all(store, "PRAGMA integrity_check")]
    problems = [f"database: {verdict}" for verdict in verdicts if verdict != "ok"]
    articles = store.articles()
    frequencies: Counter[int] = Counter()
    ids: list[int] = []
    tokens = 0
    for article in articles:
        paragraphs = store.paragraphs(article.id)
        rows = _rows(store, article.id)
        problems += _article(article, paragraphs)
        problems += _coverage(article, paragraphs, rows)
        for row in rows:
            problems += _passage(article, row, fingerprint)
            table = np.frombuffer(row[9], dtype=np.int32)
            frequencies.update(np.unique(table[::3]).tolist())
            ids.append(row[0])
            tokens += len(table) // 3
    problems += _counts(store, ids, frequencies, generation)
    counts = {"articles": len(articles), "passages": len(ids), "token vectors": tokens}
    return Check(counts, tuple(problems), healed)


def _all(store: Store, query: str, *values: str) -> list[Row]:
    with store.guard():
        return store.connection.execute(query, values).fetchall()


def _rows(store: Store, article_id: str) -> list[Row]:
    return _all(
        store,
        "SELECT id, sha256, article_id, paragraph, start, end, text, sentences, vector, tokens,"
        " token_vectors FROM passages WHERE article_id = ? ORDER BY start",
        article_id,
    )


def _article(article: Article, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
        yield f"article {article.id}: its text is not what was added"
    end = 0
    for paragraph in paragraphs:
        if not end <= paragraph.start < paragraph.end <= len(article.text):
            yield f"article {article.id}: paragraph {paragraph.number} is out of range"
        end = paragraph.end


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
    number, sha256, _, _, start, end, text, sentences, vector, tokens, token_vectors = row
    if article.text[start:end] != text:
        yield f"passage {number}: its text does not stand at its range"
    if seal(row[2:7], sentences, vector, tokens, token_vectors) != sha256:
        yield f"passage {number}: it is not what was stored"
    if fingerprint and len(vector) != 4 * fingerprint.dimension:
        yield f"passage {number}: its vector has another dimension"


def _counts(
    store: Store, ids: Sequence[int], frequencies: Counter[int], generation: Generation
) -> Iterator[str]:
    known = set(ids)
    stored = {number for (number,) in _all(store, "SELECT id FROM passages")}
    if stored != known:
        yield f"passages: {len(stored ^ known)} belong to no article"
    words = {number for (number,) in _all(store, "SELECT id FROM terms_docsize")}
    if words != known:
        yield f"full-text index: {len(words ^ known)} passages too many or too few"
    if dict(_all(store, "SELECT token, passages FROM frequencies")) != frequencies:
        yield "word frequencies: they are not those of the passages"
    covered = generation.number == int(store.meta("revision") or 0)
    if covered and generation.ids != known:
        yield f"search index: {len(generation.ids ^ known)} passages too many or too few"
