"""A draft of the visitor's own, checked sentence by sentence on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import serving
from conftest import STORY
from tiny import TinyEmbedder

from index import Library

if TYPE_CHECKING:
    from playwright.sync_api import Page

DRAFT = "It cost 12 million euros. It cost 15 million euros. <b>Light</b> is sugar. Who paid?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("draft") / "library"
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=60)) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library) as found:
            yield found


def _check(page: Page, draft: str) -> None:
    page.locator("#tab-draft").click()
    page.locator("#draft textarea").fill(draft)
    page.get_by_role("button", name="Check the draft").click()


def test_each_sentence_shows_how_it_stands_and_leads_to_its_place(page: Page) -> None:
    _check(page, DRAFT)
    page.get_by_text("3 sentences: 1 supported, 1 altered, 1 not found").wait_for()
    assert page.locator("#proofs .standing").all_inner_texts() == [
        "Supported",
        "Altered",
        "Not found",
    ]
    assert page.locator("#proofs li.altered ins").all_inner_texts() == ["15"]
    assert page.locator("#proofs .said").last.inner_text() == "<b>Light</b> is sugar."
    page.locator("#proofs li.supported a").click()
    page.locator("#viewer mark:focus").wait_for()
    assert page.locator("#viewer mark").inner_text() == "It cost 12 million euros."
    page.keyboard.press("Escape")
    assert page.locator("#proofs li.supported a").evaluate("e => e === document.activeElement")


def test_what_cannot_be_checked_is_said_and_the_tabs_go_round_by_keys(page: Page) -> None:
    _check(page, "   ")
    page.locator("#proofs .refused").wait_for()
    tabs = page.locator("[role=tab]")
    tabs.first.press("ArrowLeft")
    assert tabs.last.get_attribute("aria-selected") == "true"
    tabs.last.press("ArrowRight")
    assert tabs.first.get_attribute("aria-selected") == "true"
