"""What the check catches and what it lets through, over all statements of our articles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.altered import changes
from eval.altered.__main__ import GATED, Outcome, broken, check_all, share
from eval.altered.statements import (
    BY_HAND,
    FALSE_CLAIM,
    MADE_UP,
    TRUE_CLAIM,
    read_articles,
    read_statements,
)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return check_all()


def test_the_floors_hold(outcomes: list[Outcome]) -> None:
    assert sum(not outcome.statement.true for outcome in outcomes) >= 500
    assert sum(outcome.statement.true for outcome in outcomes) >= 200
    held_out = [outcome.statement.kind for outcome in outcomes if outcome.statement.held_out]
    assert held_out.count(BY_HAND) >= 100
    assert held_out.count(MADE_UP) >= 20
    for kind in (TRUE_CLAIM, FALSE_CLAIM):
        claims = [outcome.statement for outcome in outcomes if outcome.statement.kind == kind]
        assert len(claims) >= 150
        assert len({statement.text for statement in claims}) == len(claims)
        assert 0.4 < sum(statement.held_out for statement in claims) / len(claims) < 0.6
        assert {statement.language for statement in claims} == {"en", "de", "fr"}
    assert broken(outcomes) == []


def test_the_changes_know_nothing_of_the_check() -> None:
    own = Path(changes.__file__).read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:from|import) rag\b", own, re.MULTILINE)


def test_the_sentences_that_a_statement_rests_on_are_in_its_article() -> None:
    for article in read_articles():
        told = " ".join(source.text for source in article.sources)
        for statement in read_statements(article):
            assert all(sentence in told for sentence in statement.evidence), statement


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
    assert len(broken(blind)) == 2 * len(GATED)
