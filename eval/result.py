"""``Result``: all that a run found, before anything is judged or shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.metrics.summary import Estimates, by_kind, summarise
from eval.metrics.timing import percentiles
from eval.types import Invariant, QuestionSet, Row


class Mode(StrEnum):
    """What is asked of the system."""

    ASK = "ask"
    RETRIEVAL = "retrieval only"
    LEFT_OUT = "leave gold out"


@dataclass(frozen=True, slots=True)
class Rival:
    """Another way of ranking, and for each metric the p-value that ours is no different."""

    name: str
    overall: Estimates
    p_values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Result:
    """A run's rows and estimates.

    ``digest`` is of the data before ``--limit``, ``partial`` says that it cut something off;
    ``refused`` are articles that the library did not take in; ``seconds`` says what took how long.
    """

    questions: QuestionSet
    mode: Mode
    digest: str
    partial: bool
    rows: tuple[Row, ...]
    overall: Estimates
    kinds: Mapping[str, Estimates]
    refused: tuple[str, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    rivals: tuple[Rival, ...] = ()
    seconds: Mapping[str, float] | None = None

    @property
    def errors(self) -> list[Row]:
        """The questions that failed."""
        return [row for row in self.rows if row.error]

    @property
    def stages(self) -> dict[str, dict[str, float]]:
        """Percentiles in milliseconds, by stage."""
        names = dict.fromkeys(name for row in self.rows for name in row.milliseconds)
        spent = {n: [r.milliseconds[n] for r in self.rows if n in r.milliseconds] for n in names}
        return {name: percentiles(values) for name, values in spent.items()}


def conclude(
    questions: QuestionSet,
    mode: Mode,
    rows: Sequence[Row],
    *,
    digest: str,
    partial: bool = False,
    refused: Sequence[str] = (),
    invariants: Sequence[Invariant] = (),
    rivals: Sequence[Rival] = (),
    seconds: Mapping[str, float] | None = None,
) -> Result:
    """Sum up the rows. Those that failed have no scores and fail the gate."""
    sound = [row for row in rows if not row.error]
    return Result(
        questions,
        mode,
        digest,
        partial,
        tuple(rows),
        summarise(sound),
        by_kind(sound),
        tuple(refused),
        tuple(invariants),
        tuple(rivals),
        seconds,
    )
