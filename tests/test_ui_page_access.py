"""Keyboard, screen reader, contrast, small screens: the page for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browsing import CHIP, ask, serving, upload, visitor

from rag.libraries import bundled_article, library_of
from rag.question.checks import MAX_CHARACTERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TARGET = "How many projects does OpenAI aim for?"
NOBODY = "What is the capital of France?"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

CONTRAST = """(selector) => {
  const element = document.querySelector(selector);
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => rgb(colour).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const style = getComputedStyle(element);
  const [a, b] = [light(style.color), light(style.backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""

SMALL = """() => [...document.querySelectorAll('button, a, input[type=checkbox], summary')]
  .filter((e) => e.checkVisibility({visibilityProperty: true}))
  .filter((e) => e.getBoundingClientRect().width > 1)
  .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, r]) => r.width < 24 || r.height < 24).map(([html, r]) => [html, r.width, r.height])"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(library_of([bundled_article()])) as found:
        yield found


def _violations(page: Page) -> list[tuple[str, list[Any]]]:
    from axe_playwright_python.sync_playwright import Axe

    page.mouse.move(1, 1)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


def test_axe_would_notice(page: Page) -> None:
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
    assert "button-name" in dict(_violations(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(browser: Browser, address: str, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    with visitor(browser, address, color_scheme=scheme, viewport=size) as page:
        assert _violations(page) == []
        ask(page, TARGET)
        page.get_by_role("button", name="Edit").click()
        page.fill("#box textarea", "a" * MAX_CHARACTERS + "b")  # and is counted
        assert _violations(page) == []
        page.fill("#box textarea", "")
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Sure").focus()
        assert _violations(page) == []
        page.locator(CHIP).first.click()
        page.locator("#viewer mark:focus").wait_for()
        assert _violations(page) == []
        if width < 768:
            page.get_by_role("button", name="Back to the answer").click()
        ask(page, NOBODY)
        page.get_by_role("button", name="Articles").or_(page.locator("#tab-articles")).first.click()
        page.locator("#paste button").first.click()
        upload(page, {"name": "a.txt", "mimeType": "text/plain", "buffer": b"A bell rang."})
        page.get_by_role("button", name="Remove a").click()
        page.get_by_role("button", name="Undo").wait_for()
        assert _violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mark_and_chips_have_contrast(browser: Browser, address: str, scheme: str) -> None:
    with visitor(browser, address, color_scheme=scheme) as page:
        ask(page, TARGET)
        page.locator(CHIP).first.click()
        page.locator("#viewer mark:focus").wait_for()
        for selector in ("#viewer mark", "#chat mark", CHIP):
            assert page.evaluate(CONTRAST, selector) >= 4.5, selector


@pytest.mark.parametrize("width", [1280, 360])
def test_targets_are_large_enough(browser: Browser, address: str, width: int) -> None:
    with visitor(browser, address, viewport={"width": width, "height": 800}) as page:
        ask(page, TARGET)
        assert page.evaluate(SMALL) == []
        page.get_by_role("button", name="Articles").or_(page.locator("#tab-articles")).first.click()
        assert page.evaluate(SMALL) == []


def test_keys_alone_go_to_the_source_and_back_to_the_same_chip(page: Page) -> None:
    ask(page, TARGET)
    page.locator("#bar button:visible").last.focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#chat a[href^=\"#cite-\"]')"):
            break
    assert page.evaluate("(s) => document.activeElement === document.querySelector(s)", CHIP)
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Enter")
    page.locator("#viewer mark:focus").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("(s) => document.activeElement === document.querySelector(s)", CHIP)


def test_the_second_chip_gets_the_focus_back_too(page: Page) -> None:
    ask(page, TARGET)
    ask(page, "Who pays for the projects abroad?")
    chip = page.locator(CHIP).nth(2)
    chip.focus()
    page.keyboard.press("Enter")
    page.locator("#viewer mark:focus").wait_for()
    page.keyboard.press("Escape")
    assert chip.evaluate("(chip) => document.activeElement === chip")


def test_the_tabs_are_moved_through_with_arrows(page: Page) -> None:
    page.locator("#tab-articles").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#tab-source").get_attribute("aria-selected") == "true"
    assert page.locator("#viewer").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#shelf").is_visible()


def test_everything_has_a_name_and_a_role(page: Page) -> None:
    ask(page, TARGET)
    chip = page.locator(CHIP).first
    said = "Source 1: OpenAI wants to build AI abroad, with Washington at its side, paragraph 6"
    assert (chip.get_attribute("aria-label") or "").startswith(said)
    log = page.get_by_role("log")
    assert log.get_attribute("aria-busy") == "false"
    assert log.get_attribute("aria-label")
    assert page.get_by_role("tabpanel", name="Source").count() == 1
    assert page.get_by_role("textbox", name="Your question").count() == 1
    assert page.get_by_role("button", name="Ask", exact=True).count() == 1
    for button in page.locator("button:visible").all():
        name = button.get_attribute("aria-label") or button.inner_text()
        assert name.strip(), button.evaluate("(b) => b.outerHTML")


@pytest.mark.parametrize("height", [640, 800])
def test_a_phone_shows_the_source_as_a_sheet_with_a_way_back(
    browser: Browser, address: str, height: int
) -> None:
    size = {"width": 360, "height": height}
    with visitor(browser, address, viewport=size, is_mobile=True, has_touch=True) as page:
        ask(page, TARGET)
        assert not page.locator("#viewer").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator(CHIP).first.tap()
        mark = page.locator("#viewer mark:focus")
        mark.wait_for()
        box, panel = mark.bounding_box(), page.locator("#viewer").bounding_box()
        assert box and panel
        assert panel["y"] <= box["y"] and box["y"] + box["height"] <= height
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("[scrollX, scrollY]") == [0, 0]
        back = page.get_by_role("button", name="Back to the answer").bounding_box()
        for tab in page.get_by_role("tab").all():  # none is cut, none is behind the way back
            seen = tab.bounding_box()
            assert back and seen and seen["y"] >= back["y"] + back["height"]
            assert seen["x"] >= 0 and seen["x"] + seen["width"] <= 360
        page.get_by_role("button", name="Back to the answer").tap()
        page.locator("#viewer").wait_for(state="hidden")
        assert page.locator(CHIP).first.evaluate("(chip) => document.activeElement === chip")


def test_the_chosen_theme_is_remembered(browser: Browser, address: str) -> None:
    with visitor(browser, address, color_scheme="light") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.get_by_role("button", name="Dark").click()
        dark = page.evaluate(paper)
        assert dark != light
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert page.evaluate(paper) == dark
        page.get_by_role("button", name="Light").click()
        assert page.evaluate(paper) == light
        page.get_by_role("button", name="Dark").click()
    with visitor(browser, address, color_scheme="dark") as page:
        assert page.evaluate(paper) == dark


def test_nothing_moves_where_motion_is_not_wanted(page: Page) -> None:
    ask(page, TARGET)
    moving = """() => [...document.querySelectorAll('body *')].filter((e) => {
      const s = getComputedStyle(e);
      const lasts = s.transitionDuration.split(',').some((d) => parseFloat(d));
      return s.animationName !== 'none' || lasts;
    }).length"""
    assert page.evaluate(moving) == 0


def test_the_text_can_be_made_twice_as_large(browser: Browser, address: str) -> None:
    with visitor(browser, address, viewport={"width": 640, "height": 450}) as page:
        ask(page, TARGET)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        assert re.match("The stated target", page.locator("#chat .bot-row").inner_text())
