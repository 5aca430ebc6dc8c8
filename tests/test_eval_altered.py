"""What the check catches and what it lets through, over all statements of our articles."""

from __future__ import annotations

import pytest

from eval.altered.__main__ import Outcome, broken, check_all, share
from eval.altered.statements import BY_HAND


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return check_all()


def test_the_floors_hold(outcomes: list[Outcome]) -> None:
    assert sum(not outcome.statement.true for outcome in outcomes) >= 500
    assert sum(outcome.statement.true for outcome in outcomes) >= 200
    assert sum(outcome.statement.kind == BY_HAND for outcome in outcomes) >= 60
    assert broken(outcomes) == []


def test_swaps_and_comparatives_are_caught_as_well(outcomes: list[Outcome]) -> None:
    for kind in ("names swapped", "comparative"):
        assert share(o for o in outcomes if o.statement.kind == kind) >= 0.95


def test_a_check_that_lets_all_through_breaks_every_floor(outcomes: list[Outcome]) -> None:
    from dataclasses import replace

    from rag.types import Verdict

    blind = [
        replace(outcome, checked=replace(outcome.checked, verdict=Verdict.SUPPORTED))
        for outcome in outcomes
    ]
    assert len(broken(blind)) == 10
