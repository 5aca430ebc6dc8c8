"""Cited rows of one table on a grid, as every face draws them; their words are the article's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple
from unicodedata import category

from index.segment.tables import NUMBER
from index.types import Cell
from rag.answer.citation import spoken
from rag.types import Citation, Short, Span

_JOINS_NEXT = {"Sc", "Ps"}
"""The sign of a currency and an opening bracket, by themselves in a cell, are of the next one."""


def is_value(text: str) -> bool:
    """Tell whether a cell is a number with its signs, or the mark of none."""
    figures = any(map(str.isdigit, text)) and not any(map(str.isalpha, text))
    return figures or NUMBER.fullmatch(text) is not None


class Box(NamedTuple):
    """A text in ``columns`` of the drawn columns from ``column`` (0-based) on.

    ``marked``: it is the short answer, or has it in it.
    """

    text: str
    column: int
    columns: int
    marked: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is a value, or the mark of none."""
        return is_value(self.text)

    @property
    def reaches(self) -> range:
        """The columns that it takes."""
        return range(self.column, self.column + self.columns)


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its citation, under ``groups``, outermost first."""

    groups: tuple[str, ...]
    boxes: tuple[Box, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows of a table with what names them: ``above`` it, ``heads`` over its ``columns`` columns.

    ``groups`` are those that all rows stand under; if they differ, each row has its own.
    ``labelled``: the first column is what the rows are called.
    """

    above: tuple[str, ...]
    groups: tuple[str, ...]
    heads: tuple[tuple[Box, ...], ...]
    lines: tuple[Line, ...]
    columns: int
    labelled: bool

    def head_of(self, column: int) -> str:
        """Return all that stands over a column on one line: ``"Three months ended 2023"``."""
        over = (box.text for line in self.heads for box in line if column in box.reaches)
        return " ".join(text for text, _ in groupby(over))

    def holds_numbers(self, column: int) -> bool:
        """Tell whether a column's cells are numbers, which stand right-aligned under each other."""
        if self.labelled and not column:
            return False
        held = [box for line in self.lines for box in line.boxes if column in box.reaches]
        return any(box.is_number for box in held)


class _Piece(NamedTuple):
    """A cell, or several that are written as one."""

    text: str
    range: Span
    column: int
    until: int


def place_of_table(citation: Citation) -> tuple[str, int] | None:
    """Return what the rows of one table share; None of what is no row."""
    return (citation.article_id, citation.table.first) if citation.table else None


def by_table(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Return the citations, those of one table's rows together, each other one by itself."""
    found: dict[object, list[Citation]] = {}
    for citation in citations:
        found.setdefault(place_of_table(citation) or citation.number, []).append(citation)
    return list(found.values())


def draw(citations: Sequence[Citation], shorts: Iterable[Short] = ()) -> Drawn:
    """Return rows of one table, in its order, with the cells marked that are the short answers.

    Only what a row has a cell in is a column; a head that stands over none is left out.

    Raises:
        ValueError: one of the citations is no row.
    """
    cited = sorted(citations, key=lambda each: each.start)
    rows = [each.table for each in cited if each.table]
    if not rows or len(rows) < len(cited):
        raise ValueError("only rows of a table can be drawn as one")
    text, (first, *_) = cited[0].article.text, rows
    marks = [(s.start, s.end) for s in shorts if s.citation.article_id == cited[0].article_id]
    held = [_pieces(text, row.row.cells) for row in rows]
    over = [_pieces(text, line) for line in first.heads]
    columns = _columns(held, over)
    groups = [_said(text, row.row.groups) for row in rows]
    alike = len(set(groups)) == 1
    return Drawn(
        above=_said(text, first.above),
        groups=groups[0] if alike else (),
        heads=tuple(line for each in over if (line := _boxes(each, columns))),
        lines=tuple(
            Line(() if alike else under, _boxes(each, columns, marks), citation)
            for under, each, citation in zip(groups, held, cited, strict=True)
        ),
        columns=len(columns),
        labelled=any(row.label for row in rows),
    )


def _said(text: str, ranges: Iterable[Span]) -> tuple[str, ...]:
    """Return ranges of a text on one line each, without the colon that leads on, none twice."""
    said = (spoken(text[start:end]).rstrip(":") for start, end in ranges)
    return tuple(dict.fromkeys(filter(None, said)))


def _pieces(text: str, cells: Iterable[Cell]) -> list[_Piece]:
    """Return cells in order; a sign that has a cell of its own joins the number that it is of."""
    found: list[_Piece] = []
    waiting: _Piece | None = None
    for cell in sorted(cells, key=lambda each: each.column):
        said = spoken(text[cell.start : cell.end])
        place = (cell.start, cell.end), cell.column, cell.column + cell.columns
        piece = _Piece(said, *place)
        if waiting:
            piece, waiting = _joined(waiting, piece), None
        if cell.column and not any(map(str.isalnum, said)) and not NUMBER.fullmatch(piece.text):
            if category(said[:1] or " ") in _JOINS_NEXT:
                waiting = piece
                continue
            if found and found[-1].column:
                piece = _joined(found.pop(), piece)
        found.append(piece)
    return [*found, waiting] if waiting else found


def _joined(one: _Piece, other: _Piece) -> _Piece:
    start, end = min(one.range[0], other.range[0]), max(one.range[1], other.range[1])
    until = max(one.until, other.until)
    return _Piece(f"{one.text} {other.text}", (start, end), one.column, until)


def _columns(rows: Iterable[Sequence[_Piece]], heads: Iterable[Sequence[_Piece]]) -> list[Span]:
    """Return the columns of the source, those that nothing parts as one, that some row has."""
    cells = [piece for row in rows for piece in row]
    named = [piece for line in heads for piece in line]
    edges = sorted({edge for piece in [*cells, *named] for edge in (piece.column, piece.until)})
    return [
        (left, right)
        for left, right in pairwise(edges)
        if any(piece.column <= left and right <= piece.until for piece in cells)
    ]


def _boxes(
    pieces: Sequence[_Piece], columns: Sequence[Span], marks: Sequence[Span] = ()
) -> tuple[Box, ...]:
    """Return pieces in their columns; what was read into one column twice stands in it together."""
    found: list[Box] = []
    for piece in pieces:
        taken = [
            place
            for place, (left, right) in enumerate(columns)
            if piece.column <= left and right <= piece.until
        ]
        if not taken or not piece.text:
            continue
        start, end = piece.range
        marked = any(start < right and left < end for left, right in marks)
        box = Box(piece.text, taken[0], len(taken), marked)
        if found and box.column in found[-1].reaches:
            last = found.pop()
            until = max(last.reaches.stop, box.reaches.stop)
            text, marked = f"{last.text} {box.text}", last.marked or marked
            box = Box(text, last.column, until - last.column, marked)
        found.append(box)
    return tuple(found)
