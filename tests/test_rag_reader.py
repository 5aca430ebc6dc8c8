"""Reading question and passage together: spans by hand, the network's file, what it learns from."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_reader import TinyReader

from eval.sets.halves import half
from index.errors import ReaderError
from rag.reader.network import load_reader
from rag.reader.spans import LONGEST, read_spans
from rag.reader.training.examples import (
    Example,
    cut_window,
    is_calibration,
    load_examples,
    with_other_name,
    without_answer,
)
from rag.reader.types import Reading, Window

TEXT = "Ana Costa opened the bridge in Porto. It cost 12 million euros. A ferry had crossed before."
SENTENCES = ((0, 37), (38, 63), (64, 91))
COST = Example("What did the bridge in Porto cost?", TEXT, 46, 62, "squad")


def _logits(tokens: int, **places: tuple[float, float]) -> np.ndarray:
    logits = np.zeros((tokens, 2), dtype=np.float32)
    for name, pair in places.items():
        logits[int(name[1:])] = pair
    return logits


def test_the_best_span_lies_within_one_sentence_and_is_weighed_against_none() -> None:
    ranges = np.array([[0, 0], [0, 0], [0, 3], [4, 6], [6, 7], [8, 9], [9, 10]], dtype=np.int32)
    inside = [False, False, True, True, True, True, True]
    logits = _logits(7, t0=(1, 1), t1=(99, 99), t3=(5, 0), t4=(0, 2), t5=(0, 3), t6=(0, 9))
    first, second = read_spans(logits, ranges, inside, [(0, 7), (8, 10)])
    assert first == Reading(5 + 2 - 2, 4, 7)
    assert second == Reading(0 + 9 - 2, 8, 10)  # from token 3 it would be 5 + 9


def test_no_span_ends_before_it_starts_or_is_too_long() -> None:
    many = LONGEST + 2
    ranges = np.array([[0, 0], *([i, i + 1] for i in range(many))], dtype=np.int32)
    logits = _logits(many + 1, t1=(5, 0), **{f"t{many}": (0, 5)})
    assert read_spans(logits, ranges, [False] + [True] * many, [(0, many)])[0].score == 5
    backwards = _logits(many + 1, t1=(0, 5), t2=(5, 0))
    assert read_spans(backwards, ranges, [False] + [True] * many, [(0, many)])[0].score == 5


def test_a_sentence_beyond_what_is_read_has_no_score() -> None:
    ranges = np.array([[0, 0], [0, 3]], dtype=np.int32)
    readings = read_spans(_logits(2, t1=(1, 1)), ranges, [False, True], [(0, 3), (4, 9)])
    assert readings == (Reading(2, 0, 3), Reading())


def test_the_tiny_reader_can_be_computed_by_hand() -> None:
    (readings,) = TinyReader().read("What did it cost?", [Window(TEXT, SENTENCES)])
    assert [reading.score for reading in readings] == [-5, 0, -5]
    assert TEXT[readings[1].start : readings[1].end] == "12"


def test_an_answer_is_taken_out_with_every_sentence_that_has_it() -> None:
    spoilt = without_answer(
        Example("?", f"{TEXT} Again: 12 million euros. {TEXT[64:]}", 46, 62, "")
    )
    assert spoilt is not None and "12 million" not in spoilt.passage
    assert spoilt.start == spoilt.end == -1 and "Ana Costa" in spoilt.passage
    assert without_answer(COST.__class__("?", TEXT[:37], 0, 3, "")) is None


def test_a_name_of_the_question_is_exchanged_for_another_of_its_kind() -> None:
    spoilt = with_other_name(
        Example("Who opened it in Porto?", f"In Lisbon {TEXT}", 10, 19, ""), Random(1)
    )
    assert spoilt is not None and spoilt.start == -1
    assert "Porto" not in spoilt.question and "12" not in spoilt.question
    assert with_other_name(Example("who opened it?", TEXT, 0, 9, ""), Random(1)) is None


@given(st.integers(10, 120), st.integers(0, 99))
def test_a_window_keeps_the_answer_where_it_says(most: int, seed: int) -> None:
    cut = cut_window(COST, most, Random(seed))
    answer = TEXT[COST.start : COST.end]
    assert cut.passage in TEXT
    assert cut.passage[cut.start : cut.end] == answer
    assert len(cut.passage) <= max(most, 25)


@pytest.mark.parametrize("name", ["Normans", "Victoria_(Australia)", "where is it", "Ω"])
def test_the_halves_are_those_of_the_evaluation(name: str) -> None:
    assert is_calibration(name) == (half(name) == "calibration")


def test_nothing_of_a_test_half_is_learnt_from(shared: Path) -> None:
    """Neither a question nor a paragraph, of whatever file; nor what is made of them. Nor are the
    paragraphs on which the decision is fitted."""
    examples = load_examples(shared / "training", shared / "benchmarks", Random(7))
    taken = [*examples.best, *examples.rest, *examples.human, *examples.made]
    openings, questions = {e.passage[:60] for e in taken}, {e.question for e in taken}
    for name in ("dev-v1.1.json", "dev-v2.0.json"):
        file = shared / "benchmarks" / "squad" / name
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            if half(article["title"]) == "test":
                for paragraph in article["paragraphs"]:
                    assert paragraph["context"][:60] not in openings
                    asked = {q["question"] for q in paragraph["qas"] if len(q["question"]) > 40}
                    assert not asked & questions
    file = shared / "benchmarks" / "xquad" / "xquad.en.json"
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        assert not {each["context"][:60] for each in article["paragraphs"]} & openings
    for file in (shared / "benchmarks" / "clapnq").glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)["input"]
            assert half(asked) == "calibration" or asked not in questions


def test_a_folder_without_a_reader_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="there is no reader"):
        load_reader(tmp_path)


def test_a_file_that_was_changed_is_not_computed(tmp_path: Path) -> None:
    (tmp_path / "reader.onnx").write_bytes(b"weights")
    (tmp_path / "reader.json").write_text(json.dumps({"sha256": "00"}), encoding="utf-8")
    with pytest.raises(ReaderError, match="not the one that was installed"):
        load_reader(tmp_path).read("Who?", [Window(TEXT, SENTENCES)])
