"""Where a reader would say that a sentence ends; and that no character is ever lost."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
import sentencex
from hypothesis import example, given
from hypothesis import strategies as st
from marked_sentences import MARKED, joined

from index.language import CODES, code_of
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


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["Am 3. Oktober kam z. B. der 2. Bürgermeister.", "Er blieb bis Ende d. J. hier."]),
        ("es", ["Vino de EE. UU. el Sr. López.", "¿Cuándo?", "No lo sé, dijo."]),
        ("es", ["Nadie vino…", "El lunes, sí."]),
        ("ru", ["В 1990 г. завод на ул. Мира, д. 5 закрыли.", "Его купил А. С. Громов."]),
        ("ar", ["وصل د. سامي.", "هل جاء؟", "نعم؛ جاء."]),
        ("hi", ["डॉ. वर्मा आए।", "क्या?", "श्री आर. के. जोशी गए॥", "सच!"]),
        ("", ["នេះជាប្រយោគ។", "នេះជាប្រយោគទីពីរ៕"]),
        ("", ["ဒါက စာကြောင်းပါ။", "ဒါကလည်း။"]),
        ("hy", ["Սա նախադասություն է։", "Սա էլ։"]),
        ("", ["ይህ ዓረፍተ ነገር ነው።", "ይህም ነው፧"]),
        ("ur", ["یہ ایک جملہ ہے۔", "کیا یہ سچ ہے؟"]),
    ],
)
def test_sentences_of_other_languages(language: str, expected: list[str]) -> None:
    text = " ".join(expected)
    found = find_sentences(text, 0, len(text), language)
    assert [text[s.start : s.end] for s in found] == expected


def test_what_has_no_spaces_is_parted_at_its_marks() -> None:
    assert sentences("（新馆闭馆。）他走了！真的吗？是。") == [
        "（新馆闭馆。）",
        "他走了！",
        "真的吗？",
        "是。",
    ]
    assert sentences("「行きます。」と言った。本当？") == ["「行きます。」と言った。", "本当？"]


LEAST = {"de": 1.0, "es": 1.0, "ru": 0.94, "zh": 0.94, "ja": 1.0, "ar": 1.0, "hi": 1.0, "th": 0.89}
"""What is held today, the harmonic mean of precision and recall of ends."""


@pytest.mark.parametrize("language", MARKED)
def test_sentences_end_where_they_were_marked(language: str) -> None:
    text, ends = joined(language)
    told = code_of(text)
    assert told == ("" if language in ("zh", "ja", "th") else language)
    found = [sentence.end for sentence in find_sentences(text, 0, len(text), told)][:-1]
    right = len(set(found) & set(ends))
    assert 2 * right / (len(found) + len(ends)) >= LEAST[language]


def test_a_no_break_space_between_sentences_is_a_space() -> None:
    assert sentences("One is.\u00a0Two are.\u00a0") == ["One is.", "Two are."]


def test_a_lone_mark_belongs_to_the_sentence_before_it() -> None:
    assert sentences("He left. … ”") == ["He left. … ”"]


def test_ranges_count_from_the_start_of_the_text() -> None:
    text = "# Title\n\nOne. Two.\n\nThree."
    assert [text[s.start : s.end] for s in find_sentences(text, 9, 18)] == ["One.", "Two."]


WORDS = """. ! ? … 。 ！ ؟ । " “ ” ' ’ ( ) [ ] « » - — 1. a) Dr. U.S. e.g. $3.5 A a é ß İ 人 नि ไทย
שלום مرحبا
۔ ॥ ။ ។ ៕ ። ։ 」 』 ） 】 、 ， ؛ 3. z. д. डॉ. 서울 ひら ລາວ កខ မြန် 🌉 👩‍🚀 🇵🇹 👍🏽""".split()
MARKS = "\u0301\u200b\u200d\u200e\u202e\u2060\ufeff\u00ad\ufffd"
SPACES = " \n\t\u00a0\u2003\u202f\u2028\u3000\x85\f"
PIECES = st.sampled_from([*WORDS, *MARKS, *SPACES])
ANY_TEXT = st.lists(PIECES | st.text(st.characters(codec="utf-8"), max_size=8)).map("".join)


LANGUAGE = st.sampled_from(["", *CODES.values()])


@given(ANY_TEXT, LANGUAGE)
@example("\u00a0.\u00a0A\u00a0b.", "")
@example("1. 1. 1.", "de")
@example("👩‍🚀. e\u0301. \u202e. 你。", "ru")
@example("…” \u2028ไทย … ។ ៕。）", "es")
def test_sentences_are_in_order_apart_trimmed_and_hold_all_but_space(
    text: str, language: str
) -> None:
    found = find_sentences(text, 0, len(text), language)
    assert all(s.start < s.end for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in found)
    bounds = [0, *(end for s in found for end in (s.start, s.end)), len(text)]
    between = [text[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    assert not "".join(between).strip()


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, LANGUAGE)
def test_sentences_of_a_part_do_not_depend_on_what_is_around_it(
    before: str, part: str, after: str, language: str
) -> None:
    alone = find_sentences(part, 0, len(part), language)
    shift = len(before)
    inside = find_sentences(before + part + after, shift, shift + len(part), language)
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
