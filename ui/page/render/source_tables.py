"""The tables of the source as tables: every character stays where it is, and is laid in columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.library import Library
from index.types import Cell, Paragraph, TableRow
from rag.answer.drawn import is_value


@dataclass(frozen=True, slots=True)
class Layout:
    """Which paragraphs are lines of which table.

    ``cells`` are those of a line by where its paragraph starts; ``tables`` says of each paragraph
    in order which table it is in, by its first row (None: in none), ``columns`` how many that has.
    """

    cells: dict[int, tuple[Cell, ...]]
    tables: tuple[int | None, ...]
    columns: dict[int, int]


def lay_out(article_id: str, paragraphs: Sequence[Paragraph], library: Library) -> Layout:
    """Return the layout of some paragraphs of an article: rows, their heads, what is between."""
    found = [library.table_row(article_id, each.start) for each in paragraphs]
    cells: dict[int, tuple[Cell, ...]] = {}
    inside: list[int | None] = [None] * len(paragraphs)
    headed: set[int] = set()
    for place, (paragraph, row) in enumerate(zip(paragraphs, found, strict=True)):
        if row is None or row.row.end > paragraph.end:
            continue
        cells[paragraph.start], inside[place] = row.row.cells, row.first
        if row.first not in headed:
            headed.add(row.first)
            for above, line in _heads(row, paragraphs[:place]):
                cells[paragraphs[above].start], inside[above] = line, row.first
    last = -1
    for place, table in enumerate(inside):
        if table is not None:
            if last >= 0 and inside[last] == table:
                inside[last:place] = [table] * (place - last)
            last = place
    columns: dict[int, int] = {}
    for paragraph, table in zip(paragraphs, inside, strict=True):
        if table is None:
            continue
        for cell in cells.get(paragraph.start, ()):
            columns[table] = max(columns.get(table, 1), cell.column + cell.columns)
    return Layout(cells, tuple(inside), columns)


def _heads(row: TableRow, before: Sequence[Paragraph]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield which of the paragraphs before a row are lines of its heads, each a whole one."""
    for line in row.heads:
        place = bisect_right(before, line[0].start, key=lambda each: each.start) - 1
        if place >= 0 and all(cell.end <= before[place].end for cell in line):
            yield place, line


def in_tables(
    paragraphs: Sequence[Paragraph], layout: Layout, show: Callable[[Paragraph], str]
) -> Iterator[str]:
    """Yield the HTML of the paragraphs, those of one table together in a box."""
    for table, run in groupby(
        zip(layout.tables, paragraphs, strict=True), key=lambda each: each[0]
    ):
        shown = "".join(show(paragraph) for _, paragraph in run)
        if table is None:
            yield shown
        else:
            columns = layout.columns[table] - 1
            yield f'<div class="grid" style="--columns: {max(columns, 1)}">{shown}</div>'


def in_cells(
    start: int, end: int, cells: Sequence[Cell], text: str, shown: Callable[[int, int], str]
) -> str:
    """Return ``[start, end)`` of a text as HTML whose text it is, byte for byte: cells, and gaps.

    ``shown`` returns a range of it as HTML.
    """
    parts, at = [], start
    for cell in sorted(cells):
        if not at <= cell.start <= cell.end <= end:
            continue
        parts.append(_gap(shown(at, cell.start)))
        number = is_value(text[cell.start : cell.end])
        kind = "cell name" if not cell.column else "cell number-cell" if number else "cell"
        place = f"grid-column: {cell.column + 1} / span {cell.columns}"
        said = shown(cell.start, cell.end)
        parts.append(f'<span class="{kind}" style="{place}">{said}</span>')
        at = cell.end
    return "".join([*parts, _gap(shown(at, end))])


def _gap(said: str) -> str:
    return f'<span class="gap">{said}</span>' if said else ""
