"""A question for a fact → its parts, and for each the evidence and how sure it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.embed.embedder import Embedder
from index.library import Library
from rag.answer.citation import spoken
from rag.cells.telling import NOTHING_TOLD, Told, tell_cells
from rag.question.encode import Question, encode_question, weigh_words
from rag.question.going_on import gone_on_with
from rag.question.sub_questions import split_parts
from rag.reader.choice import choose_sentences
from rag.reader.dates import add_other_dates
from rag.reader.decision import SURE, answerability, bounded, fitted_model
from rag.reader.missing import once_each
from rag.reader.reading import read_evidence
from rag.reader.said import leave_out_said
from rag.retrieval.candidates import Candidate, Places, find_candidates
from rag.retrieval.late_interaction import ScoredEvidence, score_evidence
from rag.timing import timed
from rag.types import Evidence, Turn

if TYPE_CHECKING:
    from rag.reader.types import Reader


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of a question with its evidence, and how sure it is that this answers it.

    ``told`` is what tables tell: see ``Told``.
    """

    asked: Question
    candidates: Sequence[Candidate]
    weighed: ScoredEvidence
    sure: float
    answered: bool
    told: Told = NOTHING_TOLD


@dataclass(frozen=True, slots=True)
class Search:
    """Where evidence is looked for, who encodes and reads, and what it took."""

    shelf: Library
    embedder: Embedder
    without: Places
    within: Collection[str] | None
    reader: Reader | None
    timings: dict[str, float]
    follow_up: bool | None = None


def find_all(question: str, history: Sequence[Turn | str], search: Search) -> Sequence[Finding]:
    """Find what answers each part of a question; a part may point back to those before it."""
    parts = split_parts(question)
    turns = [*history, *map(Turn, parts)]
    before = len(turns) - len(parts)
    return [_find(part, turns[: before + i], search) for i, part in enumerate(parts)]


def _find(part: str, history: Sequence[Turn | str], search: Search) -> Finding:
    """Find what answers a question: as a follow-up, by itself, or whichever is answered better.

    Who asks may say which; else one whose words lean on the turn before is looked up both ways,
    and by itself it must be both read and decided to be answered better, or alone be answered.
    """
    with timed(search.timings, "embedding"):
        before = gone_on_with(part, history, search.embedder)
    if before:
        return _look_up(part, (before,), search, _said(before, history, search))
    found = _look_up(part, history, search)
    if search.follow_up is None and found.asked.follows and search.reader:
        alone = _look_up(part, (), search)
        better = _read(alone) > _read(found) and alone.sure > found.sure
        if better or (alone.answered and not found.answered):
            return alone
    return found


def _look_up(
    part: str, history: Sequence[Turn | str], search: Search, said: Sequence[str] = ()
) -> Finding:
    """Question → candidates → what comes of them. No sentence is evidence that was ``said``."""
    shelf, timings = search.shelf, search.timings
    with timed(timings, "embedding"):
        encoded = encode_question(part, history, search.embedder, search.follow_up)
    with timed(timings, "words"):
        asked = weigh_words(encoded, shelf)
    with timed(timings, "candidates"):
        candidates = find_candidates(asked, shelf, search.without, search.within)
    return _weigh(asked, candidates, search, said)


def _read(finding: Finding) -> float:
    """Return how sure the reader is that the best sentence answers, within ±``SURE``."""
    return max((bounded(each.read) for each in finding.weighed.sentences[:1]), default=-SURE)


def _said(before: Turn, history: Sequence[Turn | str], search: Search) -> tuple[str, ...]:
    """Return what was answered so far; if that is not known, what would be to ``before``."""
    told = [turn for turn in history if isinstance(turn, Turn) and turn.answer]
    if told:
        return tuple(spoken(turn.answer) for turn in told)
    again = _find(before.question, (), search)
    return tuple(spoken(each.text) for each in choose(again, search)[0])


def _weigh(
    asked: Question, candidates: Sequence[Candidate], search: Search, said: Sequence[str] = ()
) -> Finding:
    """Candidates → evidence → reading → decision. No sentence is evidence that was ``said``."""
    with timed(search.timings, "evidence"):
        weighed = score_evidence(asked, candidates)
    if search.reader:
        with timed(search.timings, "reading"):
            weighed = read_evidence(asked, weighed, search.reader, search.shelf, search.without)
    weighed = leave_out_said(weighed, said) if said else weighed
    with timed(search.timings, "decision"):
        model = fitted_model(weighed.read, asked.embedder)
        sure = answerability(asked, weighed, model)
        usual = sure, sure >= model.threshold
        sure, answered, told = tell_cells(asked, weighed, usual, search.shelf, search.embedder)
    weighed = replace(weighed, sentences=once_each((*told.cells, *weighed.sentences)))
    return Finding(asked, candidates, weighed, sure, answered, told)


def choose(finding: Finding, search: Search) -> tuple[tuple[Evidence, ...], bool]:
    """Return the sentences to cite, and whether articles of several dates say different things."""
    chosen = finding.told.rows or choose_sentences(finding.asked, finding.weighed.sentences)

    def answers(candidates: Sequence[Candidate]) -> bool:
        return _weigh(finding.asked, candidates, search).answered

    return add_other_dates(finding.candidates, finding.weighed, chosen, search.shelf, answers)
