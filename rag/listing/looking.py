"""A question and every passage that could answer it: all are read, not the best ones alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.library import Library
from index.types import Sentence
from rag.question.encode import Question, read_question
from rag.reader.types import Reader
from rag.reader.windows import find_windows
from rag.retrieval.candidates import Places, find_candidates
from rag.retrieval.late_interaction import score_evidence
from rag.types import Evidence, Hit, Span, Turn

LIMIT = 60
"""How many passages are read at most, the best ones by retrieval."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was read for a question.

    ``found`` are the sentences in source order, article by article, each with the reader's score,
    the range of its best words, and the rank of its passage; ``passages`` is how many were read,
    ``everything`` whether there are no more to read.
    """

    question: Question
    found: tuple[Evidence, ...]
    passages: int
    everything: bool


def look(
    question: str,
    library: Library,
    reader: Reader,
    *,
    history: Sequence[Turn | str] = (),
    without: Places = frozenset(),
    within: Collection[str] | None = None,
) -> Looked:
    """Read up to ``LIMIT`` passages. Raises what ``retrieve`` raises."""
    asked = read_question(question, history, library)
    more = len(library.nearest(asked.vector, LIMIT + 1, within)) > LIMIT
    candidates = find_candidates(asked, library, without, within, LIMIT)
    weighed = score_evidence(asked, candidates)
    hits = weighed.hits[:LIMIT]
    best = [hit.passage for hit in hits]
    windows = find_windows(best, library, without)
    found: list[Evidence] = []
    for hit, window, readings in zip(
        hits, windows, reader.read(asked.searched, windows), strict=True
    ):
        passage = hit.passage
        for sentence, place, reading in zip(
            passage.sentences, window.sentences, readings, strict=True
        ):
            by = sentence.start - place[0]
            words = (reading.start + by, reading.end + by)
            found.append(_evidence(hit, sentence, reading.score, words))
    order = {passage.article_id: rank for rank, passage in reversed([*enumerate(best)])}
    found.sort(key=lambda each: (order[each.passage.article_id], each.sentence.start))
    return Looked(asked, tuple(found), len(best), not more)


def _evidence(hit: Hit, sentence: Sentence, read: float, words: Span) -> Evidence:
    told = words[1] > words[0] and not hit.passage.words  # of a row, its words are read
    short = words if told else None
    return Evidence(hit.passage, sentence, 0.0, hit.score, (), read, short)
