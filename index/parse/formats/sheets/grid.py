"""The cells of a spreadsheet as they are seen → the rows of tables, and which are heads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, row_of
from index.segment.tables import LONGEST_CAPTION, NUMBER
from index.types import Role

MOST_SPANNED = 1_000
"""Rows or columns that one cell reaches over, at most: a file may say anything."""


MOST_HEADS = 6
"""So many rows name columns, at most."""

TOP = 50
"""Among so many rows are the heads of a table of which nothing else is known."""


class Seen(NamedTuple):
    """A cell with its text as it is shown; it takes ``columns`` columns from ``column`` (0-based).

    ``counts`` is the whole number that it is, ``dated`` whether it is a date, ``words`` whether it
    is neither a number nor a date; ``style`` tells apart how cells look.
    """

    column: int
    text: str
    words: bool = True
    counts: int | None = None
    style: str = ""
    columns: int = 1
    dated: bool = False


Line = tuple[int, list[Seen]]
"""The number of a row (0-based), and its cells from the left; none of them is empty."""


@dataclass(slots=True)
class Sheet:
    """A sheet: its name and its rows from the top, empty and hidden ones left out.

    ``heads`` are the rows of which the file says that they name columns.
    """

    name: str
    rows: list[Line] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Hidden:
    """How much of a workbook is not seen, and therefore not read."""

    sheets: list[str] = field(default_factory=list)
    rows: int = 0
    columns: int = 0

    def __str__(self) -> str:
        """``"its hidden sheet “Raw” and 3 hidden rows are left out"``; "" if nothing is hidden."""
        names = ", ".join(f"“{name}”" for name in self.sheets)
        parts = [f"hidden sheet{'s' * (len(self.sheets) > 1)} {names}"] * bool(self.sheets)
        for count, what in ((self.rows, "row"), (self.columns, "column")):
            parts += [f"{count:,} hidden {what}{'s' * (count > 1)}"] * bool(count)
        many = len(parts) > 1 or len(self.sheets) > 1 or self.rows > 1 or self.columns > 1
        return f"{' and '.join(parts)} {'are' if many else 'is'} left out" if parts else ""


class Counted:
    """How many characters have been read: a small file may repeat a cell without end."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.most, self.held = name, limits.characters, 0

    def add(self, text: str) -> str:
        """Return the text, counted.

        Raises:
            InputError: that is more than may be.
        """
        self.held += len(text) + 1
        if self.held > self.most:
            raise InputError(
                f"{self.name} has over {self.most:,} characters, which is the limit: split it"
            )
        return text


def blocks_of(sheets: Iterable[Sheet]) -> Iterator[Block]:
    """Yield the sheets with what is in them, each under its name."""
    for sheet in sheets:
        if sheet.rows:
            yield Block(sheet.name, Role.HEADING)
        heads = find_heads(sheet)
        edge = _edge(sheet.rows)
        for place, (_, cells) in enumerate(sheet.rows):
            if len(cells) == 1 and len(cells[0].text) > LONGEST_CAPTION:
                yield Block(cells[0].text)
                continue
            columns = [(max(cell.column - edge, 0), cell.columns) for cell in cells]
            texts = [cell.text for cell in cells]
            yield row_of(texts, header=place in heads, columns=columns)


def _edge(rows: Sequence[Line]) -> int:
    """Return the column that tables begin in: a margin is none of theirs."""
    tables = [cells[0].column for _, cells in rows if len(cells) > 1]
    return min(tables or [cells[0].column for _, cells in rows], default=0)


def find_heads(sheet: Sheet) -> set[int]:
    """Return the places of the rows that name columns.

    Those are the ones that the file says so of, and the first of a table where its cells are words
    and numbers or dates stand below; where they are dates or count on by one, as years do, and what
    is below is none; or where all of them look otherwise than the cells below. A row whose cells
    reach over several columns, or that has fewer, is followed by another one.
    """
    found: set[int] = set()
    rows = sheet.rows
    at = 0
    while at < len(rows):
        end = _end_of_run(rows, at)
        first = at
        while first < end - 1 and len(rows[first][1]) == 1:
            first += 1
        for place in range(first, min(end - 1, first + MOST_HEADS)):
            above, below = rows[place][1], rows[place + 1][1]
            told = rows[place][0] in sheet.heads and len(above) > 1
            deeper = place > first and place - 1 in found and _opens(rows[place - 1][1], above)
            if not (
                told
                or (
                    (place == first or deeper)
                    and _names(above, rows[place + 1 : min(end, place + TOP)])
                )
            ):
                break
            found.add(place)
            if not told and not _opens(above, below):
                break
        at = end
    return found


