"""Citations against text and gold, and statements against their quotes."""

from __future__ import annotations

import pytest

from eval.metrics.citations import dangling, exactness, precision, recall, support, unquoted

GOLD = [[("a", 0, 10)], [("a", 50, 60), ("b", 0, 5)]]


def test_precision_and_recall_by_hand() -> None:
    cited = [("a", 5, 8), ("a", 20, 30), ("b", 4, 9)]
    assert precision(cited, GOLD) == pytest.approx(2 / 3)
    assert recall(cited, GOLD) == 1.0
    assert recall(cited[:1], GOLD) == 0.5
    assert recall([], GOLD) == 0.0


def test_touching_is_not_overlapping() -> None:
    assert precision([("a", 10, 20)], GOLD) == 0.0


def test_exactness() -> None:
    assert exactness([("ten", "ten"), ("ten", "en ")]) == 0.5


def test_marks_without_a_citation_dangle() -> None:
    assert dangling("One [1], two [2] and [3].", [1, 2], []) == 1
    assert dangling("One [1].", [1], []) == 0


def test_marks_of_the_source_are_not_ours() -> None:
    quote = "He was born in\n1900.[12]"
    assert dangling("He was born in 1900.[12] [1]", [1], [quote]) == 0
    assert unquoted("Yes: He was born in 1900.[12]", [quote]).split() == ["Yes:"]


def test_a_verbatim_statement_is_carried() -> None:
    quote = "The stated target is 10 projects with American allies."
    assert support(quote, [quote]) == 1.0
    assert support("the stated target is 10 projects", ["x", quote]) == 1.0


def test_half_of_the_pairs() -> None:
    assert support("red fox jumps high", ["red fox jumps low and high"]) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The target is 12 projects.", "The target is 10 projects."),
        ("The target is not known.", "The target is known."),
        ("The target is known.", "The target isn't known."),
    ],
)
def test_numbers_and_negations_have_to_match(statement: str, quote: str) -> None:
    assert support(statement, [quote]) == 0.0
