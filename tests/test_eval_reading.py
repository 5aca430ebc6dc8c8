"""How well a reader reads, with one whose scores can be computed by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_reader import TinyReader

from eval.reading import Given, answerable_auroc, best_f1, given_paragraphs, read_all
from eval.sets.halves import half


def test_given_the_passage_a_reader_is_measured_by_hand() -> None:
    passage = "It cost 12 million euros."
    given = [
        Given("What did it cost?", passage, ("12",)),
        Given("Who paid?", passage, ()),
        Given("It cost million euros", passage, ("nothing",)),
    ]
    read = read_all(TinyReader(), given)
    assert [each.score for each in read] == [0.0, -5.0, 5.0]
    assert [each.answer for each in read] == ["12", "It", "12"]
    assert answerable_auroc(read) == 1.0
    assert best_f1(read) == pytest.approx(2 / 3)


def test_the_paragraphs_of_one_half_are_given_with_their_questions(tmp_path: Path) -> None:
    asked = [
        {"question": " Who? ", "answers": [{"text": "Ana"}, {"text": "Ana Costa"}]},
        {"question": "Why?", "answers": [], "is_impossible": True},
    ]
    titles = ["Bees", "Porto", "Ferries", "Bridges", "Arches"]
    articles = [
        {"title": title, "paragraphs": [{"context": title, "qas": asked}]} for title in titles
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": articles}), encoding="utf-8")
    found = {name: list(given_paragraphs(file, name)) for name in ("test", "calibration")}
    assert found["test"] and found["calibration"]
    for name, given in found.items():
        assert {each.passage for each in given} == {t for t in titles if half(t) == name}
        assert given[0].question == "Who?" and given[0].answers == ("Ana", "Ana Costa")
        assert given[1].answers == ()
