"""What is plainly not the article is no evidence; what only looks like it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.parse.boilerplate import is_boilerplate
from index.parse.document import parse_text, read_document
from index.types import Role


@pytest.mark.parametrize(
    "paragraph",
    [
        "800.553.8359 info@const-ins.com",
        "Tel.: +49 30 1234567 | E-mail: a.b@c.de",
        "Call us at (555) 010-0199 or mail us at desk@example.org",
        "www.example.org",
        "https://example.org/story?id=7",
        "This story was originally featured on Fortune.com",
        "This article was originally published by The Conversation on 3 May 2024.",
        "This article originally appeared in the New Yorker. Read the original article.",
        "Originally published at example.org",
        "First published in The Atlantic.",
        "© 2024 Reuters. All rights reserved. This may not be published or rewritten.",
        "Copyright 2024 The Times",
        "(c) 2019 Example Press",
        "All rights reserved.",
        "Sign up for our daily newsletter and never miss a story.",
        "Follow us on X and Mastodon",
        "Read more: The bridge that never was",
        "ADVERTISEMENT",
        "Share this article",
    ],
)
def test_contact_lines_and_notices_are_recognised(paragraph: str) -> None:
    assert is_boilerplate(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Write to the mayor at mayor@town.org before Friday.",
        "Readers may call 555-0100-22 if they have seen the cat.",
        "The site www.example.org went down on Monday.",
        "Jane Doe, reporter, jane@example.org",
        "1914-1918",
        "| 2019 | 1 200 000 |",
        "The story was originally published in 1843 as a pamphlet, and Dickens never changed it.",
        "This story was first published in 1843. It made him rich.",
        "This story was first published in Paris and made her famous.",
        "This article first appeared in Nature, which withdrew it a year later.",
        "Originally published in 1843, the book sold 6,000 copies by Christmas Eve.",
        "The article first appeared in 1990 and shocked the country.",
        "The story was first published by the Guardian.",
        "This story is about a bridge.",
        "Copyright 2020 law changed everything for libraries in Europe.",
        "(c) the court must hear both sides;",
        "All rights reserved for the natives were sold in 1910.",
        "Sign up for the course began on Monday and was over in an hour.",
        "The advertisement ran for a week.",
        "Share this article and win, the leaflet said.",
        "© 2024 " + "and all that follows " * 20,
    ],
)
def test_near_misses_stay_evidence(paragraph: str) -> None:
    assert not is_boilerplate(paragraph)


def roles(text: str) -> list[Role]:
    return [role for _, _, role in parse_text(text).spans]


def test_only_the_first_and_last_paragraphs_can_be_boilerplate() -> None:
    notice = "This story was originally featured on Fortune.com"
    body = ["It rained."] * 3
    text = "\n\n".join([notice, *body, notice, *body, notice])
    found = [i for i, role in enumerate(roles(text)) if role is Role.BOILERPLATE]
    assert found == [0, 8]


def test_a_text_of_nothing_but_notices_is_about_its_notices() -> None:
    assert roles("desk@example.org\n\nAll rights reserved.") == [Role.TEXT, Role.TEXT]


def test_boilerplate_stays_in_the_text() -> None:
    document = parse_text("desk@example.org\n\nIt rained.")
    assert document.text == "desk@example.org\n\nIt rained."
    assert document.spans == ((0, 16, Role.BOILERPLATE), (18, 28, Role.TEXT))


def test_the_article_that_this_was_made_for(shared: Path) -> None:
    document = read_document(shared / "articles" / "openai-for-countries.txt")
    left_out = [document.text[a:b] for a, b, role in document.spans if role is not Role.TEXT]
    assert left_out == [
        "800.553.8359 info@const-ins.com",
        "This story was originally featured on Fortune.com",
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "# The bridge opened on Monday.",
        "| Year | Cost |\n|---|---|",
        "# 新しい橋が月曜日に開通した",
    ],
)
def test_a_sentence_or_a_row_alone_is_the_text(heading: str) -> None:
    spans = parse_text(heading).spans
    assert [role for _, _, role in spans] == [Role.TEXT]
