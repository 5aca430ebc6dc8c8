"""What a table says to a question: the cells that answer it, or what it has instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.embed.embedder import Embedder
from index.library import Library
from index.speaking.words import _
from rag.cells.choice import Choice, choose_cells
from rag.cells.periods import told_periods
from rag.cells.sums import NOT_COMPUTED, wants_sum
from rag.certainty import certainty_of
from rag.question.encode import Question
from rag.retrieval.late_interaction import ScoredEvidence
from rag.types import Evidence

DOUBTED = 0.69
"""Of a row whose cell is not told, and where there are two cells and one seems to be wanted, or the
other way round, this is the most that is said of how sure it is: less than "sure"."""


@dataclass(frozen=True, slots=True)
class Told:
    """What tables tell: cells that answer, each with its row; a line about them; places near by.

    Of two cells of one row there are two pieces of evidence.
    """

    cells: tuple[Evidence, ...] = ()
    note: str = ""
    near: tuple[Evidence, ...] = ()

    @property
    def rows(self) -> tuple[Evidence, ...]:
        """The rows of the cells, in source order, each once."""
        places = {(e.passage.article_id, e.sentence.start): e for e in reversed(self.cells)}
        return tuple(places[place] for place in sorted(places))


NOTHING_TOLD = Told()


def tell_cells(
    question: Question,
    weighed: ScoredEvidence,
    usual: tuple[float, bool],
    library: Library,
    embedder: Embedder,
) -> tuple[float, bool, Told]:
    """Return how sure it is that the evidence answers, whether it does, and what is told of cells.

    That is as ``usual`` where what ranks first is no row, unless a cell is at least as sure, or the
    sentence that ranks first is not sure and no table has what was asked for. Of an embedder that
    the choice was not fitted with, a cell is chosen, and the rest is as usual.
    """
    sentences = weighed.sentences
    if not any(each.passage.words for each in sentences):
        return *usual, NOTHING_TOLD
    choice = choose_cells(question, sentences, library, embedder)
    if choice is None:
        return *usual, NOTHING_TOLD
    first = bool(sentences[0].passage.words)
    if choice.missing and (first or certainty_of(usual[0]) == "unsure"):
        return 0.0, False, _without(choice, library)
    wins = choice.chance is not None and choice.chance >= usual[0]
    if choice.missing or not (first or wins):
        return *usual, NOTHING_TOLD
    return _answered(question, choice, usual, embedder)


def _answered(
    question: Question, choice: Choice, usual: tuple[float, bool], embedder: Embedder
) -> tuple[float, bool, Told]:
    """Return what is told of the cells that were chosen, if they are likely enough."""
    sure = usual[0] if choice.sure is None else choice.sure
    alone = len(choice.held.options) == 1
    if not choice.marked or alone == wants_sum(question.text, embedder):
        sure = min(sure, DOUBTED)
    if not (usual[1] if choice.chance is None else choice.worth_telling):
        return sure, False, NOTHING_TOLD
    return sure, True, Told(choice.evidence, "" if alone else _(NOT_COMPUTED))


def _without(choice: Choice, library: Library) -> Told:
    """Return what a table has that lacks what was asked for, and where it says so."""
    note, near = told_periods(choice, library)
    rows: Sequence[Evidence] = [replace(each, short=None) for each in choice.evidence]
    return Told((), note, (*rows, *near) if note else ())
