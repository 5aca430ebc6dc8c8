"""Keys, and what stands above the source: contents, find, quotes, what is selected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import CHIP, ask, serving

from index import Library
from index.types import Role
from rag.libraries import bundled_article, library_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

TARGET = "How many projects does OpenAI aim for?"
BOTH = "How many projects does OpenAI aim for, and who pays for the projects abroad?"

# Selects the first time that a text stands in an element.
SELECT = """([selector, words]) => {
  const walk = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
    return;
  }
  throw new Error(`not there: ${words}`);
}"""

IN_SIGHT = """(selector) => {
  const panel = document.querySelector('#viewer').getBoundingClientRect();
  const thing = document.querySelector(selector).getBoundingClientRect();
  return thing.top >= panel.top && thing.bottom <= panel.bottom;
}"""


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of([bundled_article()])


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


def _focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("(s) => document.activeElement.matches(s)", selector))


def _said(page: Page, name: str) -> str:
    return page.locator(f'[data-said="{name}"]').inner_text()


def test_keys_lead_to_the_question_the_last_one_the_articles_and_their_own_list(
    page: Page,
) -> None:
    box = page.locator("#box textarea")
    box.focus()
    page.keyboard.press("ArrowUp")  # nothing was asked yet
    assert box.input_value() == ""
    ask(page, TARGET)
    page.locator(CHIP).first.focus()
    page.keyboard.press("/")
    assert _focused(page, "#box textarea") and box.input_value() == ""
    page.keyboard.press("ArrowUp")
    assert box.input_value() == TARGET
    page.keyboard.type(" /? ")  # within a text they are letters
    page.keyboard.press("ArrowUp")
    assert box.input_value() == f"{TARGET} /? "
    page.locator("#tab-source").click()
    page.keyboard.press("Control+k")
    assert _focused(page, "#tab-articles") and page.locator("#shelf").is_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    told = keys.locator("kbd").all_inner_texts()
    assert {"/", "↑", "Ctrl K", "Ctrl F", "Esc", "?"} <= set(told)
    page.keyboard.press("/")  # the page behind it does nothing
    assert not _focused(page, "#box textarea")
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    assert _focused(page, "#tab-articles")


def test_contents_find_quotes_and_what_is_selected(page: Page, library: Library) -> None:
    ask(page, BOTH)
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    _leads_from_quote_to_quote(page)
    _lists_the_headings(page, library)
    _finds_words(page)
    _copies_what_is_selected_and_asks_about_it(page)


def _leads_from_quote_to_quote(page: Page) -> None:
    assert _said(page, "quote") == "Quote 1 of 2"
    marked = page.locator("#viewer mark").inner_text()
    for name, said in (("Next", 2), ("Next", 1), ("Previous", 2), ("Previous", 1)):
        page.get_by_role("button", name=f"{name} quote").click()
        page.wait_for_function(
            "(said) => document.querySelector('[data-said=quote]').textContent === said",
            arg=f"Quote {said} of 2",
        )
        assert (page.locator("#viewer mark").inner_text() == marked) is (said == 1)
        assert page.evaluate(IN_SIGHT, "#viewer mark")
        href = page.locator(f"{CHIP}[aria-current]").first.get_attribute("href")
        assert href == page.evaluate("location.hash")


def _lists_the_headings(page: Page, library: Library) -> None:
    article = library.articles[0]
    headings = [
        article.text[each.start : each.end]
        for each in library.paragraphs(article.id)
        if each.role is Role.HEADING
    ]
    contents = page.get_by_role("combobox", name="Contents")
    assert contents.locator("option").all_inner_texts() == ["Contents", *headings]
    last = page.locator("#viewer h3").last
    assert not page.evaluate(IN_SIGHT, "#viewer h3:last-of-type")
    contents.select_option(label=headings[-1])
    page.wait_for_function(IN_SIGHT, arg="#viewer h3:last-of-type")
    assert last.inner_text() == headings[-1]
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]


def _finds_words(page: Page) -> None:
    page.locator("#viewer").focus()
    page.keyboard.press("Control+f")
    field = page.get_by_role("searchbox", name="Find in the source")
    field.fill("openai’S")
    page.locator("#viewer .hit.here").wait_for()
    found = page.locator("#viewer .hit").count()
    assert found > 2 and _said(page, "hit") == f"1 of {found}"
    said = "(said) => document.querySelector('[data-said=hit]').textContent === said"
    for use, at in (
        (lambda: page.keyboard.press("Enter"), 2),
        (lambda: page.get_by_role("button", name="Next find").click(), 3),
        (lambda: page.get_by_role("button", name="Previous find").click(), 2),
        (lambda: field.press("Shift+Enter"), 1),
        (lambda: field.press("Shift+Enter"), found),
    ):
        use()
        page.wait_for_function(said, arg=f"{at} of {found}")
        assert page.locator("#viewer .hit.here").inner_text().casefold() == "openai’s"
        assert page.evaluate(IN_SIGHT, "#viewer .hit.here")
    field.fill("xylophone")
    page.wait_for_function(said, arg="Not found")
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelectorAll('#viewer .hit').length === 0")
    assert page.get_by_role("button", name="Find").get_attribute("aria-expanded") == "false"


def _copies_what_is_selected_and_asks_about_it(page: Page) -> None:
    tools = page.get_by_role("group", name="What is selected")
    assert not tools.is_visible()
    words = "has not said whether any country"
    page.evaluate(SELECT, ["#viewer article", words])
    tools.wait_for()
    shown, panel = tools.bounding_box(), page.locator("#viewer").bounding_box()
    assert shown and panel and shown["y"] > panel["y"] + panel["height"] / 2
    page.get_by_role("button", name="Copy with its place").click()
    page.get_by_role("button", name="Copied").wait_for()
    title = page.locator("#viewer h2").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == f"“{words}” ({title}, paragraph 6)"
    page.evaluate(SELECT, ["#viewer article", "own mission"])
    page.fill("#box textarea", "Whose?")
    page.evaluate(SELECT, ["#viewer article", "own mission"])
    page.get_by_role("button", name="Ask about this").click()
    assert _focused(page, "#box textarea")
    assert page.locator("#box textarea").input_value() == "Whose? “own mission” "
    assert not tools.is_visible()
