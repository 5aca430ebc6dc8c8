"""SQLite's full-text index, as the ranking reads it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.backends.backend import Ranking
from index.backends.sqlite import reading
from index.backends.sqlite.store import Store
from index.backends.sqlite.words.expressions import any_of, one_with
from index.backends.sqlite.words.languages import languages_in
from index.backends.words.ranking import Ids


@dataclass(frozen=True, slots=True)
class FullText:
    """The full-text index of a store; see ``Words``."""

    store: Store

    def how_many(self) -> int:
        """Return the number of passages."""
        return reading.how_many(self.store)

    def languages_in(self) -> Sequence[str]:
        """Return the languages that words of articles are stemmed in."""
        with self.store.guard():
            return languages_in(self.store.connection)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return reading.frequencies(self.store, tokens)

    def by_bm25(self, words: Sequence[str]) -> Ranking:
        """Return all passages that have one of the words, each with its BM25."""
        with self.store.guard():
            return self.store.connection.execute(
                "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ?", (any_of(words),)
            ).fetchall()

    def having(self, word: str, most: int) -> Ids:
        """Return the passages that have a word, at most so many; nothing is scored for it."""
        return self._ids(any_of([word]), most)

    def having_both(self, word: str, others: Mapping[str, Ids], most: int) -> Ids:
        """Return those that have it and one of the others too."""
        return self._ids(one_with(word, others), most)

    def _ids(self, expression: str, most: int) -> Ids:
        with self.store.guard():
            rows = self.store.connection.execute(
                "SELECT rowid FROM terms WHERE terms MATCH ? LIMIT ?", (expression, most)
            )
            return np.fromiter(itertools.chain.from_iterable(rows), dtype=np.int64)

    def passage_ids(self, article_ids: Collection[str]) -> Sequence[int]:
        """Return the ids of the passages of those articles."""
        return reading.passage_ids(self.store, article_ids)

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Return article and start of those passages that are there."""
        with self.store.guard():
            rows = self.store.connection.execute(
                "SELECT id, article_id, start FROM passages"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        return {number: (article_id, start) for number, article_id, start in rows}
