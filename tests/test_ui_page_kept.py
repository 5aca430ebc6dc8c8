"""Nothing that the page shows is lost, whatever is done to it: every control, in several states."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import ANSWER, CHIP, ask, serving, upload, visitor
from conftest import STORY
from tiny import TinyEmbedder

from index import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARCH = "Who designed the arch?"
NOTHING = ("", "   ", "???", "\n", "…", "\u200b", "!" * 50)

ENDS = re.compile(r"New|Remove|Clear|Undo|Edit|Retry|Export|Save|Copy|Download|Delete", re.I)
"""Controls whose purpose is to take something away or along, each with a test of its own."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Library.open(tmp_path_factory.mktemp("kept"), embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library) as found:
            yield found


def _shown(page: Page) -> tuple[list[str], str]:
    """What a reader would miss: the conversation's messages, and the source."""
    rows = page.locator("#chat .user-row .prose, #chat .bot-row .prose").all_text_contents()
    return rows, page.locator("#viewer").text_content() or ""


def _settle(page: Page) -> None:
    page.wait_for_timeout(400)


def _answered(page: Page) -> None:
    ask(page, ARCH)


def _refused(page: Page) -> None:
    ask(page, "What is the capital of France?")


def _own_article(page: Page) -> None:
    _answered(page)
    bell = {"name": "bell.txt", "mimeType": "text/plain", "buffer": b"The bell was cast in Ghent."}
    upload(page, bell)


def _source_open(page: Page) -> None:
    _answered(page)
    page.locator(CHIP).first.click()
    page.locator("#viewer mark").first.wait_for()


STATES = (_answered, _refused, _own_article, _source_open)


@pytest.mark.parametrize("state", STATES)
def test_asking_nothing_takes_nothing_away(
    browser: Browser, address: str, state: Callable[[Page], None]
) -> None:
    with visitor(browser, address) as page:
        state(page)
        before = _shown(page)
        for nothing in NOTHING:
            page.fill("#box textarea", nothing)
            page.keyboard.press("Enter")
            _settle(page)
            assert _shown(page) == before, repr(nothing)


def test_asking_with_no_article_chosen_takes_nothing_away(browser: Browser, address: str) -> None:
    with visitor(browser, address) as page:
        _source_open(page)
        before = _shown(page)
        page.locator("#tab-articles").click()
        page.get_by_label("Search A bridge").uncheck()
        page.fill("#box textarea", ARCH)
        page.keyboard.press("Enter")
        page.locator("#note [role=alert]").wait_for()
        assert _shown(page) == before


@pytest.mark.parametrize("state", STATES)
def test_no_control_takes_away_what_it_is_not_meant_to(
    browser: Browser, address: str, state: Callable[[Page], None]
) -> None:
    with visitor(browser, address) as page:
        state(page)
        conversation, _ = _shown(page)
        controls = page.locator("button:visible, [role=tab]:visible, summary:visible")
        names = [text for text in controls.all_inner_texts() if not ENDS.search(text)]
        assert names
        for place in range(controls.count()):
            control = controls.nth(place)
            if not control.is_visible() or not control.is_enabled():
                continue
            name = f"{control.inner_text()} {control.get_attribute('aria-label') or ''}"
            if ENDS.search(name):
                continue
            control.click(timeout=2_000, force=True)
            _settle(page)
            assert _shown(page)[0] == conversation, name


def test_emptied_pages_would_be_noticed(browser: Browser, address: str) -> None:
    with visitor(browser, address) as page:
        _answered(page)
        before = _shown(page)
        assert before[0] and ANSWER and "Porto" in before[0][-1]
        page.evaluate("document.querySelector('#chat').remove()")
        assert _shown(page) != before