def mark_heads(rows: Sequence[Block]) -> list[Block]:
    """Return the rows of a table with those that name its columns as headings, if none is yet."""
    if any(row.role is Role.HEADING for row in rows):
        return list(rows)
    first = Sheet("", [(n, list(_guessed(row))) for n, row in enumerate(rows[:TOP]) if row.cells])
    heads = {first.rows[place][0] for place in find_heads(first)}
    return [
        replace(row, role=Role.HEADING) if place in heads else row for place, row in enumerate(rows)
    ]


def _guessed(row: Block) -> Iterator[Seen]:
    """Yield the cells of a row, with what they are told by their text."""
    for start, end, column, columns in row.cells:
        text = row.text[start:end]
        whole = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
        words = NUMBER.fullmatch(text) is None
        yield Seen(column, text, words=words, counts=whole, columns=columns)


def _end_of_run(rows: Sequence[Line], at: int) -> int:
    """Return where the rows that no empty one parts end."""
    while at + 1 < len(rows) and rows[at + 1][0] == rows[at][0] + 1:
        at += 1
    return at + 1


def _opens(above: Sequence[Seen], below: Sequence[Seen]) -> bool:
    """Tell whether a row of heads has more of them under it."""
    wide = any(cell.columns > 1 for cell in above)
    return wide or (above[0].column > below[0].column and len(above) < len(below))


def _names(cells: Sequence[Seen], below: Sequence[Line]) -> bool:
    """Tell whether cells name the columns of the rows below them."""
    if len(cells) < 2 and not any(cell.columns > 1 for cell in cells):
        return False
    if all(cell.words for cell in cells):
        return _has_values(cells, below) or _looks_apart(cells, below[0][1])
    values = [cell for cell in cells[cells[0].words :] if not cell.words]
    if len(values) < len(cells) - cells[0].words:
        return False
    dates = {cell.column for cell in below[0][1] if cell.dated}
    if all(cell.dated and cell.column not in dates for cell in values):
        return True
    steps = {
        abs(b.counts - a.counts) if a.counts is not None and b.counts is not None else 0
        for a, b in pairwise(values)
    }
    return steps == {1} or _looks_apart(cells, below[0][1])


def _has_values(cells: Sequence[Seen], below: Sequence[Line]) -> bool:
    """Tell whether there are numbers or dates below, and most of them where cells are."""
    columns = {cell.column + n for cell in cells for n in range(cell.columns)}
    values = [cell.column in columns for _, row in below for cell in row if not cell.words]
    return 2 * sum(values) > len(values)


def _looks_apart(cells: Sequence[Seen], below: Sequence[Seen]) -> bool:
    styles = {cell.column: cell.style for cell in below}
    shared = [cell for cell in cells if cell.column in styles]
    return len(shared) > 1 and all(cell.style != styles[cell.column] for cell in shared)


def spread(rows: list[Line], merged: dict[tuple[int, int], tuple[int, int]]) -> list[Line]:
    """Return rows with the cells that reach over several: in each of these, and as wide.

    ``merged`` says of the place of a cell over how many rows and columns it reaches.
    """
    if not merged:
        return rows
    below: dict[int, list[Seen]] = {}
    shown: list[Line] = []
    for number, cells in rows:
        wide = [
            cell._replace(columns=min(merged.get((number, cell.column), (1, 1))[1], MOST_SPANNED))
            for cell in cells
        ]
        for cell in wide:
            height = min(merged.get((number, cell.column), (1, 1))[0], MOST_SPANNED)
            for step in range(1, height):
                below.setdefault(number + step, []).append(cell)
        own = {cell.column for cell in cells}
        wide += [cell for cell in below.pop(number, ()) if cell.column not in own]
        shown.append((number, sorted(wide, key=lambda cell: cell.column)))
    return shown
