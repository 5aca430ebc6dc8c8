"""What each rule brings: every rule can be left out, and what is lost is told in pairs."""

from __future__ import annotations

from pkgutil import resolve_name

import pytest

from eval.ablation import RULES, loss
from eval.types import Question, Row


@pytest.mark.parametrize("place", [place for patches in RULES.values() for place in patches])
def test_every_rule_is_where_it_is_left_out(place: str) -> None:
    module, _, name = place.rpartition(".")
    assert hasattr(resolve_name(module), name)


def test_a_loss_is_the_mean_of_pairs() -> None:
    def rows(*values: float) -> list[Row]:
        return [Row(Question(str(i), "?"), scores={"hit@1": v}) for i, v in enumerate(values)]

    worse, p = loss(rows(1.0, 1.0, 0.0), rows(0.0, 1.0, 0.0), "hit@1")
    assert worse == pytest.approx(1 / 3) and p == 1.0
    assert loss(rows(1.0), rows(1.0), "no such metric") == (0.0, 1.0)
