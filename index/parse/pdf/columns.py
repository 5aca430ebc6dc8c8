"""The columns of a PDF's table, from where its numbers stand; and which of them each cell takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.parse.pdf.glyphs import Run
from index.parse.pdf.lines import Line
from index.segment.tables import NUMBER

Column = tuple[float, float]
"""From where to where the values of a column reach, in points."""

OVERLAP = 0.4
"""Values of one column share so much of the width of the narrower."""

CENTRED = 0.2
"""A head stands over several columns if its middle is off theirs by under this share of them."""


def sections(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each table: one begins where columns are named after rows of values.

    The labels above the names are of the next one.
    """
    held: list[Line] = []
    valued = 0
    left = min((line.left for line in lines), default=0.0)
    for line in lines:
        if valued and _names(line, left):
            first = len(held)
            while first > valued and len(held[first - 1].cells) == 1:
                first -= 1
            yield held[:first]
            held, valued = held[first:], 0
        held.append(line)
        if _is_number(line.cells[-1]) and not _names(line, left) and line.left < left + line.size:
            valued = len(held)
    if held:
        yield held


def _names(line: Line, left: float) -> bool:
    """Tell whether a line has no label and words over its columns."""
    return line.left > left + 2 * line.size and not all(map(_is_number, line.cells))


def find_columns(lines: Sequence[Line]) -> list[Column]:
    """Return the columns of values, from the left: cells of numbers that stand under each other."""
    values = sorted(
        (cell.left, cell.right)
        for line in lines
        if not _is_number(line.cells[0])
        for cell in line.cells[1:]
        if _is_number(cell)
    )
    columns: list[Column] = []
    for left, right in values:
        shared = columns[-1][1] - left if columns else 0.0
        # A bracket or a sign of per cent may reach a little into the next column.
        if columns and shared > OVERLAP * min(right - left, columns[-1][1] - columns[-1][0]):
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    return columns


def _is_number(cell: Run) -> bool:
    return NUMBER.fullmatch(cell.text) is not None


def place_cells(
    line: Line, columns: Sequence[Column], left: float, *, spread: bool = True
) -> list[tuple[int, int]]:
    """Return for each cell its first column and how many it takes; 0 is that of the labels.

    ``left`` is where the table begins. Only with ``spread`` may a cell stand over several columns.
    """
    if not columns:
        return [(place, 1) for place in range(len(line.cells))]
    if len(line.cells) == 1 and _heads_all(line, columns, left):
        return [(0, 1)]
    labels = sum(cell.right < columns[0][0] or _lies_before(cell, columns) for cell in line.cells)
    labels = min(labels, 1) if len(line.cells) > len(columns) else labels
    over = line.cells[labels:]
    placed = [(0, 1)] * labels
    if len(over) == len(columns):
        return [*placed, *((column + 1, 1) for column in range(len(columns)))]
    if labels and any(map(_is_number, over)):
        return [*placed, *((_right_under(cell, columns) + 1, 1) for cell in over)]
    taken = [_nearest(cell, over, columns) for cell in over]
    centred = all(_is_centred(*each, columns) for each in zip(over, taken, strict=True))
    if not (spread and centred):
        taken = [_under(cell, columns) for cell in over]
    return [*placed, *((found[0] + 1, found[-1] - found[0] + 1) for found in taken)]


def _heads_all(line: Line, columns: Sequence[Column], left: float) -> bool:
    """Tell whether a line by itself stands over the labels too, as a caption does."""
    middle, right = line.left + line.right, columns[-1][1]
    return abs(middle - left - right) < abs(middle - columns[0][0] - right)


def _lies_before(cell: Run, columns: Sequence[Column]) -> bool:
    """Tell whether a cell that reaches into the values still begins where the labels do."""
    width = columns[-1][1] - columns[0][0]
    return cell.left < columns[0][0] - 0.25 * width and cell.right < columns[0][1]


def _nearest(cell: Run, cells: Sequence[Run], columns: Sequence[Column]) -> list[int]:
    """Return the columns that are nearer to a cell than to any other of its line."""
    found = [
        place
        for place, column in enumerate(columns)
        if min(cells, key=lambda each: _distance(each, column)) is cell
    ]
    return found or _under(cell, columns)


def _under(cell: Run, columns: Sequence[Column]) -> list[int]:
    found = [
        n for n, (left, right) in enumerate(columns) if cell.left < right and left < cell.right
    ]
    return found or [min(range(len(columns)), key=lambda n: _distance(cell, columns[n]))]


def _right_under(cell: Run, columns: Sequence[Column]) -> int:
    """Return the column that most of a value stands in."""

    def shared(place: int) -> float:
        left, right = columns[place]
        return min(right, cell.right) - max(left, cell.left)

    return max(range(len(columns)), key=shared)


def _distance(cell: Run, column: Column) -> float:
    return abs(cell.left + cell.right - column[0] - column[1]) / 2


def _is_centred(cell: Run, places: Sequence[int], columns: Sequence[Column]) -> bool:
    left, right = columns[places[0]][0], columns[places[-1]][1]
    gaps = [second - first for first, second in pairwise(places)]
    off = abs(cell.left + cell.right - left - right) / 2
    return all(gap == 1 for gap in gaps) and off <= CENTRED * (right - left) + cell.size
