"""The extractive reader: the fewest sentences that answer, in the article's own words."""

from __future__ import annotations

from collections.abc import Sequence

from rag.decision import word_weights
from rag.question import Question
from rag.types import Evidence

MAX_SENTENCES = 3

GAIN = 0.16
"""A further sentence has to speak of this much more of the question, ..."""

CLOSE = 0.9
"""... and has to rank at least this near to the best one."""


def choose_sentences(question: Question, sentences: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return one to ``MAX_SENTENCES`` of ``sentences`` (best first), in source order."""
    if not sentences:
        return ()
    weights = word_weights(question)
    chosen = [sentences[0]]
    covered = sentences[0].found
    for evidence in sentences[1:]:
        if len(chosen) == MAX_SENTENCES or evidence.rank < CLOSE * sentences[0].rank:
            break
        gain = sum(
            weight * max(0.0, found - before)
            for weight, found, before in zip(weights, evidence.found, covered, strict=True)
        )
        if gain >= GAIN:
            chosen.append(evidence)
            covered = tuple(max(pair) for pair in zip(covered, evidence.found, strict=True))
    first = chosen[0].passage.article_id
    return tuple(
        sorted(
            chosen,
            key=lambda e: (e.passage.article_id != first, e.passage.article_id, e.sentence.start),
        )
    )
