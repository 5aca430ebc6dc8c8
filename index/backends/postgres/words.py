"""The full-text index in plain SQL: how often each word is in each passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from psycopg import Connection

from index.backends.backend import Ranking
from index.backends.passages import Packed
from index.backends.postgres import reading
from index.backends.postgres.connections import Connections
from index.backends.words.counting import count_terms, stems_of
from index.backends.words.ranking import Ids
from index.backends.words.terms import terms
from index.language import CODES

ANY_WORD = -2
"""Stands in the frequencies for how many words the index has in all."""

_BM25 = """
WITH asked AS (
    SELECT term, place FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS a(term, place)
), size AS (
    SELECT sum(passages) FILTER (WHERE token = -1)::float8 AS passages,
        sum(passages) FILTER (WHERE token = -2)::float8 AS words FROM frequencies WHERE token < 0
), found AS (
    SELECT p.passage, a.place, p.times::float8 AS times,
        count(*) OVER (PARTITION BY a.place)::float8 AS held
    FROM asked a JOIN postings p ON p.term = a.term
), told AS (
    SELECT f.*, s.words / s.passages AS usual,
        ln((s.passages - held + 0.5::float8) / (held + 0.5::float8)) AS rarity
    FROM found f, size s
)
SELECT t.passage, sum(
    CASE WHEN rarity <= 0 THEN 1e-6::float8 ELSE rarity END * (
        times * 2.2::float8 / (times + 1.2::float8 * (
            1.0::float8 - 0.75::float8 + 0.75::float8 * k.length::float8 / usual))
    ) ORDER BY place
) FROM told t JOIN passage_tokens k ON k.passage = t.passage GROUP BY t.passage
"""
"""SQLite's bm25(), operation by operation, so that the last bit is the same."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The full-text index of a library; see ``Words``."""

    at: Connections

    def how_many(self) -> int:
        """Return the number of passages."""
        return reading.frequencies(self.at, [])[0]

    def languages_in(self) -> Sequence[str]:
        """Return the languages that words of articles are stemmed in."""
        rows = self.at.all("SELECT DISTINCT words_in FROM articles WHERE words_in <> ''")
        held = {language for (language,) in rows}
        return [language for language in CODES.values() if language in held]

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return reading.frequencies(self.at, tokens)

    def by_bm25(self, words: Sequence[str]) -> Ranking:
        """Return all passages that have one of the words, each with its BM25."""
        asked = [term for found in stems_of(words) for term in found]
        return [(int(n), float(s)) for n, s in self.at.all(_BM25, {"terms": asked})]

    def having(self, word: str, most: int) -> Ids:
        """Return the passages that have a word, the oldest first, at most so many."""
        return self._ids(
            "SELECT passage FROM postings WHERE term = %s ORDER BY passage LIMIT %s",
            (_stem(word), most),
        )

    def having_both(self, word: str, others: Mapping[str, Ids], most: int) -> Ids:
        """Return those that have it and one of the others too."""
        either = np.unique(np.concatenate(list(others.values()))).tolist()
        return self._ids(
            "SELECT passage FROM postings WHERE term = %s AND passage = ANY(%s::integer[])"
            " ORDER BY passage LIMIT %s",
            (_stem(word), either, most),
        )

    def _ids(self, query: str, values: tuple[object, ...]) -> Ids:
        """Return the passages of a query; thousands come as one row of bytes, not as rows."""
        packed = f"SELECT coalesce(string_agg(int4send(passage), ''), '') FROM ({query}) AS found"
        row = self.at.one(packed, values)
        return np.frombuffer(row[0] if row else b"", dtype=">i4").astype(np.int64)

    def passage_ids(self, article_ids: Collection[str]) -> Sequence[int]:
        """Return the ids of the passages of those articles."""
        return reading.passage_ids(self.at, article_ids)

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Return article and start of those passages that are there."""
        rows = self.at.all(
            "SELECT id, article_id, start FROM passages WHERE id = ANY(%s::integer[])", (list(ids),)
        )
        return {number: (article_id, start) for number, article_id, start in rows}


def _stem(word: str) -> str:
    """Return what the index has for a word: of several terms, which is very rare, the first."""
    return next(iter(stems_of([word])[0]), "")


def counted(passages: Sequence[Packed], title: str, language: str) -> list[Counter[str]]:
    """Return how often each word is in each passage, with its article's title."""
    heading = terms(title, language)
    return count_terms([(heading, terms(each.read, language)) for each in passages])


def insert_postings(
    connection: Connection, ids: Sequence[int], words: Sequence[Counter[str]]
) -> None:
    """Store how often each word is in passages."""
    query = "COPY postings (term, passage, times) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["text", "int4", "int2"])
        for number, found in zip(ids, words, strict=True):
            for term, times in found.items():
                copy.write_row((term, number, min(times, 32_767)))
    _count(connection, sum(found.total() for found in words))


def delete_postings(
    connection: Connection, ids: Sequence[int], words: Sequence[Counter[str]]
) -> None:
    """Delete the words of passages, which are known: the index is by word."""
    held = sorted({term for found in words for term in found})
    connection.execute(
        "DELETE FROM postings WHERE term = ANY(%s::text[]) AND passage = ANY(%s::integer[])",
        (held, list(ids)),
    )
    _count(connection, -sum(found.total() for found in words))


def _count(connection: Connection, more: int) -> None:
    connection.execute(
        "INSERT INTO frequencies VALUES (%s, %s) ON CONFLICT (token)"
        " DO UPDATE SET passages = frequencies.passages + excluded.passages",
        (ANY_WORD, more),
    )
