"""The passages that share words with a question. In a large library the rarer words choose."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.backends.backend import Ranking, Tokenize
from index.backends.words.terms import words

MATCHES = 5_000
"""In a library of so many passages every word counts, by BM25. To score more would take longer than
all the rest of an answer."""

READ = 15_000
"""Beyond that so many places of words are read, of the rarest words of the question first. What has
one of these scores by which of the others it has too: that finds what BM25 of all words finds. If
each word is in more passages than that, none is searched for."""

COMMON = 10 * READ
"""A word in more passages than these tells too little to be looked for."""

Ids = NDArray[np.int64]

_SCATTER = 2_654_435_761
"""Puts ids in an order that has nothing to do with theirs (Knuth's multiplicative hash)."""


class Words(Protocol):
    """A full-text index, as the ranking reads it."""

    def how_many(self) -> int:
        """Return the number of passages."""

    def languages_in(self) -> Sequence[str]:
        """Return the languages that words of articles are stemmed in."""

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""

    def by_bm25(self, words: Sequence[str]) -> Ranking:
        """Return all passages that have one of the words, in any order, each with its BM25.

        As SQLite computes it (k1 = 1.2, b = 0.75), each word by itself.
        """

    def having(self, word: str, most: int) -> Ids:
        """Return the passages that have a word, the oldest first, at most so many."""

    def having_both(self, word: str, others: Mapping[str, Ids], most: int) -> Ids:
        """Return those that have it and one of the others too, of which all passages are given."""

    def passage_ids(self, article_ids: Collection[str]) -> Sequence[int]:
        """Return the ids of the passages of those articles."""

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Return article and start of those passages that are there."""


def match(
    index: Words,
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
    said = words(question, index.languages_in())
    if not said:
        return []
    if index.how_many() <= MATCHES:
        rows = index.by_bm25(said)
    else:
        rows = _by_rarity(index, _commonness(index, said, tokenize))
    if within is not None:
        admitted = set(index.passage_ids(within))
        rows = [row for row in rows if row[0] in admitted]
    return _best(index, rows, limit)


def _by_rarity(index: Words, words: dict[str, int]) -> Ranking:
    """Score the passages that have a rare word by the information of all words that they have.

    ``words``: each with how many passages are known to have it.
    """
    rare = _rare(index, words)
    if not rare:
        return []
    total = index.how_many()
    held = list(rare.values())
    told = [math.log(total / len(ids)) for ids in held]
    for word, least in words.items():
        if word not in rare and least <= COMMON:
            held.append(index.having_both(word, rare, READ))
            told.append(math.log(total / min(max(least, READ), total)))
    ids, places = np.unique(np.concatenate(held), return_inverse=True)
    scores = np.bincount(places, np.repeat(told, [len(each) for each in held]))
    # Thousands may have the same words: the oldest of them are not better than the others.
    scattered = scores - (ids * _SCATTER % 2**32) * 1e-15
    return list(zip(ids.tolist(), scattered.tolist(), strict=True))


def _rare(index: Words, words: dict[str, int]) -> dict[str, Ids]:
    """Return the rarest words, each with the passages that have it, as many as may be read."""
    read = {word: index.having(word, READ + 1) for word, least in words.items() if least <= READ}
    rare: dict[str, Ids] = {}
    room = READ
    for word in sorted(read, key=lambda each: len(read[each])):
        room -= len(read[word])
        if room >= 0 and len(read[word]):
            rare[word] = read[word]
    return rare


def _commonness(index: Words, words: Sequence[str], tokenize: Tokenize) -> dict[str, int]:
    """Return in how many passages at least each word is.

    That is known of a word which is one token; of one that is several, nothing is.
    """
    tokens = [row.ids.tolist() for row in tokenize(words)]
    _, counts = index.frequencies(sorted({each for row in tokens for each in row}))
    known = [counts.get(row[0], 0) if len(row) == 1 else 0 for row in tokens]
    return dict(zip(words, known, strict=True))


def _best(index: Words, rows: Ranking, limit: int) -> Ranking:
    """Return the best of ``rows``; only of these article and place are looked up."""
    if len(rows) > limit:
        scores = np.array([score for _, score in rows])
        least = np.partition(scores, len(rows) - limit)[len(rows) - limit]
        rows = [row for row in rows if row[1] >= least]
    order = index.places([number for number, _ in rows])
    known = [(int(n), float(s)) for n, s in rows if n in order]
    return sorted(known, key=lambda hit: (-hit[1], order[hit[0]]))[:limit]
