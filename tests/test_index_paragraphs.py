"""Texts as people write them, and the paragraphs that a reader would name in them."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.parse.text import canonical
from index.segment.paragraphs import find_paragraphs
from index.types import Role

COUNCIL = (
    "The city council met on Tuesday evening to talk about the new bridge over the river, which "
    "has been planned for more than ten years and which nobody expects before the end of it."
)
MONEY = (
    "Several members asked who would pay for it. The mayor said that the state had promised half "
    "of the money. The other half would come from a toll."
)


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(text, 72, initial_indent=first, subsequent_indent=rest)


def paragraphs(text: str, role: Role = Role.TEXT) -> list[str]:
    kept = canonical(text, "test")
    return [kept[start:end] for start, end, found in find_paragraphs(kept) if found is role]


def joined(text: str) -> list[str]:
    """The paragraphs with their line breaks and their indents folded to one space."""
    return [" ".join(paragraph.split()) for paragraph in paragraphs(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.", ["One."]),
        ("One.\n\nTwo.\n\n\n\nThree.\n", ["One.", "Two.", "Three."]),
        ("One\nstill one.\n\nTwo.", ["One\nstill one.", "Two."]),
        ("  One.  \n \t \n\tTwo.\t", ["One.", "Two."]),
        ("One.\r\n\r\nTwo\r\nstill two.\rand still.", ["One.", "Two\nstill two.\nand still."]),
        ("\ufeffOne.\n\nTwo.", ["One.", "Two."]),
        ("One.\n\u00a0\nTwo.\n \u00a0\u2003\nThree.", ["One.", "Two.", "Three."]),
        ("$500\u00a0billion\u00a0\n\nTwo.", ["$500\u00a0billion", "Two."]),
        ("One.\n\n* * *\n\nTwo.\n-----\nThree.\n____\n", ["One.", "Two.", "Three."]),
        ("– Come in, she said.\n– No, he said.", ["– Come in, she said.", "– No, he said."]),
        ("#hashtag first\n\nTwo.", ["#hashtag first", "Two."]),
    ],
)
def test_lines_and_blank_lines(text: str, expected: list[str]) -> None:
    assert paragraphs(text) == expected


def test_hard_wrapped_paragraphs_between_blank_lines() -> None:
    assert joined(f"{wrapped(COUNCIL)}\n\n{wrapped(MONEY)}") == [COUNCIL, MONEY]


def test_hard_wrapped_paragraphs_without_blank_lines_end_in_a_short_line() -> None:
    text = "\n".join(wrapped(text) for text in (MONEY, COUNCIL, MONEY))
    assert joined(text) == [MONEY, COUNCIL, MONEY]


def test_hard_wrapped_paragraphs_with_indented_first_lines() -> None:
    text = "\n".join(wrapped(text, first="    ") for text in (COUNCIL, MONEY, COUNCIL))
    assert joined(text) == [COUNCIL, MONEY, COUNCIL]


def test_a_hanging_indent_is_no_new_paragraph() -> None:
    assert joined(wrapped(COUNCIL, rest="    ")) == [COUNCIL]


@pytest.mark.parametrize("title", ["", "# The council\n"])
def test_one_line_for_each_paragraph_without_blank_lines(title: str) -> None:
    lines = [COUNCIL, MONEY, "It was late.", COUNCIL]
    assert paragraphs(title + "\n".join(lines)) == lines


def test_an_abbreviation_at_the_end_of_a_line_ends_no_paragraph() -> None:
    text = "The judge heard the case of the old bridge in the U.S.\nSupreme Court on a cold Monday."
    assert paragraphs(text) == [text]


def test_verses_stay_together() -> None:
    text = "Rough winds do shake the darling buds of May,\nAnd summer’s lease hath a short date;"
    assert paragraphs(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "To buy:\n- milk\n- bread and\n  butter\n* eggs",
            ["To buy:", "- milk", "- bread and\n  butter", "* eggs"],
        ),
        ("1. One\n2. Two and\n   a half\n10) Ten", ["1. One", "2. Two and\n   a half", "10) Ten"]),
        ("a) one\nb) two", ["a) one", "b) two"]),
        (
            "He wrote:\n> I am here\n> and alone.\nThat was all.",
            ["He wrote:", "> I am here\n> and alone.", "That was all."],
        ),
    ],
)
def test_plain_lists_and_quotes(text: str, expected: list[str]) -> None:
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    ("text", "headings", "expected"),
    [
        ("# Title\nOne.\n\n## Part\nTwo.", ["Title", "Part"], ["One.", "Two."]),
        ("Title\n=====\n\nOne.\n\nPart\n---\nTwo.", ["Title", "Part"], ["One.", "Two."]),
        ("# 1. Title\n\nOne.", ["1. Title"], ["One."]),
        (
            "# List\n- one\n  - two\n    - three\n- four\n\n  more of four\n1. five\n   and on",
            ["List"],
            ["one", "two", "three", "four", "more of four", "five\n   and on"],
        ),
        ("# Note\n> one\n> two\n>\n> three\n\nend", ["Note"], ["one\n> two", "three", "end"]),
        (
            "Before.\n\n```python\nx = 1\n\n# no heading\n```\n\nAfter.",
            [],
            ["Before.", "x = 1\n\n# no heading", "After."],
        ),
        (
            "Costs.\n\n| Year | Cost |\n|------|-----:|\n| 2019 | 12 |\n| 2020 | 13 |\n\nAfter.",
            ["| Year | Cost |"],
            ["Costs.", "| 2019 | 12 |", "| 2020 | 13 |", "After."],
        ),
        ("# A\n\nOne.\n\n---\n\nTwo.\n\n* * *\n\nThree.", ["A"], ["One.", "Two.", "Three."]),
        ("# A\n\nOne.\n\u00a0\nTwo.\n \u00a0 \nThree.", ["A"], ["One.", "Two.", "Three."]),
        ("# A\r\n\r\nOne\r\nline.\r\n\r\nTwo.", ["A"], ["One\nline.", "Two."]),
        ("\ufeff# A\n\nOne.", ["A"], ["One."]),
        ("# A\n\n<!-- to do -->\n\nOne.", ["A"], ["One."]),
        (
            "# A\n\n**Bold** and [a link](https://x.org).",
            ["A"],
            ["**Bold** and [a link](https://x.org)."],
        ),
    ],
)
def test_markdown(text: str, headings: list[str], expected: list[str]) -> None:
    assert paragraphs(text, Role.HEADING) == headings
    assert paragraphs(text) == expected


def test_front_matter_is_kept_but_is_no_evidence() -> None:
    text = "---\ntitle: A\ntags:\n  - b\n---\n\nOne.\n\nTwo."
    assert paragraphs(text) == ["One.", "Two."]
    assert paragraphs(text, Role.BOILERPLATE) == ["---\ntitle: A\ntags:\n  - b\n---"]


def test_a_story_between_two_rules_is_no_front_matter() -> None:
    assert paragraphs("---\nIt began at sea.\n\nIt ended there.\n---\nFin.") == [
        "It began at sea.",
        "It ended there.",
        "Fin.",
    ]


MARKUP = st.sampled_from(
    ["# ", "## ", "- ", "1. ", "> ", "```\n", "|", "---\n", "===\n", "\n\n", "\n", "    ", "\u00a0"]
)
ANY_TEXT = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")) | MARKUP).map(
    "".join
)
PLAIN_TEXT = st.lists(
    st.sampled_from([*"aé人🌉.?”", "\u0301", " ", "\n", "\n\n", "\u00a0", "\f"])
    | st.text("ab. \n", min_size=1)
).map("".join)


def outside(text: str) -> str:
    """All that lies in no paragraph."""
    spans = find_paragraphs(text)
    ends = [0, *(end for _, end, _ in spans)]
    starts = [*(start for start, _, _ in spans), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


@given(ANY_TEXT)
@example("- \n- a\n\n\n```")
@example("a\n***\nb")
@example("> - 1. # a\n===\n")
def test_paragraphs_are_in_order_apart_trimmed_and_not_empty(text: str) -> None:
    spans = find_paragraphs(text)
    assert all(0 <= start < end <= len(text) for start, end, _ in spans)
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(spans))
    for start, end, _ in spans:
        assert text[start:end] == text[start:end].strip()


@given(ANY_TEXT.filter(lambda text: "]:" not in text))
def test_only_space_and_marks_of_the_notation_lie_outside(text: str) -> None:
    assert re.fullmatch(r"[\s#>*+=_~`|:.)\d•·-]*", outside(text))


@given(PLAIN_TEXT)
def test_all_of_a_text_without_markup_is_in_its_paragraphs(text: str) -> None:
    assert not outside(text).strip()


@given(st.lists(PLAIN_TEXT.filter(lambda text: text.strip() != ""), max_size=4))
def test_a_blank_line_always_parts_paragraphs(blocks: list[str]) -> None:
    apart = [paragraph for block in blocks for paragraph in joined_raw(block)]
    assert joined_raw("\n\n".join(blocks)) == apart


def joined_raw(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in find_paragraphs(text)]


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_a_fence_is_no_part_of_what_it_holds(fence: str) -> None:
    text = f"# Tides\n\n{fence}sh\nring the bell\n\ntwice\n{fence}\n\nIt rings.\n"
    found = [text[start:end] for start, end, role in find_paragraphs(text) if role is Role.TEXT]
    assert found == ["ring the bell\n\ntwice", "It rings."]
    unclosed = f"# Tides\n\n{fence}\nring the bell\n"
    found = [unclosed[start:end] for start, end, role in find_paragraphs(unclosed)]
    assert found == ["Tides", "ring the bell"]
    assert [span[2] for span in find_paragraphs(f"# A\n\n{fence}\n{fence}\n")] == [Role.HEADING]
