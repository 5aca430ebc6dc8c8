"""What the articles at hand are about, and what may be asked of them, as a visitor meets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ANSWER, ask, serving, upload

from index import Library
from rag import overview
from rag.libraries import bundled_article
from ui.page.layout import EXAMPLES, STANDING

if TYPE_CHECKING:
    from playwright.sync_api import Page

BRIDGE = """\
The mayor of Porto opened the new bridge over the river on 3 March 2024 before a large crowd.

The bridge cost 12 million euros, of which the region paid half and the city the other half.

Engineers from Lisbon designed the arch and worked on its calculation for several years.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("card") / "library") as opened:
        opened.add(bundled_article())
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


def test_a_card_says_what_the_article_is_about_and_leads_to_it(
    page: Page, library: Library
) -> None:
    card = page.locator("#card .overview")
    card.wait_for()
    found = overview(library.entries[0].id, library=library)
    assert card.get_attribute("open") is not None
    sentences = card.locator(".sentences > ol > li bdi").all_inner_texts()
    assert sentences == [" ".join(c.quote.split()) for c in found.citations]
    card.locator(".sentences > ol a").last.click()
    page.locator("#viewer mark:focus").wait_for()
    marked = page.locator("#viewer mark").evaluate("(mark) => mark.textContent")
    assert marked == found.citations[-1].quote


def test_the_card_folds_when_something_is_asked(page: Page) -> None:
    page.locator("#card .overview").wait_for()
    ask(page, "How many projects does OpenAI aim for?")
    assert page.locator("#card .overview").get_attribute("open") is None
    assert page.locator("#card summary").first.is_visible()
    assert page.locator(ANSWER).count() == 1


def test_figures_and_dates_are_below_folded(page: Page) -> None:
    figures = page.locator("#card .sentences details")
    figures.wait_for()
    assert not figures.locator("li").first.is_visible()
    figures.locator("summary").click()
    texts = figures.locator("li bdi").all_inner_texts()
    assert len(texts) > 3
    assert all(any(letter.isdigit() for letter in text) for text in texts)


def test_what_is_chosen_is_what_card_title_and_examples_speak_of(
    page: Page, tmp_path: Path
) -> None:
    page.locator("#card .overview").wait_for()
    assert page.locator("#chat .example").all_inner_texts() == list(EXAMPLES)
    file = tmp_path / "The bridge.txt"
    file.write_text(BRIDGE, encoding="utf-8")
    upload(page, file)
    page.locator("#card").get_by_text("What “The bridge” says").wait_for()
    assert page.locator("#chat h2").inner_text() == "The bridge"
    assert page.locator("#chat .example").first.inner_text() == "What is “The bridge” about?"
    page.locator("[data-choose]").last.uncheck()
    page.locator("#card").get_by_text("What it says").wait_for()
    assert "The mayor of Porto opened" in page.locator("#card").inner_text()
    assert "OpenAI" not in page.locator("#card").inner_text()
    assert page.locator("#chat .example").all_inner_texts() == [STANDING]
    assert page.locator("#chat h2").inner_text() == "The bridge"
