"""Dense vectors, BM25 and their fusion, each alone: what our ranking has to be better than."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from eval.metrics.catalogue import CATALOGUE, RETRIEVAL
from eval.metrics.statistics import paired_p
from eval.metrics.summary import summarise
from eval.result import Rival
from eval.run import DEPTH, cluster
from eval.score import score_hits
from eval.sets.corpus import Corpus, Track
from eval.types import Question, Row
from index import Library
from rag.types import Hit

POOL = 100
"""Passages of each ranking that are fused."""

RRF = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke & Büttcher 2009)."""

Ranked = Sequence[tuple[int, float]]
Rank = Callable[[str, Library, int], Ranked]


def run_rivals(rows: Sequence[Row], corpus: Corpus, track: Track) -> tuple[Rival, ...]:
    """Rank for each question that has a ranking of ours, and compare the two, paired."""
    ours = [row for row in rows if row.hits and not row.error and "hit@1" in row.scores]
    ranks: Mapping[str, Rank] = {"dense": dense, "BM25": words, "RRF of both": fused}
    return tuple(_rival(name, rank, ours, corpus, track) for name, rank in ranks.items())


def dense(question: str, library: Library, limit: int) -> Ranked:
    """Return the passages by the cosine of their vector with the question's."""
    return library.nearest(library.embedder.encode([question], query=True)[0].vector, limit)


def words(question: str, library: Library, limit: int) -> Ranked:
    """Return the passages by BM25."""
    return library.match(question, limit)


def fused(question: str, library: Library, limit: int) -> Ranked:
    """Return the passages by the sum of ``1 / (60 + rank)`` over both rankings."""
    scores: dict[int, float] = {}
    for rank in (dense, words):
        for place, (passage, _) in enumerate(rank(question, library, POOL), 1):
            scores[passage] = scores.get(passage, 0.0) + 1 / (RRF + place)
    return sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:limit]


def asked(question: Question) -> str:
    """Return the question with the one before it: rankings know nothing of conversations."""
    return " ".join([*(turn.question for turn in question.history[-1:]), question.text])


def _rival(name: str, rank: Rank, ours: Sequence[Row], corpus: Corpus, track: Track) -> Rival:
    rows = []
    for row in track(ours, name):
        ranked = rank(asked(row.question), corpus.library, DEPTH)
        scores = score_hits(row.question, _hits(ranked, corpus.library), corpus)
        # These rank passages, not sentences.
        scores.pop("sentence_hit@1")
        rows.append(Row(row.question, scores=scores))
    placed = cluster(rows, len(corpus.texts))
    metrics = [n for n, m in CATALOGUE.items() if m.group == RETRIEVAL and n != "sentence_hit@1"]
    p_values = {metric: _p(metric, ours, placed) for metric in metrics} if ours else {}
    return Rival(name, summarise(placed), p_values)


def _hits(ranked: Ranked, library: Library) -> list[Hit]:
    found = library.passages([passage for passage, _ in ranked])
    return [
        Hit(found[number][0], score, found[number][0].sentences[0])
        for number, score in ranked
        if number in found
    ]


def _p(metric: str, ours: Sequence[Row], theirs: Sequence[Row]) -> float:
    pairs = zip(ours, theirs, strict=True)
    return paired_p(np.array([one.scores[metric] - two.scores[metric] for one, two in pairs]))
