"""Cited rows of one table as a grid of texts, from what an export tells of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.types import Article, Cell, Json, Range, Row, TableRow
from rag.answer.drawn import Drawn, Line, draw
from rag.types import Citation, Short

Texts = tuple[tuple[str, bool], ...]
"""The cells of a line: each text, and whether it answers."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table. ``above`` stands over it; of ``numbers`` are the columns that hold some."""

    above: str
    head: tuple[str, ...]
    rows: tuple[Texts, ...]
    numbers: tuple[bool, ...]


def same_table(citation: Json) -> object:
    """Return what cited rows of one table have in common; of anything else, what it has alone."""
    told = citation.get("table")
    if not told:
        return citation["number"]
    above = [place["start"] for place in told["above"]]
    heads = [[head["start"] for head in line] for line in told["heads"]]
    return citation["article_id"], str(above), str(heads)


def grid_of(citations: Sequence[Json], shorts: Iterable[Json]) -> Grid:
    """Return rows of one table, with what stands over their cells."""
    drawn = _draw(citations, shorts)
    columns = range(drawn.columns)
    several = len(drawn.lines) > 1
    empty = [("", False)] * (drawn.columns - 1 + several)
    rows: list[Texts] = []
    for groups, lines in groupby(drawn.lines, key=lambda line: line.groups):
        if groups:
            rows.append(((" · ".join(groups), False), *empty))
        for line in lines:
            number = [(f"[{line.citation.number}]", False)] * several
            rows.append((*_cells(line, drawn), *number))
    return Grid(
        above=" · ".join((*drawn.above, *drawn.groups)),
        head=(*(drawn.head_of(column) for column in columns), *[""] * several),
        rows=tuple(rows),
        numbers=(*(drawn.holds_numbers(column) for column in columns), *[False] * several),
    )


def row_runs(citation: Json, shorts: Iterable[Json]) -> list[tuple[str, bool]]:
    """Return the cells of one row in a line, parted by a dot, those bold that answer."""
    runs: list[tuple[str, bool]] = []
    for box in _draw([citation], shorts).lines[0].boxes:
        runs += [(" · ", False)] * bool(runs) + [(box.text, box.marked)]
    return runs


def _cells(line: Line, drawn: Drawn) -> Texts:
    cells = [("", False)] * drawn.columns
    for box in line.boxes:
        cells[box.column] = (box.text, box.marked)
    return tuple(cells)


def _draw(citations: Sequence[Json], shorts: Iterable[Json]) -> Drawn:
    """Draw exported rows: of their article only the texts are known that are told, and where."""
    places = [place for each in citations for place in _places(each)]
    first = min(place["start"] for place in places)
    text = [" "] * (max(place["end"] for place in places) - first)
    for place in places:
        text[place["start"] - first : place["end"] - first] = place["text"]
    article = Article("", "", "", "".join(text), "", None, "")
    rows = [_cited(each, article, first) for each in citations]
    named = {row.number: row for row in rows}
    marks = [
        Short(short["text"], short["start"] - first, short["end"] - first, named[short["citation"]])
        for short in shorts
        if short["citation"] in named
    ]
    return draw(rows, marks)


def _places(citation: Json) -> list[Json]:
    told = citation["table"]
    heads = [head for line in told["heads"] for head in line]
    quote = {"text": citation["quote"], "start": citation["start"], "end": citation["end"]}
    return [quote, *told["above"], *told["groups"], *heads]


def _cited(citation: Json, article: Article, first: int) -> Citation:
    told = citation["table"]
    start, end = citation["start"] - first, citation["end"] - first
    groups = tuple(_range(each, first) for each in told["groups"])
    row = Row(start, end, tuple(_cell(each, first) for each in told["cells"]), groups)
    heads = tuple(tuple(_cell(each, first) for each in line) for line in told["heads"])
    table = TableRow(row, tuple(_range(each, first) for each in told["above"]), heads)
    number, paragraph = citation["number"], citation["paragraph"]
    return Citation(number, article, paragraph, start, end, citation["quote"], table=table)


def _range(place: Json, first: int) -> Range:
    return place["start"] - first, place["end"] - first


def _cell(place: Json, first: int) -> Cell:
    return Cell(*_range(place, first), place["column"], place["columns"])
