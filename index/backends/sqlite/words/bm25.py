"""The passages that share words with a question. In a large library the rarer words choose."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from index.backends.backend import Ranking, Tokenize
from index.backends.sqlite.reading import frequencies, how_many, passage_ids
from index.backends.sqlite.store import Store
from index.backends.sqlite.words import fulltext
from index.backends.sqlite.words.languages import languages_in

MATCHES = 5_000
"""In a library of so many passages every word counts, by BM25. To score more would take longer than
all the rest of an answer."""

READ = 15_000
"""Beyond that so many places of words are read, of the rarest words of the question first. What has
one of these scores by which of the others it has too: that finds what BM25 of all words finds. If
each word is in more passages than that, none is searched for."""

COMMON = 10 * READ
"""A word in more passages than these tells too little to be looked for."""

_Ids = NDArray[np.int64]

_SCATTER = 2_654_435_761
"""Puts ids in an order that has nothing to do with theirs (Knuth's multiplicative hash)."""


def match(
    store: Store,
    tokenize: Tokenize,
    question: str,
    limit: int,
    within: Collection[str] | None = None,
) -> Ranking:
    """Return ``(passage id, score)`` of the passages that share words with it, best first.

    Higher is better. Up to ``MATCHES`` passages, equal scores are ordered by article and place.
    ``within``: the ids of the articles to search; all, if not given. ``tokenize`` is the
    embedder's: the library counts its tokens, which tells common words.
    """
    with store.guard():
        words = fulltext.words(question, languages_in(store.connection))
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
    """Score the passages that have a rare word by the information of all words that they have.

    ``words``: each with how many passages are known to have it.
    """
    rare = _rare(store, words)
    if not rare:
        return []
    total = how_many(store)
    held = list(rare.values())
    told = [math.log(total / len(ids)) for ids in held]
    for word, least in words.items():
        if word not in rare and least <= COMMON:
            held.append(_ids(store, fulltext.one_with(word, rare), READ))
            told.append(math.log(total / min(max(least, READ), total)))
    ids, places = np.unique(np.concatenate(held), return_inverse=True)
    scores = np.bincount(places, np.repeat(told, [len(each) for each in held]))
    # Thousands may have the same words: the oldest of them are not better than the others.
    scattered = scores - (ids * _SCATTER % 2**32) * 1e-15
    return list(zip(ids.tolist(), scattered.tolist(), strict=True))


def _rare(store: Store, words: dict[str, int]) -> dict[str, _Ids]:
    """Return the rarest words, each with the passages that have it, as many as may be read."""
    read = {
        word: _ids(store, fulltext.any_of([word]), READ + 1)
        for word, least in words.items()
        if least <= READ
    }
    rare: dict[str, _Ids] = {}
    room = READ
    for word in sorted(read, key=lambda each: len(read[each])):
        room -= len(read[word])
        if room >= 0 and len(read[word]):
            rare[word] = read[word]
    return rare


def _commonness(store: Store, words: Sequence[str], tokenize: Tokenize) -> dict[str, int]:
    """Return in how many passages at least each word is.

    That is known of a word which is one token; of one that is several, nothing is.
    """
    tokens = [row.ids.tolist() for row in tokenize(words)]
    _, counts = frequencies(store, sorted({each for row in tokens for each in row}))
    known = [counts.get(row[0], 0) if len(row) == 1 else 0 for row in tokens]
    return dict(zip(words, known, strict=True))


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
