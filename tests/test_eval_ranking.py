"""Ranking metrics: by hand, and against an independent implementation."""

from __future__ import annotations

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.ranking import fold, hit, ndcg, recall, reciprocal_rank

ITEMS = [f"d{number}" for number in range(30)]

rankings = st.lists(st.sampled_from(ITEMS), unique=True, max_size=25)
judgements = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 3), min_size=1, max_size=15)


def test_by_hand() -> None:
    ranking, grades = ["x", "a", "y", "b"], {"a": 1, "b": 2, "c": 1}
    assert hit(ranking, grades, 1) == 0.0
    assert hit(ranking, grades, 2) == 1.0
    assert recall(ranking, grades, 5) == pytest.approx(2 / 3)
    assert reciprocal_rank(ranking, grades) == 0.5
    gained = 1 / math.log2(3) + 2 / math.log2(5)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(ranking, grades) == pytest.approx(gained / ideal)


def test_an_empty_ranking_is_the_worst() -> None:
    grades = {"a": 1}
    assert [m([], grades, 10) for m in (hit, recall, reciprocal_rank, ndcg)] == [0, 0, 0, 0]


@given(rankings, judgements)
def test_agrees_with_ir_measures(ranking: list[str], grades: dict[str, int]) -> None:
    run = {"q": {item: float(-place) for place, item in enumerate(ranking)}}
    # A run without any document is not a run: a document that nobody asked for stands in.
    run["q"]["none of them"] = -1000.0
    measures = {
        ir_measures.Success @ 5: hit(ranking, grades, 5),
        ir_measures.R @ 10: recall(ranking, grades, 10),
        ir_measures.RR @ 10: reciprocal_rank(ranking, grades, 10),
        ir_measures.nDCG @ 10: ndcg(ranking, grades, 10),
    }
    theirs = ir_measures.calc_aggregate(list(measures), {"q": grades}, run)
    assert {m: pytest.approx(value) for m, value in measures.items()} == theirs


@given(rankings, judgements)
def test_folding_single_places_changes_nothing(ranking: list[str], grades: dict[str, int]) -> None:
    needs = [(frozenset({item}), grade) for item, grade in grades.items()]
    folded, folded_grades = fold(ranking, needs)
    assert ndcg(folded, folded_grades) == pytest.approx(ndcg(ranking, grades))
    assert recall(folded, folded_grades, 5) == recall(ranking, grades, 5)


def test_equally_good_places_count_once() -> None:
    ranking, grades = fold(["b", "x", "a"], [(frozenset({"a", "b"}), 1), (frozenset({"x"}), 1)])
    assert ranking == ["need 0", "need 1"]
    assert recall(ranking, grades, 2) == 1.0
