"""Ranges: overlap and coverage against sets of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.ranges import Range, covered, overlaps, recall_at_budget, within

ranges = st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 20)).map(
    lambda r: (r[0], r[1], r[1] + r[2])
)


def characters(place: Range) -> set[tuple[str, int]]:
    return {(place[0], at) for at in range(place[1], place[2])}


@given(ranges, ranges)
def test_overlap_is_a_shared_character(one: Range, other: Range) -> None:
    assert overlaps(one, other) == bool(characters(one) & characters(other))


@given(ranges, st.lists(ranges, max_size=6))
def test_coverage_counts_each_character_once(wanted: Range, delivered: list[Range]) -> None:
    there = set().union(*map(characters, delivered)) & characters(wanted)
    assert covered(wanted, delivered) == pytest.approx(len(there) / len(characters(wanted)))


@given(st.lists(ranges, max_size=6), st.integers(0, 60))
def test_a_budget_is_kept(ranked: list[Range], budget: int) -> None:
    sizes = [end - start for _, start, end in within(ranked, budget)]
    assert sum(sizes) == min(budget, sum(end - start for _, start, end in ranked))


def test_recall_at_a_budget_by_hand() -> None:
    needs = [[("a", 0, 10)], [("b", 0, 10), ("c", 0, 10)]]
    ranked = [("a", 5, 15), ("c", 0, 20)]
    assert recall_at_budget(ranked, needs, budget=16) == pytest.approx((0.5 + 0.6) / 2)
    assert recall_at_budget([], needs) == 0.0
