"""The passages that share words with a question, by BM25. Of common words only so many are read."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import numpy as np

from index import fulltext
from index.reading import how_many, passage_ids
from index.store import Store

MATCHES = 5_000
"""How many passages are scored for a question, or a few more: what takes a few milliseconds.

A library that has no more is searched for every word of the question. In a larger one the rarest
words are: they are what tells one passage from another.
"""

Ranking = list[tuple[int, float]]


def match(
    store: Store, question: str, limit: int, within: Collection[str] | None = None
) -> Ranking:
    """Return ``(passage id, BM25)`` of the passages that share words with it, best first.

    Higher is better. Equal scores are ordered by article and place, not by when they came in.
    ``within``: the ids of the articles to search; all, if not given.
    """
    words = fulltext.words(question)
    if not words:
        return []
    expression = fulltext.any_of(words)
    if how_many(store) > MATCHES:
        expression = _narrow(store, words)
    with store.guard():
        rows = store.connection.execute(
            "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ?", (expression,)
        ).fetchall()
    if within is not None:
        admitted = set(passage_ids(store, within))
        rows = [row for row in rows if row[0] in admitted]
    return _best(store, rows, limit)


def _narrow(store: Store, words: Sequence[str]) -> str:
    """Return an expression for the rarest words that ``MATCHES`` passages or fewer have.

    Where each word is in more, for those passages that have several of them.
    """
    counts = {word: _count(store, fulltext.any_of([word]), MATCHES) for word in words}
    rarest = sorted(words, key=counts.__getitem__)
    chosen: list[str] = []
    room = MATCHES
    for word in rarest:
        room -= counts[word]
        if room < 0:
            break
        chosen.append(word)
    if any(counts[word] for word in chosen):
        return fulltext.any_of(chosen)
    common = [word for word in rarest if counts[word]]
    return _joined(store, common) if common else fulltext.any_of(words)


def _joined(store: Store, words: Sequence[str]) -> str:
    """Return an expression for passages that have the two rarest of common words, or more."""
    counts = {word: _count(store, fulltext.any_of([word]), 20 * MATCHES) for word in words}
    rarest = sorted(words, key=counts.__getitem__)
    expression = fulltext.all_of(rarest[:1])
    for size in range(2, len(rarest) + 1):
        narrower = fulltext.all_of(rarest[:size])
        found = _count(store, narrower, MATCHES)
        if not found:
            break
        expression = narrower
        if found < MATCHES:
            break
    return expression


def _count(store: Store, expression: str, most: int) -> int:
    """Return how many passages match, ``most + 1`` if there are more; nothing is scored for it."""
    with store.guard():
        (found,) = store.connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM terms WHERE terms MATCH ? LIMIT ?)",
            (expression, most + 1),
        ).fetchone()
        return int(found)


def _best(store: Store, rows: Sequence[tuple[int, float]], limit: int) -> Ranking:
    """Return the best of ``rows``; only of these article and place are looked up."""
    if len(rows) > limit:
        scores = np.array([score for _, score in rows])
        least = np.partition(scores, len(rows) - limit)[len(rows) - limit]
        rows = [row for row in rows if row[1] >= least]
    with store.guard():
        places = store.connection.execute(
            "SELECT id, article_id, start FROM passages"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([number for number, _ in rows]),),
        ).fetchall()
    order = {number: (article_id, start) for number, article_id, start in places}
    known = [(int(n), float(s)) for n, s in rows if n in order]
    return sorted(known, key=lambda hit: (-hit[1], order[hit[0]]))[:limit]
