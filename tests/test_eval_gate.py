"""The gate: what is worse fails, and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tiny import TinyEmbedder

from eval.evaluate import Plan, evaluate
from eval.gate.baseline import read_baseline, write_baseline
from eval.gate.judge import Rules, judge, read_rules
from eval.oracle import oracle
from eval.result import Result
from eval.run import System, Withheld
from eval.sets.corpus import quiet
from eval.sets.load import OWN, own_set
from eval.types import QuestionSet
from index import Library
from index.errors import InputError
from rag.types import Answer, Hit, Turn

RULES = Rules(floors={"quote_exactness": 1.0}, tolerances={"default": 0.02})


@pytest.fixture(scope="module")
def questions() -> QuestionSet:
    return own_set()


def measure(questions: QuestionSet, system: System | None = None) -> Result:
    return evaluate(questions, system or oracle(questions), Plan(), quiet, TinyEmbedder())


def failed(result: Result, rules: Rules, baseline: Path | None = None) -> list[str]:
    checks = judge(result, rules, read_baseline(baseline) if baseline else None)
    return [check.name for check in checks if not check.passed]


def worse_retriever(questions: QuestionSet) -> System:
    sure = oracle(questions)

    def backwards(
        question: str, *, library: Library, k: int, history: Sequence[Turn]
    ) -> Sequence[Hit]:
        return sure.retrieve(question, library=library, k=k, history=history)[::-1]

    return System(sure.ask, backwards)


def moved_quote(questions: QuestionSet) -> System:
    sure = oracle(questions)

    def ask(
        question: str, *, library: Library, history: Sequence[Turn], without: Withheld
    ) -> Answer:
        assert sure.ask
        answer = sure.ask(question, library=library, history=history, without=without)
        if "overseas deals" not in question:
            return answer
        moved = [replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations]
        return replace(answer, citations=tuple(moved))

    return System(ask, sure.retrieve)


@pytest.fixture
def baseline(questions: QuestionSet, tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline(path, measure(questions))
    return path


def test_the_same_run_passes(questions: QuestionSet, baseline: Path) -> None:
    assert failed(measure(questions), RULES, baseline) == []


def test_a_worse_retriever_fails(questions: QuestionSet, baseline: Path) -> None:
    broken = failed(measure(questions, worse_retriever(questions)), RULES, baseline)
    assert "hit@1 not below the baseline" in broken
    assert not any("citation" in name for name in broken)


def test_a_quote_moved_by_one_character_fails(questions: QuestionSet) -> None:
    calibration = replace(
        questions, questions=tuple(q for q in questions.questions if q.split == "calibration")
    )
    moved = measure(calibration, moved_quote(calibration))
    assert failed(moved, RULES) == ["quote_exactness >= 1"]


def test_other_data_fails(questions: QuestionSet, baseline: Path) -> None:
    first, *others = questions.questions
    edited = replace(questions, questions=(replace(first, split="test", text="Why?"), *others))
    broken = failed(measure(edited), RULES, baseline)
    assert broken == ["the data is what the baseline saw"]


def test_a_sample_is_not_compared(questions: QuestionSet, baseline: Path) -> None:
    some = evaluate(questions, oracle(questions), Plan(limit=5), quiet, TinyEmbedder())
    assert not any(
        "baseline" in check.name for check in judge(some, RULES, read_baseline(baseline))
    )


def test_a_floor_that_was_not_measured_fails(questions: QuestionSet) -> None:
    silent = replace(questions, questions=tuple(q for q in questions.questions if not q.answerable))
    assert failed(measure(silent), Rules(floors={"hit@1": 0.5})) == ["hit@1 >= 0.5"]


def test_the_baseline_can_be_read_as_a_diff(baseline: Path) -> None:
    lines = [
        line for line in baseline.read_text().splitlines() if re.match(r'  "oc-\d+": \[', line)
    ]
    assert len(lines) > 30


def test_the_rules_of_our_own_set_are_sound() -> None:
    assert read_rules(OWN / "gate.toml").floors["quote_exactness"] == 1.0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[floors]\nhit = 1", "no metric 'hit'"),
        ("[ceilings]\nrisk = true", "risk = True is not a number"),
        ("[floors]\nrisk = 0.1", "of risk, lower is better"),
        ("[flours]", r"no table \[flours\]"),
        ("[floors", "cannot be read as TOML"),
    ],
)
def test_rules_that_say_nothing_are_named(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=complaint):
        read_rules(path)


def test_a_file_that_is_no_baseline_is_named(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text('{"rows": {}}')
    with pytest.raises(InputError, match="is not a baseline: write a new one with --accept"):
        read_baseline(path)
