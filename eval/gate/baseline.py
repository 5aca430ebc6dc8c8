"""The committed baseline: what a run is compared with, question by question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.metrics.catalogue import CATALOGUE, OUTCOMES, Metric
from eval.metrics.refusal import POOLED
from eval.metrics.statistics import Floats, paired_p, paired_statistic_p
from eval.metrics.summary import to_outcomes
from eval.result import Result
from eval.sets.lines import read_json
from index.errors import InputError

DIGITS = 6
"""Every number that is written is rounded to so many digits."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """An accepted run: the hash of its data, and each question's scores."""

    digest: str
    mode: str
    metrics: Mapping[str, float]
    rows: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Drop:
    """By how much a metric got worse on the questions of both runs, and how likely by chance.

    ``worse`` is negative where it got better; ``p`` is two-sided.
    """

    worse: float
    p: float
    count: int


def read_baseline(path: Path) -> Baseline:
    """Read what ``write_baseline`` wrote.

    Raises:
        InputError: the file is missing, or is not a baseline.
    """
    record = read_json(path)
    try:
        columns = record["columns"]
        rows = {
            key: {n: v for n, v in zip(columns, values, strict=True) if v is not None}
            for key, values in record["rows"].items()
        }
        return Baseline(record["data"], record["mode"], record["metrics"], rows)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path} is not a baseline: write a new one with --accept") from error


def write_baseline(path: Path, result: Result) -> None:
    """Write the run as the new baseline, a line for each question, so that diffs can be read."""
    columns = [*(n for n in CATALOGUE if n not in POOLED), *OUTCOMES]
    rows = {row.question.id: [_rounded(row.scores.get(n)) for n in columns] for row in result.rows}
    head = {
        "set": result.questions.name,
        "mode": result.mode,
        "data": result.digest,
        "metrics": {name: _rounded(one.value) for name, one in result.overall.items()},
        "columns": columns,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in rows.items()]
    opening = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    text = opening + ',\n "rows": {\n' + ",\n".join(lines) + "\n }\n}\n"
    path.write_text(text, encoding="utf-8")


def compare(result: Result, baseline: Baseline, metric: Metric) -> Drop | None:
    """Compare the questions that have the metric in both runs; None if there are none."""
    now = {row.question.id: row.scores for row in result.rows}
    needed = OUTCOMES if metric.name in POOLED else (metric.name,)
    shared = [
        key
        for key, then in baseline.rows.items()
        if all(name in then and name in now.get(key, {}) for name in needed)
    ]
    if not shared:
        return None
    ours = np.array([[now[key][name] for name in needed] for key in shared]).round(DIGITS)
    theirs = np.array([[baseline.rows[key][name] for name in needed] for key in shared])
    if metric.name in POOLED:
        return _compare_pooled(metric, ours, theirs)
    worse = metric.worse(float(ours.mean()), float(theirs.mean()))
    return Drop(worse, paired_p((ours - theirs)[:, 0]), len(shared))


def _compare_pooled(metric: Metric, ours: Floats, theirs: Floats) -> Drop:
    def statistic(table: Floats) -> float:
        return POOLED[metric.name](to_outcomes(table))

    worse = metric.worse(statistic(ours), statistic(theirs))
    return Drop(worse, paired_statistic_p(statistic, ours, theirs), len(ours))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
