"""How many faults the tests injected, and what was lost: one row for each kind."""

from __future__ import annotations

import os
from dataclasses import dataclass

FULL = os.environ.get("PULLQUOTE_TORTURE") == "full"
"""Whether all faults are injected, as ``make torture`` does, or a shorter set of them."""


@dataclass(slots=True)
class Row:
    """One kind of fault; ``control``: what it is tried on is meant to lose something."""

    name: str
    injected: int = 0
    lost: int = 0
    control: bool = False

    def __str__(self) -> str:
        note = "  (a naive store, which is meant to lose)" if self.control else ""
        return f"{self.name:<64} {self.injected:>6} faults  {self.lost:>4} lost{note}"


ROWS: dict[str, Row] = {}


def row(name: str, *, control: bool = False) -> Row:
    """Return the row of that name, to be counted up."""
    return ROWS.setdefault(name, Row(name, control=control))


def scale(short: int, full: int) -> int:
    """Return how many rounds to go."""
    return full if FULL else short
