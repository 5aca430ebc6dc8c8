"""The lines of a table → which of them name columns, which head rows, and what a row says.

Nothing here is a string of its own: all of it is ranges of the article's text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise

from index.segment.paragraphs import Span, is_table_head
from index.types import Cell, Range, Role, Row, Table, TableRow

ABOVE = 6
"""How many blocks above a table may name it or its unit."""

MOST_HEADINGS = 4
"""So many of them may be headings side by side."""

LONGEST_CAPTION = 120
LONGEST_LEAD = 320
"""A line of so many characters may be a caption; a sentence that ends in a colon may be longer."""

LATER = 2.0
"""A row's label that begins so many points further right than a group's belongs to the group."""

NUMBER = re.compile(r"[^\w\s]*\s?[-–—−(]*\s?[$€£¥]?\s?\d[\d.,\s’']*\s?[)%x]*|[-–—−]+|n/?[am]", re.I)
"""A cell that is a value, or the mark of none."""

_PIPE = re.compile(r"(?<!\\)\|")
_EDGES = " \t*_`"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table at ``[start, end)``, before it is told what it is.

    ``head``: its format says that it names columns. ``indent``: how far right it begins.
    """

    start: int
    end: int
    cells: tuple[Cell, ...]
    head: bool = False
    indent: float = 0.0

    @property
    def names(self) -> bool:
        """Whether it is nothing but a label."""
        return len(self.cells) == 1 and self.cells[0].column == 0


