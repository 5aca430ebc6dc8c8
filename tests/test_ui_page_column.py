"""The conversation's column: what fits on a small screen, how sure it is, editing, counting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ANSWER, CHIP, answers, ask, finished, send, serving, visitor

from index import Library
from rag import ask as ask_library
from rag.libraries import bundled_article, library_of
from rag.question.checks import MAX_CHARACTERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

TARGET = "How many projects does OpenAI aim for?"
FUNDS = "Who pays for the projects abroad?"
ELEMENTS = "What are the three elements of democratic AI?"
QUOTE = "The stated target is 10 projects with American allies."
LAPTOP = {"width": 1280, "height": 720}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}

# How many chips stand at the beginning of a line, in columns of many widths.
ALONE = """() => {
  const chat = document.querySelector('#chat');
  const alone = [];
  for (let width = 240; width < 700; width += 3) {
    chat.style.maxWidth = `${width}px`;
    for (const chip of document.querySelectorAll('#chat .prose > p a[href^="#cite-"]')) {
      const before = document.createRange();
      before.setStart(chip.previousSibling, chip.previousSibling.length - 2);
      before.setEnd(chip.previousSibling, chip.previousSibling.length);
      const word = before.getClientRects()[0], at = chip.getBoundingClientRect();
      if (word.bottom <= at.top || at.left < word.left) alone.push(width);
    }
  }
  chat.style.maxWidth = '';
  return alone;
}"""


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of([bundled_article()])


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


HOVERS = 50


def _box(thing: Locator) -> dict[str, float]:
    found = thing.bounding_box()
    assert found
    return {**found, "right": found["x"] + found["width"], "bottom": found["y"] + found["height"]}


def _apart(one: dict[str, float], other: dict[str, float]) -> bool:
    beside = one["right"] <= other["x"] or other["right"] <= one["x"]
    return beside or one["bottom"] <= other["y"] or other["bottom"] <= one["y"]


def test_two_exchanges_fit_and_each_sentence_is_shown_once(
    browser: Browser, address: str, library: Library
) -> None:
    with visitor(browser, address, viewport=LAPTOP) as page:
        ask(page, TARGET)
        ask(page, FUNDS)
        chat = _box(page.locator("#chat"))
        first = _box(page.locator(".user-row").first)
        last = _box(page.get_by_role("button", name="Wrong citation").last)
        assert chat["y"] <= first["y"] and last["bottom"] <= chat["bottom"] <= 720
        assert page.locator("#chat").inner_text().count(QUOTE) == 1
        assert page.locator("#chat blockquote:visible").count() == 0
        _says_how_sure_it_is(page, library)
        _cards_cover_no_question(page)
        fold = page.locator(f"{ANSWER} details").first
        assert fold.locator("summary").inner_text() == "1 cited paragraph"
        fold.locator("summary").click()
        assert fold.locator("blockquote mark").inner_text() == QUOTE
        assert "has not said whether any country" in fold.locator("blockquote").inner_text()
        ask(page, "What is the capital of France?")  # what was opened stays open
        assert fold.locator("blockquote").is_visible()
        assert page.get_by_role("button", name="Wrong citation").count() == 2  # of answers alone


def _says_how_sure_it_is(page: Page, library: Library) -> None:
    for at, question in enumerate((TARGET, FUNDS)):
        certainty = ask_library(question, library=library).certainty
        word = page.locator(f"{ANSWER} .sure").nth(at).get_by_role("button")
        assert word.inner_text() == certainty.capitalize()
        peek = page.get_by_role("tooltip")
        word.hover()
        peek.wait_for()
        assert f"“{certainty.capitalize()}” were right" in peek.inner_text()
        page.mouse.move(1, 1)
        peek.wait_for(state="hidden")
        word.focus()
        peek.wait_for()
        assert word.get_attribute("aria-describedby") == "peek"
        page.keyboard.press("Escape")
        peek.wait_for(state="hidden")


def _cards_cover_no_question(page: Page) -> None:
    for chip in page.locator(f"{CHIP}:visible").all():
        chip.hover()
        peek = page.get_by_role("tooltip")
        peek.wait_for()
        card = _box(peek)
        assert card["y"] >= _box(page.locator("#talk"))["y"]
        covered = [_box(chip), *map(_box, page.locator(".user-row .prose").all())]
        assert all(_apart(card, each) for each in covered)
        page.mouse.move(1, 1)
        peek.wait_for(state="hidden")


def test_on_a_phone_paragraphs_are_open_and_a_touch_says_that_a_citation_is_wrong(
    browser: Browser, address: str
) -> None:
    with visitor(browser, address, **PHONE) as page:
        ask(page, TARGET)
        assert page.locator("#chat blockquote mark").inner_text() == QUOTE
        assert page.locator("#chat blockquote").is_visible()
        talk, box = _box(page.locator("#talk")), _box(page.locator("#box"))
        assert talk["bottom"] >= 840 and box["bottom"] > 700  # the column has the whole screen
        page.get_by_role("button", name="Wrong citation").tap()
        page.locator("#note", has_text="Saved: the citation is wrong.").wait_for()
        page.get_by_role("button", name="Sure").tap()
        page.get_by_role("tooltip").get_by_text("nine in ten").wait_for()


def test_a_chip_never_stands_alone_on_a_line_and_the_card_stands_above_where_there_is_room(
    page: Page,
) -> None:
    ask(page, ELEMENTS)
    ask(page, f"{TARGET[:-1]}, and w{FUNDS[1:]}")
    assert page.locator(f"{CHIP}:visible").count() > 2
    assert page.evaluate(ALONE) == []
    page.locator("#chat").evaluate("chat => { chat.style.maxWidth = '300px'; }")
    chip, peek = page.locator(f"{CHIP}:visible").last, page.get_by_role("tooltip")
    for _ in range(HOVERS):  # a column that still scrolls puts the card away
        page.mouse.move(0, 0)
        chip.hover()
        page.wait_for_timeout(100)
        if peek.is_visible():
            break
    assert _box(peek)["bottom"] <= _box(chip)["y"]


def test_a_question_is_edited_in_full_width_as_it_was_written(page: Page) -> None:
    asked = r"Who *really* pays <for> the & projects abroad \ at home_1?"
    ask(page, asked)
    for leave in (
        lambda: page.get_by_role("button", name="Cancel").click(),
        lambda: page.keyboard.press("Escape"),
    ):
        page.get_by_role("button", name="Edit").click()
        field = page.get_by_role("textbox", name="Your question, edited")
        field.wait_for()
        assert field.input_value() == asked
        assert field.evaluate("field => field === document.activeElement")
        leave()
        field.wait_for(state="detached")
        assert page.locator(".user-row").inner_text() == asked
        page.wait_for_function("document.activeElement.ariaLabel === 'Edit'")
    page.get_by_role("button", name="Edit").click()
    column, low = _box(page.locator(".user-row .flex-wrap")), _box(field)
    assert low["width"] >= 0.99 * column["width"]
    field.fill("Who pays for the projects abroad, \n" * 6)
    high = _box(field)
    assert high["height"] > 3 * low["height"]
    assert field.evaluate("field => field.scrollHeight <= field.clientHeight + 2")
    buttons = page.locator(".user-row button")
    labels = "all => all.map(each => getComputedStyle(each, '::after').content)"
    assert buttons.evaluate_all("all => all.map(each => each.ariaLabel)") == ["Ask", "Cancel"]
    assert buttons.evaluate_all(labels) == ['"Ask"', '"Cancel"']
    assert all(_box(button)["y"] >= high["bottom"] for button in buttons.all())
    field.fill(FUNDS)
    before = answers(page)
    page.keyboard.press("Enter")
    finished(page, before)
    assert page.locator(".user-row").all_inner_texts() == [FUNDS]
    assert page.locator("#box textarea").evaluate("box => box === document.activeElement")


def test_a_question_that_is_nearly_too_long_is_counted_and_never_cut(page: Page) -> None:
    ask(page, TARGET)
    count = page.locator("#count")
    assert not count.is_visible()
    nearly, over = "a" * (MAX_CHARACTERS - 50), "b " * MAX_CHARACTERS
    page.fill("#box textarea", nearly)
    assert count.inner_text() == "1,950 of 2,000 characters"
    before = answers(page)
    send(page, over)
    finished(page, before)
    assert count.inner_text() == "3,999 of 2,000 characters: 1,999 too many"
    assert "the limit is 2,000" in page.locator("#note").inner_text()
    assert page.locator("#box textarea").input_value() == over
    page.fill("#box textarea", "")
    page.get_by_role("button", name="Edit").click()
    field = page.get_by_role("textbox", name="Your question, edited")
    field.fill(over)
    assert count.inner_text() == "3,999 of 2,000 characters: 1,999 too many"
    page.locator("#chat").get_by_role("button", name="Ask").click()
    assert field.input_value() == over  # it is not sent, and not lost
    page.get_by_role("button", name="Cancel").click()
    assert page.locator(".user-row").all_inner_texts() == [TARGET]
    assert page.locator("#talk").get_by_text("Searching 1 article").is_visible()
