"""Whether all that a library stores matches itself."""

from __future__ import annotations

import hashlib
from typing import Any

from index.generation import Generation
from index.store import Store, digest
from index.types import Article, Check, Fingerprint


def check_library(
    store: Store,
    fingerprint: Fingerprint | None,
    generation: Generation | None,
    healed: tuple[str, ...] = (),
) -> Check:
    """Verify the database, every hash, every range and every count.

    Raises:
        LibraryDamaged: the database cannot be read to its end.
    """
    problems: list[str] = []
    with store.guard():
        verdicts = store.connection.execute("PRAGMA integrity_check").fetchall()
    problems += [f"database: {verdict}" for (verdict,) in verdicts if verdict != "ok"]
    articles = store.articles()
    passages = 0
    tokens = 0
    for article in articles:
        problems += _article(store, article)
        rows = _rows(store, article.id)
        passages += len(rows)
        for row in rows:
            problems += _passage(article, row, fingerprint)
            tokens += len(row[5]) // 12
    if generation is None or len(generation.ids) != passages:
        problems.append("search index: it does not hold every passage")
    with store.guard():
        counted = store.connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    if counted != passages:
        problems.append(f"passages: {counted - passages} belong to no article")
    counts = {"articles": len(articles), "passages": passages, "token vectors": tokens}
    return Check(counts, tuple(problems), healed)


def _article(store: Store, article: Article) -> list[str]:
    problems = []
    if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
        problems.append(f"article {article.id}: its text is not what was added")
    end = 0
    for paragraph in store.paragraphs(article.id):
        if not end <= paragraph.start < paragraph.end <= len(article.text):
            problems.append(f"article {article.id}: paragraph {paragraph.number} is out of range")
        end = paragraph.end
    return problems


def _rows(store: Store, article_id: str) -> list[tuple[Any, ...]]:
    with store.guard():
        return store.connection.execute(
            "SELECT id, start, end, text, vector, tokens, sentences, token_vectors, sha256"
            " FROM passages WHERE article_id = ? ORDER BY start",
            (article_id,),
        ).fetchall()


def _passage(article: Article, row: tuple[Any, ...], fingerprint: Fingerprint | None) -> list[str]:
    number, start, end, text, vector, tokens, sentences, token_vectors, sha256 = row
    problems = []
    if article.text[start:end] != text:
        problems.append(f"passage {number}: its text does not stand at its range")
    if digest(sentences, vector, tokens, token_vectors) != sha256:
        problems.append(f"passage {number}: its vectors are not what was stored")
    if fingerprint and len(vector) != 4 * fingerprint.dimension:
        problems.append(f"passage {number}: its vector has another dimension")
    return problems
