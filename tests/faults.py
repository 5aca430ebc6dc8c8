"""How many faults the tests injected, and what was lost: one row for each kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

FULL = os.environ.get("PULLQUOTE_TORTURE") == "full"
"""Whether all faults are injected, as ``make torture`` does, or a shorter set of them."""


@dataclass(slots=True)
class Row:
    """One kind of fault; ``control``: what it is tried on is meant to lose something.

    ``note``: what was measured beside it; ``unit``: what ``injected`` counts.
    """

    name: str
    injected: int = 0
    lost: int = 0
    control: bool = False
    note: str = ""
    unit: str = "faults"

    def __str__(self) -> str:
        note = "  (a naive store, which is meant to lose)" if self.control else ""
        note += f"  ({self.note})" if self.note else ""
        return f"{self.name:<64} {self.injected:>6} {self.unit:<6}  {self.lost:>4} lost{note}"


ROWS: dict[str, Row] = {}


def row(name: str, *, control: bool = False) -> Row:
    """Return the row of that name, to be counted up."""
    return ROWS.setdefault(name, Row(name, control=control))


def scale(short: int, full: int) -> int:
    """Return how many rounds to go."""
    return full if FULL else short


def mutations(data: bytes) -> Iterator[bytes]:
    """Yield over 200 ways in which a file can be damaged."""
    size = len(data)
    yield b""
    yield data + b"\0"
    yield data * 2
    for cut in range(0, size, max(1, size // 40)):
        yield data[:cut]
    for place in range(0, size, max(1, size // 100)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        yield bytes(flipped)
    for start in range(0, size, max(1, size // 60)):
        zeroed = bytearray(data)
        zeroed[start : start + size // 20] = bytes(len(zeroed[start : start + size // 20]))
        yield bytes(zeroed) if zeroed != data else data[:start]
