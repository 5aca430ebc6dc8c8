"""Where the words of an article stand on its pages: rectangles, kept packed, a page at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

UNITS = 10
"""Places are kept in so many parts of a point."""

_COLUMNS = 7
_ALONE = [1, 4, 6]
"""Lengths, widths and beginnings are kept as they are."""


class Box(NamedTuple):
    """A rectangle on a 1-based page: points from the lower left, as the file counts them.

    A page that is shown turned is not turned here.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Placed(NamedTuple):
    """A word, or what stands of it on one line, at ``[start, end)`` of the article's text.

    ``first``: the line begins with it.
    """

    start: int
    end: int
    box: Box
    first: bool = False


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """The words of one page, which has ``[start, end)`` of the article's text.

    ``recognised``: what its letters are was told from a picture. ``packed`` is by ``pack``.
    """

    page: int
    start: int
    end: int
    packed: bytes
    recognised: bool = False


def pack(words: Sequence[Placed]) -> bytes:
    """Return words of one page, in order, as bytes: about 5 for each.

    Each is kept as it differs from the one before, and all first bytes stand before all second
    ones, so that the compressor finds what repeats.
    """
    table = np.array(
        [(w.start, w.end, *(round(UNITS * side) for side in w.box[1:]), w.first) for w in words],
        dtype="<i4",
    ).reshape(len(words), _COLUMNS)
    table[:, 1] -= table[:, 0]
    table[:, 4] -= table[:, 2]
    table[:, 5] -= table[:, 3]
    steps = np.diff(table, axis=0, prepend=np.zeros((1, _COLUMNS), dtype="<i4")).astype("<i4")
    steps[:, _ALONE] = table[:, _ALONE]
    planes = np.ascontiguousarray(steps.T).view(np.uint8).reshape(_COLUMNS, len(words), 4)
    return zlib.compress(planes.transpose(0, 2, 1).tobytes(), 9)


def unpack(page: PageBoxes) -> list[Placed]:
    """Return the words that ``pack`` was given.

    Raises:
        ValueError: these bytes are nothing that it returns.
    """
    try:
        planes = np.frombuffer(zlib.decompress(page.packed), dtype=np.uint8)
    except zlib.error as error:
        raise ValueError(f"the boxes of page {page.page} are damaged") from error
    planes = planes.reshape(_COLUMNS, 4, -1).transpose(0, 2, 1)
    steps = np.ascontiguousarray(planes).view("<i4").reshape(_COLUMNS, -1).T
    table = np.cumsum(steps, axis=0)
    table[:, _ALONE] = steps[:, _ALONE]
    table[:, 1] += table[:, 0]
    table[:, 4] += table[:, 2]
    table[:, 5] += table[:, 3]
    return [
        Placed(start, end, Box(page.page, *(side / UNITS for side in sides)), bool(first))
        for start, end, *sides, first in table.tolist()
    ]


def boxes_at(pages: Iterable[PageBoxes], start: int, end: int) -> tuple[Box, ...]:
    """Return where the words of ``[start, end)`` of a text stand: one box for those of a line."""
    near = (page for page in pages if page.start < end and start < page.end)
    words = (word for page in near for word in unpack(page))
    return tuple(_merged(word for word in words if word.start < end and start < word.end))


def _merged(words: Iterable[Placed]) -> Iterator[Box]:
    line: Box | None = None
    for word in words:
        box = word.box
        if line and not word.first and _goes_on(line, box):
            low = map(min, line[1:3], box[1:3])
            line = Box(box.page, *low, *map(max, line[3:], box[3:]))
            continue
        if line:
            yield line
        line = box
    if line:
        yield line


def _goes_on(line: Box, box: Box) -> bool:
    """Tell whether a word stands beside others, or above or below them on an upright line."""
    width, height = (
        min(line[side + 2], box[side + 2]) - max(line[side], box[side]) for side in (1, 2)
    )
    beside = height >= 0.5 * min(line.y1 - line.y0, box.y1 - box.y0)
    upright = width >= 0.5 * min(line.x1 - line.x0, box.x1 - box.x0)
    return line.page == box.page and (beside or upright)
