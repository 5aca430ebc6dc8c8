"""Markdown as a reader sees it: nothing struck, no note marks, no HTML; code as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.parse.document import parse_text
from index.parse.formats.markdown import read_markdown
from index.types import Role


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("It was ~~red~~ blue.", "It was blue."),
        ("It was said.[^1] And [^more] more.", "It was said. And more."),
        ("10<sup>6</sup> and H<sub>2</sub>O, the ferry<sup>2</sup>", "10^6 and H2O, the ferry"),
        ("a <b>bold</b> <!-- to do --> <del>old</del> word<br>line", "a bold word\nline"),
        ("A &amp; B&#x21; &unknown;", "A & B! &unknown;"),
        ("<script>\nx < 1\n</script>seen", "seen"),
        ("<https://x.org> <a@b.c> 1 < 2 > 0 AT&T", "<https://x.org> <a@b.c> 1 < 2 > 0 AT&T"),
        ("`~~x~~ [^1] <b>` and ``a ` <i>``", "`~~x~~ [^1] <b>` and ``a ` <i>``"),
        ("```\n~~x~~ <b>\n```\n~~no~~ new", "```\n~~x~~ <b>\n```\nnew"),
        ("Code:\n\n    <b>x</b>\n", "Code:\n\n    <b>x</b>\n"),
        (r"\~~not\~~ \[^1] 1 ~ 2 ~~~", r"\~~not\~~ \[^1] 1 ~ 2 ~~~"),
        ("a~~b\n\nc~~ d", "a~~b\n\nc~~ d"),
        ("<del>no end", "no end"),
        ("A List<String> of <T>.", "A List<String> of <T>."),
        ("<!-- no end", "<!-- no end"),
    ],
)
def test_what_is_read(written: str, read: str) -> None:
    assert read_markdown(written) == read


def test_what_is_not_seen_is_in_no_quote() -> None:
    text = (
        "The bridge cost ~~9~~ 12 million.[^1] It is <b>red</b>.\n\n[^1]: The town.\n[^2]: Later."
    )
    found = parse_text(text)
    said = [found.text[start:end] for start, end, role in found.spans if role is Role.TEXT]
    assert said == ["The bridge cost 12 million. It is red.", "The town.", "Later."]


def test_a_text_that_is_no_markdown_stays_as_it_is() -> None:
    text = "The tag <b> and a &amp; b stand here."
    assert parse_text(text).text == text


MARKS = "~~ ` `` ```\n <b> <del> </del> <!-- --> [^1] [^1]:  <sup> </sup> &amp; a ( \\".split(" ")
PIECES = st.lists(st.sampled_from([*MARKS, " ", "    ", "\n", "\n\n"]))


@given(PIECES)
def test_any_text_is_read_to_its_end(pieces: list[str]) -> None:
    """And what stands after all marks is there."""
    assert read_markdown("".join(pieces) + "\n\nThe end.").rstrip("`").endswith("The end.")
