"""The passages that share words with a question. In a large library the rarer words choose."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from index import fulltext
from index.reading import frequencies, how_many, passage_ids
from index.store import Store
from index.types import Tokens

MATCHES = 5_000
"""In a library of so many passages every word counts, by BM25. To score more would take longer than
all the rest of an answer."""

READ = 20_000
"""Beyond that so many places of words are read, of the rarest words first, and a passage scores by
which of them it has: among passages of like length that finds as much as BM25 of all words does."""

Tokenize = Callable[[Sequence[str]], list[Tokens]]
Ranking = list[tuple[int, float]]
_Ids = NDArray[np.int64]


def match(
    store: Store,
    tokenize: Tokenize,
    question: str,
    limit: int,
    within: Collection[str] | None = None,
) -> Ranking:
    """Return ``(passage id, score)`` of the passages that share words with it, best first.

    Higher is better. Equal scores are ordered by article and place, not by when they came in.
    ``within``: the ids of the articles to search; all, if not given. ``tokenize`` is the
    embedder's: the library counts its tokens, which tells common words.
    """
    words = fulltext.words(question)
    if not words:
        return []
    if how_many(store) <= MATCHES:
        rows = _by_bm25(store, fulltext.any_of(words))
    else:
        rows = _by_rarity(store, _commonness(store, words, tokenize))
    if within is not None:
        admitted = set(passage_ids(store, within))
        rows = [row for row in rows if row[0] in admitted]
    return _best(store, rows, limit)


def _by_bm25(store: Store, expression: str) -> Ranking:
    with store.guard():
        return store.connection.execute(
            "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ?", (expression,)
        ).fetchall()


def _by_rarity(store: Store, words: dict[str, int]) -> Ranking:
    """Score passages by the information of the words they have; too common ones are left out.

    ``words``: each with how many passages are known to have it, rarest first.
    """
    found: dict[str, _Ids] = {}
    room = READ
    for word, least in words.items():
        ids = _ids(store, fulltext.any_of([word]), room + 1) if least <= room else None
        if ids is not None and len(ids) <= room:
            found[word] = ids
            room -= len(ids)
    if room == READ:
        common = [word for word in words if word not in found]
        return _by_bm25(store, _joined(store, common)) if common else []
    if READ - room <= MATCHES:
        return _by_bm25(store, fulltext.any_of(found))
    total = how_many(store)
    told = [np.log(total / len(ids)) for ids in found.values() if len(ids)]
    held = [ids for ids in found.values() if len(ids)]
    ids, places = np.unique(np.concatenate(held), return_inverse=True)
    scores = np.bincount(places, weights=np.repeat(told, [len(each) for each in held]))
    return list(zip(ids.tolist(), scores.tolist(), strict=True))


def _commonness(store: Store, words: Sequence[str], tokenize: Tokenize) -> dict[str, int]:
    """Return in how many passages at least each word is, rarest first.

    That is known of a word which is one token; of one that is several, nothing is.
    """
    tokens = [row.ids.tolist() for row in tokenize(words)]
    _, counts = frequencies(store, sorted({each for row in tokens for each in row}))
    known = [counts.get(row[0], 0) if len(row) == 1 else 0 for row in tokens]
    return dict(sorted(zip(words, known, strict=True), key=lambda each: each[1]))


def _joined(store: Store, words: Sequence[str]) -> str:
    """Return an expression for passages that have several of common words, the rarest of them."""
    expression = fulltext.all_of(words[:1])
    for size in range(2, len(words) + 1):
        found = len(_ids(store, fulltext.all_of(words[:size]), MATCHES))
        if found:
            expression = fulltext.all_of(words[:size])
        if found < MATCHES:
            break
    return expression


def _ids(store: Store, expression: str, most: int) -> _Ids:
    """Return the passages that match, at most so many; nothing is scored for it."""
    with store.guard():
        rows = store.connection.execute(
            "SELECT rowid FROM terms WHERE terms MATCH ? LIMIT ?", (expression, most)
        )
        return np.fromiter(itertools.chain.from_iterable(rows), dtype=np.int64)


def _best(store: Store, rows: Ranking, limit: int) -> Ranking:
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
