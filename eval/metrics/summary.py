"""Rows → estimates: every metric over all questions, and over the questions of each kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from eval.metrics.catalogue import CATALOGUE, OUTCOMES
from eval.metrics.refusal import POOLED, Outcomes
from eval.metrics.statistics import Floats, Places, intervals, mean_interval
from eval.types import Estimate, Row

Estimates = Mapping[str, Estimate]

SMALL = 60
"""Slices of fewer questions are shown, but decide nothing."""


def summarise(rows: Sequence[Row]) -> Estimates:
    """Return the estimate of each metric that is defined for these rows, in catalogue order."""
    pooled = _pooled(rows)
    found: dict[str, Estimate] = {}
    for name in CATALOGUE:
        estimate = pooled.get(name) or _mean(rows, name)
        if estimate:
            found[name] = estimate
    return found


def by_kind(rows: Sequence[Row]) -> Mapping[str, Estimates]:
    """Return the estimates of each tag and each kind of question, in the order they come up."""
    tags = dict.fromkeys(tag for row in rows for tag in row.question.tags)
    kinds = dict.fromkeys(row.question.kind for row in rows if row.question.kind)
    return {name: summarise([r for r in rows if r.question.is_of(name)]) for name in tags | kinds}


def outcomes(rows: Sequence[Row]) -> Outcomes:
    """Return the outcomes of the rows whose question is known to be answerable or not."""
    return to_outcomes(outcome_table(judged(rows)))


def judged(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have an outcome."""
    return [row for row in rows if OUTCOMES[0] in row.scores]


def outcome_table(rows: Sequence[Row]) -> Floats:
    """Return (n, 4): the columns that ``OUTCOMES`` names."""
    table = [[row.scores[name] for name in OUTCOMES] for row in rows]
    return np.array(table, dtype=np.float64).reshape(-1, len(OUTCOMES))


def to_outcomes(table: Floats) -> Outcomes:
    """Return the columns of ``outcome_table`` by their names."""
    return Outcomes(*table.T)


def _mean(rows: Sequence[Row], name: str) -> Estimate | None:
    scored = [row for row in rows if name in row.scores]
    if not scored:
        return None
    values = np.array([row.scores[name] for row in scored])
    low, high = mean_interval(values, [row.cluster for row in scored])
    return Estimate(float(values.mean()), low, high, len(scored))


def _pooled(rows: Sequence[Row]) -> dict[str, Estimate]:
    scored = judged(rows)
    if not scored:
        return {}
    all_of_them = outcomes(scored)
    clusters = [row.cluster for row in scored]
    values = {name: metric(all_of_them) for name, metric in POOLED.items()}
    defined = [name for name, value in values.items() if not math.isnan(value)]

    def statistics(places: Places) -> list[float]:
        drawn = all_of_them[places]
        return [POOLED[name](drawn) for name in defined]

    found = zip(defined, intervals(statistics, clusters), strict=True)
    return {name: Estimate(values[name], *bounds, len(scored)) for name, bounds in found}
