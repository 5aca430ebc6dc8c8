"""Where a reader would say that a sentence ends; and that no character is ever lost."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
import sentencex
from hypothesis import example, given
from hypothesis import strategies as st

from index.segment.sentences import WINDOW, find_sentences


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["One sentence"],
        ["It rained.", "It poured!", "Did it?"],
        ["Dr. Smith met Mr. Jones.", "They talked."],
        ["The U.S. government paid $3.5 million.", "It was late."],
        ["At 5 p.m. on Jan. 3 it closed.", "Nobody knew."],
        ["J. K. Rowling wrote it.", "It sold."],
        ["Apple Inc. grew, e.g. in China.", "Then it fell."],
        ["Wait... what?", "Really?!"],
        ["“Come in,” she said.", "“Sit down.”", "He sat."],
        ["He said “No.”", "She left."],
        ["你好。", "今天很好！", "你呢？"],
        ["東京は晴れです。", "大阪は雨です。"],
        ["यह एक वाक्य है।", "यह दूसरा है।"],
        ["مرحبا.", "كيف حالك؟", "أنا بخير."],
        ["The goal is\u00a0$500\u00a0billion.", "It is big."],
        ["He came at 5\u202fp.m.", "He left."],
        ["one\ntwo three.", "Four\nfive."],
        ["1. First of all.", "Second."],
        ["(a) The court must hear it."],
    ],
)
def test_sentences(expected: list[str]) -> None:
    gap = "" if unicodedata.name(expected[0][0]).startswith(("CJK", "HIRAGANA")) else " "
    assert sentences(gap.join(expected)) == expected


def test_a_no_break_space_between_sentences_is_a_space() -> None:
    assert sentences("One is.\u00a0Two are.\u00a0") == ["One is.", "Two are."]


def test_a_lone_mark_belongs_to_the_sentence_before_it() -> None:
    assert sentences("He left. … ”") == ["He left. … ”"]


def test_ranges_count_from_the_start_of_the_text() -> None:
    text = "# Title\n\nOne. Two.\n\nThree."
    assert [text[s.start : s.end] for s in find_sentences(text, 9, 18)] == ["One.", "Two."]


WORDS = """. ! ? … 。 ！ ؟ । " “ ” ' ’ ( ) [ ] « » - — 1. a) Dr. U.S. e.g. $3.5 A a é ß İ 人 नि ไทย
שלום مرحبا 🌉 👩‍🚀 🇵🇹 👍🏽""".split()
MARKS = "\u0301\u200b\u200d\u200e\u202e\u2060\ufeff\u00ad\ufffd"
SPACES = " \n\t\u00a0\u2003\u202f\u2028\u3000\x85\f"
PIECES = st.sampled_from([*WORDS, *MARKS, *SPACES])
ANY_TEXT = st.lists(PIECES | st.text(st.characters(codec="utf-8"), max_size=8)).map("".join)


@given(ANY_TEXT)
@example("\u00a0.\u00a0A\u00a0b.")
@example("1. 1. 1.")
@example("👩‍🚀. e\u0301. \u202e. 你。")
def test_sentences_are_in_order_apart_trimmed_and_hold_all_but_space(text: str) -> None:
    found = find_sentences(text, 0, len(text))
    assert all(s.start < s.end for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in found)
    bounds = [0, *(end for s in found for end in (s.start, s.end)), len(text)]
    between = [text[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    assert not "".join(between).strip()


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_sentences_of_a_part_do_not_depend_on_what_is_around_it(
    before: str, part: str, after: str
) -> None:
    alone = find_sentences(part, 0, len(part))
    shift = len(before)
    inside = find_sentences(before + part + after, shift, shift + len(part))
    assert [(s.start - shift, s.end - shift) for s in inside] == [(s.start, s.end) for s in alone]


class _Counted:
    """The splitter, and how many characters it was given in each call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self._real = sentencex.get_sentence_boundaries
        monkeypatch.setattr(sentencex, "get_sentence_boundaries", self)

    def __call__(self, language: str, text: str) -> Any:
        self.sizes.append(len(text))
        return self._real(language, text)


UNITS = (
    "The committee met. ```python x = 12 ",
    "He came at 5 p.m. and said: “It is so. I know.” ",
    "word ",
    "nospace.butdots,",
    "e\u0301👩‍🚀",
)


@pytest.mark.parametrize("unit", UNITS)
def test_the_splitter_reads_a_long_text_in_windows_and_twice_at_most(
    monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    counted = _Counted(monkeypatch)
    for length in (100_000, 200_000):
        counted.sizes.clear()
        text = (unit * (length // len(unit) + 1))[:length]
        found = find_sentences(text, 0, length)
        assert "".join("".join(text[s.start : s.end] for s in found).split()) == "".join(
            text.split()
        )
        assert max(counted.sizes) <= WINDOW
        assert sum(counted.sizes) <= 2 * length + WINDOW


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 200))
def test_sentences_are_the_same_through_any_window(kinds: list[int], shift: int) -> None:
    known = (
        "Dr. Smith met Mr. Jones at 5 p.m. today.",
        "They talked.",
        "“Come in,” she said.",
        "The U.S. government paid $3.5 million in 2021, which nobody knew at all.",
    )
    text = "x" * shift + ". " + " ".join(known[kind] for kind in kinds)
    whole = find_sentences(text, 0, len(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.segment.sentences.WINDOW", 600)
        assert find_sentences(text, 0, len(text)) == whole


def test_a_sentence_longer_than_a_window_is_cut_at_spaces() -> None:
    long = "a, " * WINDOW + "and so on."
    first, *pieces, last = sentences(f"It began. {long} It ended.")
    assert (first, last) == ("It began.", "It ended.")
    assert " ".join(pieces) == long
    assert max(map(len, pieces)) <= WINDOW
    word = "x" * 3 * WINDOW + "."
    assert sentences(f"It began. {word} It ended.") == ["It began.", word, "It ended."]
