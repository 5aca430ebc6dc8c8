"""SQuAD's exact match and F1: by hand, and against the official rules written down again here."""

from __future__ import annotations

import collections
import random
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.answers import contains, exact_match, token_f1
from eval.sets.load import load_set


def official_tokens(text: str) -> list[str]:
    """The official script's ``normalize_answer`` and ``get_tokens``, step by step."""
    lower = text.lower()
    bare = "".join(ch for ch in lower if ch not in set(string.punctuation))
    without_articles = re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", bare)
    return " ".join(without_articles.split()).split()


def official_f1(gold: str, answer: str) -> float:
    gold_tokens, answer_tokens = official_tokens(gold), official_tokens(answer)
    common = collections.Counter(gold_tokens) & collections.Counter(answer_tokens)
    same = sum(common.values())
    if len(gold_tokens) == 0 or len(answer_tokens) == 0:
        return int(gold_tokens == answer_tokens)
    if same == 0:
        return 0
    precision, recall = same / len(answer_tokens), same / len(gold_tokens)
    return (2 * precision * recall) / (precision + recall)


texts = st.text(st.sampled_from("aAnt heTx.,'-é 1"), max_size=30)


@given(texts, st.lists(texts, min_size=1, max_size=3))
def test_follows_the_official_rules(answer: str, golds: list[str]) -> None:
    exact = [float(official_tokens(gold) == official_tokens(answer)) for gold in golds]
    assert exact_match(answer, golds) == max(exact)
    assert token_f1(answer, golds) == pytest.approx(max(official_f1(g, answer) for g in golds))


def test_by_hand() -> None:
    assert exact_match("The Walt Disney Company.", ["Walt Disney company"]) == 1.0
    assert token_f1("owned by Disney", ["Walt Disney"]) == pytest.approx(0.4)
    assert token_f1("", ["Walt Disney"]) == 0.0


def test_an_unanswerable_question_wants_an_empty_answer() -> None:
    assert (exact_match("", []), token_f1("", [])) == (1.0, 1.0)
    assert (exact_match("Porto", []), token_f1("Porto", [])) == (0.0, 0.0)


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    assert exact_match("《黑豹》队", ["黑豹队"]) == 1.0
    assert token_f1("丢了308分", ["308"]) == pytest.approx(2 / 5)
    assert contains("黑豹队丢了308分。", ["308"]) == 1.0


def test_containing_is_word_for_word() -> None:
    assert contains("It aims for 10 projects.", ["10 projects"]) == 1.0
    assert contains("It aims for 100 projects.", ["10"]) == 0.0
    assert contains("anything", []) == 0.0


@pytest.mark.parametrize("name", ["dev-v1.1", "dev-v2.0"])
def test_on_the_squad_files(name: str, shared: Path) -> None:
    questions = load_set(shared / "benchmarks" / "squad" / f"{name}.json").questions
    others = random.Random(0).sample(questions, 400)
    for question, other in zip(questions, others, strict=False):
        golds = question.answers or ("",)
        assert exact_match(golds[0], question.answers) == 1.0
        wrong = (other.answers or ("",))[0]
        theirs = max(official_f1(gold, wrong) for gold in golds)
        assert token_f1(wrong, question.answers) == pytest.approx(theirs)