@dataclass(slots=True)
class _Reading:
    """What has been read of a table so far. ``named`` are labels that nothing stands under yet."""

    above: tuple[Range, ...]
    heads: list[tuple[Cell, ...]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    named: list[Line] = field(default_factory=list)
    groups: list[tuple[Line, bool]] = field(default_factory=list)


def read_tables(text: str, lines: Sequence[Line], above: Sequence[Range] = ()) -> list[Table]:
    """Return the tables that lines side by side make up: column heads after rows begin another."""
    found: list[Table] = []
    now = _Reading(tuple(above))
    headed = False
    for line in lines:
        headed = _is_head(text, line, now, headed)
        if headed:
            if now.rows:
                found.append(_table(now))
                now = _Reading((), named=now.named) if now.named else _Reading(now.above)
            now.above += tuple(each.cells[0][:2] for each in now.named)
            now.heads.append(line.cells)
            now.named = []
        elif line.names:
            now.named.append(line)
        else:
            _set_groups(now, line)
            groups = tuple(group.cells[0][:2] for group, _ in now.groups)
            now.rows.append(Row(line.start, line.end, line.cells, groups))
    return [each for each in [*found, _table(now)] if each.rows]


def _table(read: _Reading) -> Table:
    return Table(read.above, tuple(read.heads), tuple(read.rows))


def _is_head(text: str, line: Line, now: _Reading, after_head: bool) -> bool:
    """Tell whether a line names columns: it is said to, or has no label and is no sum."""
    if line.names:
        return False
    if line.head:
        return True
    if not line.cells or line.cells[0].column == 0:
        return False
    numbers = all(NUMBER.fullmatch(text, cell.start, cell.end) for cell in line.cells)
    return not numbers or after_head or not now.rows


def _set_groups(now: _Reading, line: Line) -> None:
    """Let the labels above a row be its groups: as many levels as there are new ones change.

    Where the first row of a group is set further right than it, one that is not is outside.
    """
    new = [(each, line.indent > each.indent + LATER) for each in now.named]
    if new:
        kept = now.groups[: max(0, len(now.groups) - len(new))]
        kept = [each for each in kept if not each[1] or new[0][0].indent > each[0].indent + LATER]
        now.groups = [*kept, *new]
    now.groups = [
        (group, deeper)
        for group, deeper in now.groups
        if not deeper or line.indent > group.indent + LATER
    ]
    now.named = []


def find_above(text: str, spans: Sequence[Span]) -> list[Range]:
    """Return what names a table of the blocks before it: headings, a caption, a unit."""
    found: list[Range] = []
    headings = 0
    for start, end, role in reversed(spans[-ABOVE:]):
        said = text[start:end].rstrip()
        lead = said.endswith(":") and len(said) <= LONGEST_LEAD
        short = len(said) <= LONGEST_CAPTION and not said.endswith((".", "!", "?"))
        if role is Role.HEADING:
            found.append((start, end))
            headings += 1
        elif role is Role.TEXT and (lead or short) and not headings:
            found.append((start, end))
        elif headings:
            break
        if headings == MOST_HEADINGS:
            break
    return found[::-1]


def markdown_tables(text: str, spans: Sequence[Span]) -> tuple[Table, ...]:
    """Return the tables of a text in Markdown, of which ``spans`` are the paragraphs."""
    found: list[Table] = []
    at = before = 0
    while at < len(spans):
        start, end, role = spans[at]
        if role is not Role.HEADING or not is_table_head(text, start, end):
            at += 1
            continue
        lines = [_pipe_line(text, start, end, head=True)]
        last = at + 1
        while last < len(spans) and _goes_on(text, spans[last - 1][1], spans[last][0]):
            lines.append(_pipe_line(text, *spans[last][:2]))
            last += 1
        found += read_tables(text, lines, find_above(text, spans[before:at]))
        at = before = last
    return tuple(found)


def _goes_on(text: str, end: int, start: int) -> bool:
    """Tell whether nothing but the dashed line and no blank one stands between two rows."""
    between = text[end:start]
    return "\n\n" not in between and not between.strip(" \t\n|:->")


def _pipe_line(text: str, start: int, end: int, *, head: bool = False) -> Line:
    edges = [start, *(found.end() for found in _PIPE.finditer(text, start, end)), end + 1]
    if text[start] == "|":
        edges = edges[1:]
    cells = []
    for column, (first, last) in enumerate(pairwise(edges)):
        piece = text[first : last - 1]
        left = first + len(piece) - len(piece.lstrip(_EDGES))
        right = first + len(piece.rstrip(_EDGES))
        if left < right:
            cells.append(Cell(left, right, column))
    return Line(start, end, tuple(cells), head=head)


def rows_of(tables: Sequence[Table]) -> Iterator[TableRow]:
    """Yield every row with what its table says of it."""
    for table in tables:
        for row in table.rows:
            yield TableRow(row, table.above, table.heads, table.rows[0].start)


def in_words(text: str, row: TableRow) -> Iterator[str]:
    """Yield what a row says in words, each time shorter: caption · groups · label · head: value.

    First with all that names it, then without its caption, then without repeated heads.
    """
    above = " · ".join(_said(text, *each) for each in row.above)
    over = [_named(text, heads) for heads in _heads_over(row)]
    said = [value_of(text, cell) for cell in row.values]
    own = " · ".join(filter(None, [*group_words(text, row), label_words(text, row)]))
    values = "; ".join(f"{head}{value}" for head, value in zip(over, said, strict=True))
    yield f"{above} · {own}: {values}" if above else f"{own}: {values}"
    yield f"{own}: {values}"
    bare = ", ".join(said)
    yield f"{own} ({', '.join(dict.fromkeys(over))}) {bare}"
    yield f"{own}: {bare}"


def _heads_over(row: TableRow) -> list[list[Cell]]:
    """Return what stands over each value, from the top: looked up, as a row may be very wide."""
    found: list[list[Cell]] = [[] for _ in row.values]
    for line in row.heads:
        heads = sorted(line, key=lambda head: head.column)
        starts = [head.column for head in heads]
        reached = list(accumulate((head.column + head.columns for head in heads), max))
        for cell, over in zip(row.values, found, strict=True):
            first = bisect_right(reached, cell.column)
            last = bisect_left(starts, cell.column + cell.columns)
            over += (h for h in heads[first:last] if cell.column < h.column + h.columns)
    return found


def group_words(text: str, row: TableRow) -> list[str]:
    """Return what heads a row, outermost first."""
    return [_said(text, *each) for each in row.row.groups]


def label_words(text: str, row: TableRow) -> str:
    """Return what a row is called; "" if it has no label."""
    return _said(text, *row.label[:2]) if row.label else ""


def head_of(text: str, row: TableRow, cell: Cell) -> str:
    """Return what stands over a cell: ``"Three Months Ended July 1, 2023: "``; "" if nothing."""
    return _named(text, row.heads_of(cell))


def _named(text: str, heads: Sequence[Cell]) -> str:
    said = [_said(text, head.start, head.end) for head in heads]
    return f"{' '.join(word for word, _ in groupby(said))}: " if said else ""


def value_of(text: str, cell: Cell) -> str:
    """Return a cell on one line."""
    return _said(text, cell.start, cell.end)


def _said(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].split()).rstrip(":")
