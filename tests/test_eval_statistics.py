"""Intervals and tests: they hold what they promise, and are the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from eval.metrics.statistics import intervals, mean_interval, paired_p, paired_statistic_p
from eval.metrics.timing import percentiles


def test_one_value_has_no_width() -> None:
    assert mean_interval(np.ones(20), [str(n) for n in range(20)]) == (1.0, 1.0)


def test_the_interval_of_independent_questions_is_the_textbook_one() -> None:
    values = np.array([0.0, 1.0] * 200)
    low, high = mean_interval(values, [str(n) for n in range(400)])
    width = 1.96 * 0.5 / 20
    assert low == pytest.approx(0.5 - width, abs=0.01)
    assert high == pytest.approx(0.5 + width, abs=0.01)


def test_questions_on_one_article_are_not_independent() -> None:
    values = np.array(([0.0] * 20 + [1.0] * 20) * 10)
    alone = mean_interval(values, [str(n) for n in range(400)])
    together = mean_interval(values, [str(n // 20) for n in range(400)])
    assert together[1] - together[0] > 3 * (alone[1] - alone[0])


def test_any_statistic_of_rows_has_the_same_interval() -> None:
    values = np.random.default_rng(1).random(60)
    clusters = [str(n // 3) for n in range(60)]
    (found,) = intervals(lambda rows: [float(values[rows].mean())], clusters)
    assert found == pytest.approx(mean_interval(values, clusters))


def test_no_difference_is_no_evidence() -> None:
    assert paired_p(np.zeros(50)) == 1.0
    assert paired_p(np.array([1.0, -1.0] * 20)) > 0.8


def test_eight_of_eight_is_the_exact_sign_test() -> None:
    assert paired_p(np.ones(8)) == pytest.approx(2 / 2**8, abs=0.003)


def test_a_statistic_of_tables_agrees_with_the_test_of_means() -> None:
    random = np.random.default_rng(2)
    one, other = random.random((40, 1)), random.random((40, 1)) + 0.2
    by_table = paired_statistic_p(lambda table: float(table.mean()), one, other)
    assert by_table == pytest.approx(paired_p((one - other)[:, 0]), abs=0.02)


def test_percentiles() -> None:
    found = percentiles([float(n) for n in range(101)])
    assert found == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
