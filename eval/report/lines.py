"""The lines of the summary, the same for the terminal, Markdown and HTML."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.gate.baseline import Baseline
from eval.gate.judge import Rules
from eval.metrics.catalogue import CATALOGUE, Metric
from eval.metrics.summary import SMALL, Estimates
from eval.result import Result
from eval.types import Check, Estimate

SLICE_METRICS = (
    "hit@1",
    "sentence_hit@1",
    "citation_precision",
    "citation_recall",
    "contains_answer",
    "false_refusals",
    "refusal_recall",
)
"""What is shown for each kind of question."""


@dataclass(frozen=True, slots=True)
class Line:
    """One metric as a reader sees it."""

    metric: Metric
    estimate: Estimate
    limit: str
    change: str

    @property
    def value(self) -> str:
        """``0.931``."""
        return number(self.estimate.value)

    @property
    def interval(self) -> str:
        """``0.902 to 0.957``."""
        return f"{number(self.estimate.low)} to {number(self.estimate.high)}"


def number(value: float) -> str:
    """Return three digits after the point, a dash for what is not defined."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def chance(p: float) -> str:
    """Return a p-value, ``< .001`` where the digits would show nothing."""
    return "< .001" if p < 0.001 else number(p)


def metric_lines(result: Result, rules: Rules, baseline: Baseline | None) -> Iterator[Line]:
    """Yield a line for each metric, with its limit and its change against the baseline."""
    then = baseline.metrics if baseline else {}
    for name, estimate in result.overall.items():
        limit = f"≥ {rules.floors[name]:g}" if name in rules.floors else ""
        limit = f"≤ {rules.ceilings[name]:g}" if name in rules.ceilings else limit
        change = f"{estimate.value - then[name]:+.3f}" if name in then else ""
        yield Line(CATALOGUE[name], estimate, limit, change)


def kind_header(result: Result) -> list[str]:
    """Return the metrics that any kind of question has, of those that are shown by kind."""
    return [n for n in SLICE_METRICS if any(n in found for found in result.kinds.values())]


def kind_cells(name: str, found: Estimates) -> str:
    """Return a kind's value of a metric; empty where it says nothing."""
    return number(found[name].value) if name in found else ""


def kind_count(result: Result, kind: str) -> str:
    """Return how many questions a kind has, with a star if they are too few to decide anything."""
    count = sum(row.question.is_of(kind) for row in result.rows)
    return f"{count}*" if count < SMALL else str(count)


def title(result: Result) -> str:
    """``own: 137 questions on 3 articles``, and how they were asked if not in full."""
    count, articles = len(result.rows), len(result.questions.articles)
    mode = "" if result.mode == "ask" else f" ({result.mode})"
    return f"{result.questions.name}: {count:,} questions on {articles:,} articles{mode}"


def verdict(checks: Sequence[Check]) -> str:
    """``eval: 12 passed, 0 failed``."""
    failed = sum(not check.passed for check in checks)
    return f"eval: {len(checks) - failed} passed, {failed} failed"
