"""Selective prediction: by hand, and the AUROC against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.metrics import refusal
from eval.metrics.refusal import Outcomes

rows = st.lists(st.tuples(st.booleans(), st.integers(0, 10)), min_size=2, max_size=60)


def outcomes(
    answerable: list[float], confidence: list[float], right: list[float] | None = None
) -> Outcomes:
    sure = np.array(confidence, dtype=np.float64)
    yes = np.array(answerable, dtype=np.float64)
    return Outcomes(yes, (sure < 0.5).astype(float), np.array(right or yes, dtype=float), sure)


FOUR = outcomes([1, 1, 0, 1], [0.9, 0.8, 0.7, 0.2], [1, 0, 0, 1])


def test_shares_by_hand() -> None:
    assert refusal.risk(FOUR) == pytest.approx(2 / 3)
    assert refusal.refusal_precision(FOUR) == 0.0
    assert math.isnan(refusal.refusal_precision(outcomes([1, 0], [0.9, 0.9])))


def test_risk_and_coverage_by_hand() -> None:
    coverages, risks = refusal.risk_coverage(FOUR)
    assert coverages.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risks.tolist() == pytest.approx([0, 1 / 2, 2 / 3, 1 / 2])
    assert refusal.aurc(FOUR) == pytest.approx((0 + 1 / 2 + 2 / 3 + 1 / 2) / 4)
    assert refusal.coverage_at_risk(FOUR) == 0.25
    assert refusal.coverage_at_risk(FOUR, 0.5) == 1.0


def test_equal_confidence_is_one_step() -> None:
    tied = outcomes([1, 0, 1, 0], [0.5] * 4)
    assert [part.tolist() for part in refusal.risk_coverage(tied)] == [[1.0], [0.5]]
    assert refusal.aurc(tied) == pytest.approx(0.5)
    assert refusal.auroc(tied) == 0.5


def test_calibration_by_hand() -> None:
    four = outcomes([1, 0, 1, 1], [0.25, 0.25, 0.95, 1.0])
    assert refusal.calibration_error(four) == pytest.approx(0.5 * 0.25 + 0.5 * 0.025)


@given(rows)
def test_auroc_agrees_with_scikit_learn(found: list[tuple[bool, int]]) -> None:
    answerable = [float(yes) for yes, _ in found]
    confidence = [sure / 10 for _, sure in found]
    ours = refusal.auroc(outcomes(answerable, confidence))
    if len(set(answerable)) == 1:
        assert math.isnan(ours)
    else:
        assert ours == pytest.approx(roc_auc_score(answerable, confidence))


@given(rows, st.randoms())
def test_the_order_of_rows_does_not_matter(found: list[tuple[bool, int]], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        outcomes([float(yes) for yes, _ in part], [sure / 10 for _, sure in part])
        for part in (found, shuffled)
    )
    for metric in refusal.POOLED.values():
        assert metric(one) == pytest.approx(metric(other), nan_ok=True)
