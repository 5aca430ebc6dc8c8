"""What the benchmark speaks of: a plan, and what each part brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.types import QuestionSet
from index.types import Json


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. ``peers`` is the Python that has the peers; ``scratch`` is thrown away."""

    questions: QuestionSet
    benchmarks: Path
    peers: Path
    out: Path
    scratch: Path
    rounds: int
    seed: int
    full: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are shown, the names of the rows in the first column.

    ``words``: the other columns hold words rather than numbers.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    words: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """A promise and what was found: ``found`` is to be ``wanted`` at least, or else at most."""

    what: str
    found: float
    wanted: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the promise is kept; what was not measured keeps none."""
        return self.found >= self.wanted if self.at_least else self.found <= self.wanted


@dataclass(frozen=True, slots=True)
class Part:
    """What one part brings. ``figures`` are all measurements, ``charts`` SVG by file name."""

    name: str
    tables: tuple[Table, ...] = ()
    floors: tuple[Floor, ...] = ()
    figures: Json = field(default_factory=dict)
    charts: Mapping[str, str] = field(default_factory=dict)
    failed: str = ""
