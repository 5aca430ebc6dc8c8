"""Runs of a page → its lines in the order in which they are read, column by column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from index.parse.blocks import Word
from index.parse.pdf.glyphs import WIDE, Run

PROSE = 20
"""A run of so many characters is part of a sentence, rather than a table's cell."""

SAME_LINE = 0.45
"""Heights that differ by less than this share of the font's size are one line's."""

COLUMN_LINES = 5
"""So many lines on either side of a gap make columns."""

SHORT_COLUMN = 3
"""So few lines make a column if their sentences go on from line to line; two if they are long."""

NARROW = 16
"""Lines of a column have so many characters; the heads of a table's columns have fewer."""

TIGHT = 0.12
"""A gap of so many font sizes is a space."""

COLUMN_WIDTH = 0.2
"""A column's share of the page's width, at least."""

FILLED = 0.8
"""Lines of prose are as long as this share of the longest, but for the last."""

_STOPS = (".", "!", "?", ":")
_STOP_WITHIN = re.compile(r"[^\W\d_]{2}[.!?] [^\W\d_]")
_MARKER = re.compile(r"[•◦▪■●○–—*-]|\(?(?:\d{1,2}|[a-z]{1,4})[.)]", re.IGNORECASE)
_PREFIX = re.compile(r"[$€£¥(]+")
_NEXT_PREFIX = re.compile(r"(.*[^\s$€£¥])\s*([$€£¥]+)")
_SUFFIX = re.compile(r"[%)*†‡]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a cell, or several where wide gaps part it. ``base`` is its height on the page."""

    cells: tuple[Run, ...]
    page: int
    column: int = 0

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.cells[-1].right

    @property
    def base(self) -> float:
        """Its height on the page."""
        return self.cells[0].base

    @property
    def size(self) -> float:
        """The size of its letters."""
        return max(self.cells, key=lambda cell: len(cell.text)).size

    @property
    def bold(self) -> bool:
        """Whether all of it is in a bold font."""
        return all(cell.bold for cell in self.cells)

    @property
    def text(self) -> str:
        """What it says, on one line."""
        return " ".join(cell.text for cell in self.cells)


def words_of(lines: Sequence[Line]) -> tuple[tuple[int, Word], ...]:
    """Return the words of lines, each with its page. On a slanted line each stands by itself."""
    found: list[tuple[int, Word]] = []
    for line in lines:
        words = _first(tuple(word for cell in line.cells for word in cell.words))
        if line.cells[0].turn % 90:
            words = tuple(word._replace(first=True) for word in words)
        found += [(line.page, word) for word in words]
    return tuple(found)


def _first(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Let a line begin with these words."""
    return (*(word._replace(first=True) for word in words[:1]), *words[1:])


def with_label(row: Line, first: Run, rest: Run) -> Line:
    """Return a row with a label that takes two lines."""
    words = first.words + _first(rest.words)
    label = replace(row.cells[0], text=f"{first.text} {rest.text}", words=words)
    return replace(row, cells=(label, *row.cells[1:]))


def read_lines(runs: Sequence[Run], page: int, width: float) -> list[Line]:
    """Return the lines of a page: each column from top to bottom, from left to right.

    What stands across the columns parts what is above from what is below.
    """
    lines: list[Line] = []
    gutter = _find_gutter(runs, width)
    gutter = _short_gutter(runs) if gutter is None else gutter
    if gutter is None:
        return _stack(runs, page, 0)
    across = [run for run in runs if run.left < gutter < run.right]
    edges = [*sorted((run.base for run in across), reverse=True), float("-inf")]
    above = float("inf")
    for edge in edges:
        band = [run for run in runs if edge < run.base < above and run not in across]
        for column in (0, 1):
            side = [run for run in band if (run.left >= gutter) == bool(column)]
            nested = read_lines(side, page, width)
            lines += [Line(line.cells, page, 2 * line.column + column + 1) for line in nested]
        lines += _stack([run for run in across if run.base == edge], page, 0)
        above = edge
    return lines


def _stack(runs: Sequence[Run], page: int, column: int) -> list[Line]:
    """Join the runs that stand on one height; the highest line first."""
    groups: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        above = groups[-1][0] if groups else None
        if above and above.base - run.base <= SAME_LINE * max(above.size, run.size):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [Line(_cells(group), page, column) for group in groups]


def _cells(runs: list[Run]) -> tuple[Run, ...]:
    """Join a currency sign, a bracket or a list's marker with what it belongs to."""
    cells: list[Run] = []
    for run in sorted(runs, key=lambda run: run.left):
        before = cells[-1] if cells else None
        gap = (run.left - before.right) / max(run.size, before.size) if before else WIDE
        if before and gap < WIDE:
            cells[-1] = _joined(before, run, " " if gap > TIGHT else "")
        elif before and (_PREFIX.fullmatch(before.text) or _SUFFIX.fullmatch(run.text)):
            cells[-1] = _joined(before, run, "" if _SUFFIX.fullmatch(run.text) else " ")
        elif before and len(cells) == 1 and _MARKER.fullmatch(before.text):
            cells[-1] = _joined(before, run, " ")
        else:
            sign = _NEXT_PREFIX.fullmatch(before.text) if before else None
            if before and sign:
                cells[-1] = replace(before, text=sign.group(1))
                run = replace(run, text=f"{sign.group(2)} {run.text}")
            cells.append(run)
    return tuple(cells)


def _joined(one: Run, other: Run, between: str) -> Run:
    return replace(
        one,
        text=f"{one.text}{between}{other.text}",
        right=max(one.right, other.right),
        bold=one.bold and other.bold,
        size=max(one.size, other.size),
        words=one.words + other.words,
    )


def _find_gutter(runs: Sequence[Run], width: float) -> float | None:
    """Return where a gap between two columns of prose is, if the runs have one."""
    prose = [run for run in runs if len(run.text) >= PROSE]
    if len(prose) < 2 * COLUMN_LINES:
        return None
    best: tuple[int, float] | None = None
    for x in sorted({round(run.left) - 1.0 for run in prose}):
        left = [run for run in prose if run.right <= x]
        right = [run for run in prose if run.left >= x]
        crossing = len(prose) - len(left) - len(right)
        if min(len(left), len(right)) < COLUMN_LINES or crossing > 0.3 * len(prose):
            continue
        if _are_columns(left, right, width) and (best is None or crossing < best[0]):
            best = crossing, x
    return best[1] if best else None


def _short_gutter(runs: Sequence[Run]) -> float | None:
    """Return where a gap is between two short columns whose lines plainly go on in the next.

    All other runs stand above or below both, or across.
    """
    for x in sorted({run.left - 1.0 for run in runs if len(run.text) >= NARROW}):
        left = [run for run in runs if run.right <= x]
        right = [run for run in runs if run.left >= x]
        top = min(max((r.base for r in side), default=0.0) for side in (left, right))
        low = max(min((r.base for r in side), default=0.0) for side in (left, right))
        crossing = [run for run in runs if run.left < x < run.right]
        apart = low < top and not any(low <= run.base <= top for run in crossing)
        if apart and _goes_on(left) and _goes_on(right):
            return x
    return None


def _goes_on(column: Sequence[Run]) -> bool:
    """Tell whether a few lines are prose: half of them go on with a sentence, in small letters."""
    heights = sorted({round(run.base) for run in column}, reverse=True)
    rows = [[run for run in column if round(run.base) == height] for height in heights]
    lines = [" ".join(r.text for r in sorted(row, key=lambda run: run.left)) for row in rows]
    least = NARROW if len(lines) >= SHORT_COLUMN else PROSE
    if len(lines) < 2 or median(map(len, lines)) < least:
        return False
    said = "".join(lines)
    if sum(character.isalpha() for character in said) < 0.6 * len(said):
        return False
    on = sum(not above.endswith(_STOPS) and line[:1].islower() for above, line in pairwise(lines))
    return on >= 0.5 * (len(lines) - 1) or _is_set(column, lines)


def _is_set(column: Sequence[Run], lines: Sequence[str]) -> bool:
    """Tell of lines that may all begin with capitals whether they are set as prose is.

    They are filled to the column's width, and sentences end within them or with the last.
    """
    if len(lines) < SHORT_COLUMN or median(map(len, lines)) < PROSE:
        return False
    left = min(run.left for run in column)
    right = {round(run.base): 0.0 for run in column}
    for run in column:
        right[round(run.base)] = max(right[round(run.base)], run.right)
    *filled, _ = (edge - left for _, edge in sorted(right.items(), reverse=True))
    ends = sum(line.endswith(_STOPS) for line in lines[:-1])
    stops = _STOP_WITHIN.search(" ".join(lines)) or lines[-1].endswith(_STOPS)
    even = min(filled) >= FILLED * max(filled)
    return even and bool(stops) and ends < 0.5 * len(filled)


def _are_columns(left: list[Run], right: list[Run], width: float) -> bool:
    """Tell columns of prose from the columns of a table, which are narrow or of numbers."""
    overlap = min(max(r.base for r in left), max(r.base for r in right)) - max(
        min(r.base for r in left), min(r.base for r in right)
    )
    return overlap > 0 and all(
        median(run.right - run.left for run in side) >= COLUMN_WIDTH * width
        and sum(character.isalpha() for run in side for character in run.text)
        > 0.6 * sum(len(run.text) for run in side)
        for side in (left, right)
    )
