"""Which cell answers, how sure that is, and which numbers of the question no table has.

A linear model says which of the cells it is, another one whether that is the right row. Both were
fitted on the calibration half of the project's questions on tables (``python -m eval.tables
--fit``). Where rows are about equally good, the chance is shared between them; and within a row
between its cells, of which one is marked only if it is likelier than all others together.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import numpy as np

from index.embed.embedder import Embedder
from index.library import Library
from index.types import Floats
from rag.cells.agreement import numbers_of
from rag.cells.options import Held, Holding, Option, find_options
from rag.question.encode import Question
from rag.types import Evidence

FITTED_FILE = Path(str(files("rag.cells").joinpath("choice.json")))
"""The fitted models, and what they were fitted on."""

SIGNALS = ("score", "chance", "worst", "mean")
"""What tells whether the row of the best cell is right: the cell's score, the chance of its row
among all, and how well the words of the question are spoken of, the worst of them and in the
mean."""

EXACT = 2
"""A number of so many digits has to be somewhere around a cell; a single one may be meant
otherwise."""

PAIRED = 24
"""Of so many of the best cells one is looked for that answers with the very best."""

NAMED = 0.9
GAIN = 0.2
"""A word that is matched this well is named as it is, if it was matched so much less before."""

LIKELIER = 0.5
"""The least chance within its row of a cell that is marked."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Two linear models, see ``NAMES`` and ``SIGNALS``; ``bias`` is of the second.

    ``threshold`` is the least chance that is worth an answer; what is told of how sure it is, is
    less than the chance by ``doubt``, in logits. ``embedder`` is the hash of the weights of the
    embedder that they were fitted with.
    """

    embedder: str
    cells: tuple[float, ...]
    bias: float
    signals: tuple[float, ...]
    threshold: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The cells that answer a question best, each with its row as evidence, and what they lack.

    ``chance`` is the chance that they are right, or if none is ``marked``, that their row is; None
    where the embedder is another than the one that it was fitted with. ``missing`` are exact
    numbers that were asked for and stand nowhere around; ``kin`` are all cells of rows that are
    called alike.
    """

    held: Held
    chance: float | None
    missing: frozenset[str]
    kin: tuple[Option, ...]
    marked: bool

    @property
    def worth_telling(self) -> bool:
        """Whether they are likely enough for an answer."""
        return self.chance is None or self.chance >= fitted_choice().threshold

    @property
    def sure(self) -> float | None:
        """What is told of how sure it is."""
        return None if self.chance is None else doubted(self.chance, fitted_choice().doubt)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The rows, each with its cell as the short answer, if it is told which it is."""
        return tuple(
            replace(o.evidence, short=(o.cell.start, o.cell.end) if self.marked else None)
            for o in self.held.options
        )


def choose_cells(
    question: Question,
    sentences: Sequence[Evidence],
    library: Library,
    embedder: Embedder,
) -> Choice | None:
    """Return the cell that answers best, of the rows among ``sentences``; None if there is none.

    Two of them, where one alone does not speak of something that was asked, and both do.
    """
    options = find_options(sentences, library)
    if not options:
        return None
    holdings = _holdings(question, options, library, embedder)
    held = [holdings[_article(option)].hold(option) for option in options]
    chosen = _choose(held, options, holdings, embedder)
    complete = [each for each in held if not _exact(each)]
    if chosen.missing and complete:
        other = _choose(complete, options, holdings, embedder)
        chosen = other if other.worth_telling else chosen
    pairs = _pairs(options, held, chosen.held, holdings)
    return _choose(pairs, options, holdings, embedder) if pairs else chosen


def _choose(
    held: Sequence[Held],
    options: Sequence[Option],
    holdings: Mapping[str, Holding],
    embedder: Embedder,
) -> Choice:
    """Return the best of what may answer."""
    fitted, scores = fitted_choice(), _scores(held)
    best = int(np.argmax(scores))
    chosen = held[best]
    row, cell = shares(scores, held, best)
    words = holdings[_article(chosen.options[0])].by_telling_word(chosen)
    found = signals(float(scores[best]), row, words)
    right = float(1 / (1 + np.exp(-fitted.bias - np.dot(fitted.signals, found))))
    marked = cell > LIKELIER
    known = embedder.fingerprint.weights == fitted.embedder
    names = {option.name for option in chosen.options}
    return Choice(
        chosen,
        right * (cell if marked else 1.0) if known else None,
        _exact(chosen),
        tuple(option for option in options if option.name in names),
        marked,
    )


def _scores(held: Sequence[Held]) -> Floats:
    found: Floats = np.array([each.values for each in held]) @ np.array(fitted_choice().cells)
    return found


def _exact(held: Held) -> frozenset[str]:
    return frozenset(number for number in held.missing if len(number) >= EXACT)


def shares(scores: Floats, held: Sequence[Held], best: int) -> tuple[float, float]:
    """Return the chance of the row of the best among all, and that of the best within its row.

    What says the same as it counts for it.
    """
    chances = np.exp(scores - scores.max())
    row, said = rows_of(held[best]), _said(held[best])
    in_row = chances[[rows_of(each) == row for each in held]].sum()
    same = chances[[rows_of(each) == row and _said(each) == said for each in held]].sum()
    return float(in_row / chances.sum()), float(same / in_row)


def doubted(chance: float, doubt: float) -> float:
    """Return a chance that is lower by so many logits."""
    return chance / (chance + (1 - chance) * math.exp(doubt))


def signals(score: float, chance: float, words: Floats) -> tuple[float, ...]:
    """Return the values of ``SIGNALS``; a score is about as large as the others by a tenth."""
    return score / 10, chance, float(words.min(initial=1.0)), float(words.mean())


def rows_of(held: Held) -> list[frozenset[str]]:
    """Return what the rows of cells say: a row that stands in two tables is one."""
    return [frozenset().union(*map(_meant, option.values)) for option in held.options]


def _said(held: Held) -> list[frozenset[str]]:
    return [_meant(option.value) for option in held.options]


def _meant(value: str) -> frozenset[str]:
    """Return what a cell says, however it is written: ``"$ 81,797"`` is ``"81,797"``."""
    return numbers_of(value) or frozenset([value])


def _holdings(
    question: Question, options: Sequence[Option], library: Library, embedder: Embedder
) -> Mapping[str, Holding]:
    titles = library.titles({_article(option) for option in options})
    ordered = sorted(options, key=_article)
    return {
        article: Holding(question, list(group), embedder, titles[article])
        for article, group in groupby(ordered, _article)
    }


def _article(option: Option) -> str:
    return option.evidence.passage.article_id


def _pairs(
    options: Sequence[Option], held: Sequence[Held], best: Held, holdings: Mapping[str, Holding]
) -> list[Held]:
    """Return the best cell with others of its row or column that speak of what it does not.

    That is a number, or a word that is named as it is.
    """
    one, *more = best.options
    if more:
        return []
    holding = holdings[_article(one)]
    said = holding.by_telling_word(best)
    found = []
    for place in np.argsort(-_scores(held), kind="stable")[:PAIRED].tolist():
        other = options[place]
        if _article(one) != _article(other) or not _side_by_side(one, other):
            continue
        both = holding.hold(*sorted((one, other), key=lambda o: (o.row.row.start, o.cell.start)))
        words = holding.by_telling_word(both)
        named = bool(((words >= NAMED) & (words >= said + GAIN)).any())
        if both.missing < best.missing or (named and both.missing <= best.missing):
            found.append(both)
    return found


def _side_by_side(one: Option, other: Option) -> bool:
    """Tell whether two cells of a table differ by one thing: their heads, labels or groups."""
    if one.row.above != other.row.above or one.row.heads != other.row.heads:
        return False
    if one.row.row == other.row.row:
        return one.head != other.head
    if one.head != other.head or one.cell.column != other.cell.column:
        return False
    return one.row.row.groups == other.row.row.groups or one.label == other.label


@cache
def fitted_choice() -> Fitted:
    """Return the models that come with the installation."""
    kept = json.loads(FITTED_FILE.read_text(encoding="utf-8"))
    return Fitted(
        kept["embedder"],
        tuple(kept["cells"].values()),
        kept["bias"],
        tuple(kept["signals"].values()),
        kept["threshold"],
        kept["doubt"],
    )
