"""Gold cells as ranges of an article, and what an answer has of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from eval.sets.lines import Record
from rag.types import Answer, Citation, Span

OWN = Path(__file__).parents[1] / "own"

_BETWEEN = re.compile(r"[^\t|]+")
_EDGES = " *"


class Kind(StrEnum):
    """What a question asks for.

    ``CELL``: one that the table gives. ``LINE``: a row of it, for no column is named. ``PERIOD``:
    of a period that it does not have. ``ROW``: what no row or column of it says. ``SUM``: something
    to be computed of several cells.
    """

    CELL = "cell"
    LINE = "line"
    PERIOD = "period"
    ROW = "row"
    SUM = "sum"


class Outcome(StrEnum):
    """What came of a question.

    ``RIGHT``: every cell that it needs is marked, first of all, of a ``LINE`` any or none of it;
    ``UNMARKED``: its row is cited, and no cell of it marked; ``WRONG``: anything else that was
    answered.
    """

    RIGHT = "right"
    UNMARKED = "unmarked"
    WRONG = "wrong"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it; ``told``: something is said below the answer."""

    record: Record
    outcome: Outcome
    certainty: str
    told: bool

    @property
    def kind(self) -> Kind:
        """What it asks for."""
        return Kind(self.record["kind"])

    @property
    def surely_wrong(self) -> bool:
        """Whether it says "sure" of what is not so."""
        return self.outcome is Outcome.WRONG and self.certainty == "sure"


def files(documents: Path | None) -> dict[str, Path]:
    """Return the articles that the set is about, by name: our own, and the filings if there."""
    found = [*(OWN / "tables").iterdir()]
    found += documents.glob("*.pdf") if documents else ()
    return {file.stem: file for file in sorted(found)}


def gold(record: Record, text: str) -> list[list[tuple[Span, Span]]]:
    """Return for each cell that a question needs all its places: its row, and its own range."""
    return [
        [place for each in (cell, *cell.get("also", ())) for place in _places(each, text)]
        for cell in record["cells"]
    ]


def _places(cell: Record, text: str) -> Iterator[tuple[Span, Span]]:
    """Yield a row wherever it stands as a line of its own, with the cell that is meant or all."""
    row = cell["row"]
    for found in re.finditer(rf"(?<![^\n]){re.escape(row)}(?![^\n])", text):
        if "cell" not in cell:
            yield found.span(), found.span()
            continue
        like = [
            (start, start + len(cell["cell"]))
            for each in _BETWEEN.finditer(row)
            if each.group().strip(_EDGES) == cell["cell"]
            for start in [found.start() + each.start() + each.group().index(cell["cell"])]
        ]
        yield found.span(), like[cell.get("nth", 0)]


def judge(record: Record, answer: Answer, text: str) -> Asked:
    """Compare an answer with the gold cells of ``text``."""
    outcome = Outcome.REFUSED if answer.refused else _outcome(record, answer, text)
    return Asked(record, outcome, answer.certainty, bool(answer.notes))


def _outcome(record: Record, answer: Answer, text: str) -> Outcome:
    wanted = gold(record, text)
    marked = [(short.start, short.end) for short in answer.short][: len(wanted)]
    if wanted and all(any(_meet(cell, marked) for _, cell in places) for places in wanted):
        return Outcome.RIGHT
    cited = [(each.start, each.end) for each in answer.citations]
    in_row = [any(_meet(row, cited) for row, _ in places) for places in wanted]
    unmarked = Outcome.RIGHT if record["kind"] == Kind.LINE else Outcome.UNMARKED
    return unmarked if wanted and all(in_row) and not marked else Outcome.WRONG


def _meet(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def quotes(citations: Sequence[Citation]) -> str:
    """Return what is cited on one line."""
    return " / ".join(" ".join(each.quote.split()) for each in citations)
