"""The gate: what must hold of a result, and whether it does."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.gate.baseline import Baseline, compare
from eval.metrics.catalogue import CATALOGUE, RETRIEVAL
from eval.result import Mode, Result
from eval.types import Check
from index.errors import InputError

SIGNIFICANT = 0.05
"""A drop that chance makes less often than this is one."""

DEFAULT = "default"
TABLES = {"floors", "ceilings", "tolerances", "invariants"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a ``gate.toml`` holds, all of it by name.

    ``floors`` and ``ceilings`` are the worst values allowed, ``tolerances`` the drops against the
    baseline that are, ``invariants`` the number of answers that may change.
    """

    floors: Mapping[str, float] = field(default_factory=dict)
    ceilings: Mapping[str, float] = field(default_factory=dict)
    tolerances: Mapping[str, float] = field(default_factory=dict)
    invariants: Mapping[str, int] = field(default_factory=dict)


BUILT_IN = Rules(floors={"quote_exactness": 1.0}, ceilings={"dangling_marks": 0.0})
"""What holds of every set, without a file."""


def read_rules(path: Path) -> Rules:
    """Read a ``gate.toml``.

    Raises:
        InputError: it is missing or malformed, or a metric is unknown or in the wrong table.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read as TOML ({error})") from error
    unknown = sorted(set(tables) - TABLES)
    if unknown:
        raise InputError(f"{path}: no table [{unknown[0]}]; there are {', '.join(sorted(TABLES))}")
    for table in ("floors", "ceilings", "tolerances"):
        for name, value in tables.get(table, {}).items():
            _check_rule(f"{path}, [{table}]", table, name, value)
    return Rules(**tables)


def judge(result: Result, rules: Rules, baseline: Baseline | None = None) -> tuple[Check, ...]:
    """Return every check, passed or failed. A baseline is not looked at if the run is partial."""
    checks = [_no_errors(result), _all_taken_in(result), *_invariants(result, rules)]
    checks += _limits(result, rules)
    if baseline and not result.partial:
        checks += _against(result, rules, baseline)
    return tuple(checks)


def _check_rule(where: str, table: str, name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}: {name} = {value!r} is not a number")
    if name == DEFAULT and table == "tolerances":
        return
    metric = CATALOGUE.get(name)
    if metric is None:
        raise InputError(f"{where}: no metric {name!r}; there are {', '.join(CATALOGUE)}")
    if (table == "floors" and metric.higher is False) or (table == "ceilings" and metric.higher):
        better = "higher" if metric.higher else "lower"
        raise InputError(f"{where}: of {name}, {better} is better: put it in the other table")


def _no_errors(result: Result) -> Check:
    errors = result.errors
    detail = f"{len(result.rows)} asked"
    if errors:
        detail = f"{len(errors)} failed, first {errors[0].question.id}: {errors[0].error}"
    return Check("every question was asked", not errors, detail)


def _all_taken_in(result: Result) -> Check:
    refused = result.refused
    detail = f"{len(result.questions.articles)} articles"
    if refused:
        detail = f"{len(refused)} refused, first {refused[0]}"
    return Check("every article was taken in", not refused, detail)


def _invariants(result: Result, rules: Rules) -> Iterator[Check]:
    for invariant in result.invariants:
        allowed = rules.invariants.get(invariant.name, 0)
        detail = f"{len(invariant.broken)} of {invariant.asked} answers changed, {allowed} may"
        if invariant.broken:
            detail += f", first {invariant.broken[0]}"
        yield Check(f"invariant: {invariant.name}", len(invariant.broken) <= allowed, detail)


def _limits(result: Result, rules: Rules) -> Iterator[Check]:
    limits = [(n, v, ">=") for n, v in rules.floors.items()]
    limits += [(n, v, "<=") for n, v in rules.ceilings.items()]
    for name, limit, sign in limits:
        if result.mode is Mode.RETRIEVAL and CATALOGUE[name].group != RETRIEVAL:
            continue
        estimate = result.overall.get(name)
        if estimate is None:
            if rules is not BUILT_IN:
                yield Check(f"{name} {sign} {limit:g}", False, "not measured")
            continue
        passed = estimate.value >= limit if sign == ">=" else estimate.value <= limit
        detail = f"{estimate.value:.4f} over {estimate.count}"
        yield Check(f"{name} {sign} {limit:g}", passed, detail)


def _against(result: Result, rules: Rules, baseline: Baseline) -> Iterator[Check]:
    if result.digest != baseline.digest:
        detail = f"{result.digest[:12]} now, {baseline.digest[:12]} then: look, then --accept"
        yield Check("the data is what the baseline saw", False, detail)
        return
    yield Check("the data is what the baseline saw", True, result.digest[:12])
    for name, metric in CATALOGUE.items():
        tolerance = rules.tolerances.get(name, rules.tolerances.get(DEFAULT))
        drop = compare(result, baseline, metric) if tolerance is not None else None
        if drop is None or tolerance is None or metric.higher is None:
            continue
        passed = not (drop.worse > tolerance and drop.p < SIGNIFICANT)
        detail = f"worse by {drop.worse:+.4f} (p {drop.p:.3f}, {drop.count} questions)"
        yield Check(f"{name} not below the baseline", passed, detail)
