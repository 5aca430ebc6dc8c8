"""The rows among the evidence → the cells that may be what is asked for, and how each agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.embed.embedder import Embedder
from index.library import Library
from index.segment.tables import NUMBER, group_words, head_of, label_words, value_of
from index.types import Cell, Floats, TableRow
from rag.cells.agreement import Agreement, numbers_of
from rag.question.encode import Question
from rag.reader.decision import telling_words
from rag.types import Evidence

NAMES = ("all", "name", "name asked", "head asked", "numbers missing", "rank")
"""What agrees, of a cell. ``all``: how much of the question is spoken of by what names it;
``name``: by its row's groups and label; ``… asked``: how much of these, and of what stands over it,
was asked; ``numbers missing``: the share of the question's numbers that none of them has;
``rank``: that of its row among all evidence."""


@dataclass(frozen=True)
class Option:
    """A cell that may be what is asked for, and what says so, as it is read.

    ``name`` is its row's groups and ``label``, ``head`` what stands over it, ``above`` its table's
    caption and unit, with what the labels are called, ``beside`` what other cells of its row say in
    words; ``heads`` are the numbers over all of its table, ``value`` what it says itself and
    ``values`` what all cells of its row say.
    """

    evidence: Evidence
    row: TableRow
    cell: Cell
    name: str
    label: str
    head: str
    above: str
    beside: str
    heads: frozenset[str]
    value: str
    values: tuple[str, ...]

    @cached_property
    def own(self) -> frozenset[str]:
        """The numbers of what names it alone."""
        return numbers_of(f"{self.name} {self.head} {self.beside}")

    def says(self, asked: frozenset[str], around: frozenset[str]) -> frozenset[str]:
        """Return which of the numbers that were ``asked`` are said of it.

        A caption that names two years says them of no column that has a year of its own, nor of
        one whose neighbour has it: so of the numbers ``around`` only those count that no head has,
        and that are as long as none of its own that was not asked.
        """
        other = {len(number) for number in self.own - asked}
        around = around | numbers_of(self.above)
        lent = {n for n in around - self.heads if len(n) not in other}
        return frozenset(n for n in asked if _has(self.own | lent, n))


@dataclass(frozen=True, slots=True)
class Held:
    """What is answered with, one cell or two, held against the question.

    ``values`` are those of ``NAMES``; ``covered`` is how well each of the question's tokens is
    spoken of; ``missing`` are the numbers that nothing around has.
    """

    options: tuple[Option, ...]
    values: tuple[float, ...]
    covered: Floats
    missing: frozenset[str]


def find_options(sentences: Sequence[Evidence], library: Library) -> list[Option]:
    """Return every cell with a value of the rows among the evidence."""
    found: list[Option] = []
    texts: dict[str, str] = {}
    for evidence in sentences:
        passage = evidence.passage
        row = library.table_row(passage.article_id, passage.start) if passage.words else None
        if row is None:
            continue
        if passage.article_id not in texts:
            texts[passage.article_id] = library.article(passage.article_id).text
        text = texts[passage.article_id]
        label = label_words(text, row)
        name = " · ".join(filter(None, [*group_words(text, row), label]))
        called = head_of(text, row, row.label) if row.label else ""
        captions = [" ".join(text[start:end].split()) for start, end in row.above]
        above = " · ".join(filter(None, [*captions, called.rstrip(": ")]))
        said = tuple(value_of(text, cell) for cell in row.values)
        heads = numbers_of(" ".join(head_of(text, row, cell) for cell in row.values))
        for cell in row.values:
            head = head_of(text, row, cell).rstrip(": ")
            value = value_of(text, cell)
            words = [each for each in said if each != value and not NUMBER.fullmatch(each)]
            parts = name, label, head, above, " · ".join(words), heads, value, said
            found.append(Option(evidence, row, cell, *parts))
    return found


class Holding:
    """Options of one article, each with its agreement with a question."""

    def __init__(
        self, question: Question, options: Sequence[Option], embedder: Embedder, title: str
    ) -> None:
        self._agreement = Agreement(question, embedder, title)
        parts = [part for o in options for part in (o.name, o.head, o.above, o.beside)]
        self._agreement.encode(parts)
        self._titled = numbers_of(title)

    def hold(self, *options: Option) -> Held:
        """Hold a cell, or several as one, against the question: what one says counts for all."""
        agreement, weights = self._agreement, self._agreement.question.weights
        names = np.max([agreement.covered(o.name) for o in options], axis=0)
        heads = np.max([agreement.covered(o.head) for o in options], axis=0)
        around = np.max(
            [
                agreement.titled,
                *(agreement.covered(p) for o in options for p in (o.above, o.beside)),
            ],
            axis=0,
        )
        numbers = agreement.numbers
        said = frozenset[str]().union(*(o.says(numbers, self._titled) for o in options))
        own: Floats = np.maximum(names, heads)
        covered: Floats = np.maximum(own, np.where(agreement.lends(said), around, own))
        missing = numbers - said
        values = (
            float(covered @ weights),
            float(names @ weights),
            float(np.mean([agreement.asked(o.name) for o in options])),
            float(np.mean([agreement.asked(o.head) for o in options])),
            len(missing) / max(len(numbers), 1),
            float(np.mean([o.evidence.rank for o in options])),
        )
        return Held(options, values, covered, missing)

    def by_telling_word(self, held: Held) -> Floats:
        """Return how well each of the words is spoken of that say what is asked."""
        words = self._agreement.by_word(held.covered)
        return words[telling_words(self._agreement.question)]


def _has(said: frozenset[str], number: str) -> bool:
    """Tell whether a number is said; of a year its last two digits are enough."""
    short = len(number) == 2 and number.isdecimal()
    return number in said or (
        short and any(len(each) == 4 and each.endswith(number) for each in said)
    )
