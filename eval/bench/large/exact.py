"""The passages that exact search finds, straight from the database: what ours is compared with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index import Library
from index.backends.sqlite.database import FILE
from index.backends.sqlite.words.expressions import any_of
from index.backends.words.terms import words
from rag.question.encode import Question
from rag.retrieval.candidates import DEPTH, Candidate


def nearest_vectors(folder: Path, questions: Sequence[Question]) -> list[dict[int, float]]:
    """Return the nearest passages with their cosines, best first: every vector is compared.

    With nothing of the product's own searching; so is ``matched_by_words``.
    """
    asked = np.stack([question.vector for question in questions])
    best: list[dict[int, float]] = [{} for _ in questions]
    with closing(_database(folder)) as database:
        rows = database.execute("SELECT id, vector FROM passages")
        while some := rows.fetchmany(20_000):
            vectors = np.frombuffer(b"".join(vector for _, vector in some), dtype=np.float32)
            for place, cosines in enumerate(asked @ vectors.reshape(len(some), -1).T):
                near = np.argsort(-cosines)[:DEPTH]
                both = best[place] | {some[n][0]: float(cosines[n]) for n in near}
                first = sorted(both, key=lambda n: -both[n])[:DEPTH]
                best[place] = {n: both[n] for n in first}
    return best


def matched_by_words(folder: Path, questions: Sequence[Question]) -> list[list[int]]:
    """Return the passages that have words of the question, best first: every word is searched."""
    query = "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY bm25(terms) LIMIT ?"
    with closing(_database(folder)) as database:
        return [
            [n for (n,) in database.execute(query, (any_of(words(question.searched)), DEPTH))]
            for question in questions
        ]


def _database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / FILE).absolute().as_uri()}?mode=ro", uri=True)


def fused(
    library: Library, nearest: Mapping[int, float], matched: Sequence[int]
) -> list[Candidate]:
    """Return the passages of both, as the product's candidates are made of its own."""
    found = library.passages([*nearest, *(n for n in matched if n not in nearest)])
    titles = library.titles({passage.article_id for passage, _ in found.values()})
    return [
        Candidate(passage, titles[passage.article_id], tokens, nearest.get(number, 0.0))
        for number, (passage, tokens) in found.items()
    ]
