"""A page as a picture, and where the places of an article stand on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from index.boxes import Box

Line = tuple[float, float, float]
"""``(a, b, c)``: a point ``(x, y)`` of the file stands at the share ``a * x + b * y + c``."""


class Part(NamedTuple):
    """A part of a picture: shares of its width and height in [0, 1], from the upper left."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The ``page``-th page (1-based) of ``pages`` as it is shown, ``width`` by ``height`` points.

    ``image`` is of the type ``media``; ``across`` and ``down`` tell where a point of the file is.
    """

    page: int
    pages: int
    width: float
    height: float
    media: str
    across: Line
    down: Line
    image: bytes = field(repr=False)

    def part(self, box: Box) -> Part:
        """Return where a box is, however the page is turned and cut; nothing of what is cut off."""
        x, y = (
            sorted(
                min(max(a * x + b * y + c, 0.0), 1.0)
                for x, y in ((box.x0, box.y0), (box.x1, box.y1))
            )
            for a, b, c in (self.across, self.down)
        )
        return Part(x[0], y[0], x[1] - x[0], y[1] - y[0])
