"""A PDF in the source panel: its page with the quote's boxes on it, the text beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import samples
from browsing import CHIP, ask, serving, upload, visitor
from reportlab.pdfbase.pdfmetrics import stringWidth
from tiny import TinyEmbedder

from index import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

FIRST = [
    "The mayor opened the new bridge on Monday before a crowd.",
    "Engineers from Porto designed the arch in three years.",
]
SECOND = [
    "A ferry had crossed the river since the year 1890.",
    "Its last captain retired in the spring of this year.",
]
BRIDGE = samples.pdf([samples.column(72, FIRST), samples.column(72, SECOND)], title="A bridge")
CAPTAIN = "Who retired in the spring of this year?"
ARCH = "Who designed the arch in three years?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "bridge.pdf").write_bytes(BRIDGE)
    with Library.open(folder / "library", embedder=TinyEmbedder(max_tokens=99)) as opened:
        opened.add(folder / "bridge.pdf")
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


def follow(page: Page, question: str) -> Locator:
    """Ask, follow the first chip, and return the box of the quote."""
    ask(page, question)
    page.locator(CHIP).first.click()
    chosen = page.locator("#pages .chosen").first
    chosen.wait_for()
    return chosen


def said(page: Page, name: str) -> str:
    return page.locator(f'[data-said="{name}"]').inner_text()


def test_a_chip_leads_to_the_page_and_the_quote_is_boxed_on_it(page: Page) -> None:
    chosen = follow(page, CAPTAIN)
    page.wait_for_function("document.activeElement.matches('#pages .chosen')")
    assert "Its last captain retired in the spring" in (chosen.get_attribute("aria-label") or "")
    assert page.locator("#pages img").get_attribute("alt") == "Page 2 of 2: bridge"
    assert said(page, "page") == "Page 2 of 2"
    picture, box = page.locator("#pages img").bounding_box(), chosen.bounding_box()
    assert picture and box
    across, down = box["x"] - picture["x"], box["y"] - picture["y"]
    assert across / picture["width"] == pytest.approx(72 / 612, abs=0.02)
    assert down / picture["height"] == pytest.approx((792 - 700) / 792, abs=0.03)
    assert picture["width"] / picture["height"] == pytest.approx(612 / 792, abs=0.01)
    assert not page.locator("#viewer").is_visible()


def test_page_or_text_is_chosen_and_remembered(page: Page) -> None:
    follow(page, CAPTAIN)
    page.get_by_role("button", name="Text", exact=True).click()
    mark = page.locator("#viewer mark")
    mark.wait_for()
    assert not page.locator("#pages").is_visible()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    page.get_by_role("button", name="Page", exact=True).click()
    page.locator("#pages .chosen").wait_for()


def test_pages_are_turned_and_made_larger_with_their_boxes(page: Page) -> None:
    chosen = follow(page, CAPTAIN)
    before = chosen.bounding_box()
    page.get_by_role("button", name="Larger").click()
    page.wait_for_function("document.querySelector('[data-said=zoom]').textContent === '125 %'")
    after = chosen.bounding_box()
    assert before and after
    assert after["width"] == pytest.approx(1.25 * before["width"], rel=0.02)
    assert page.get_by_role("button", name="Next page").is_disabled()
    page.get_by_role("button", name="Previous page").click()
    page.locator('#pages .sheet[data-page="1"]').wait_for()
    assert page.locator("#pages .chosen").count() == 0
    assert said(page, "page") == "Page 1 of 2"


def test_words_are_found_on_the_page_they_stand_on(page: Page) -> None:
    follow(page, CAPTAIN)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("searchbox").fill("ENGINEERS from porto")
    page.locator('#pages .sheet[data-page="1"] .hit.here').wait_for()
    assert said(page, "hit") == "1 of 1"


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def test_the_words_of_a_page_can_be_selected_copied_and_asked_about(page: Page) -> None:
    follow(page, CAPTAIN)
    runs = page.locator("#pages .run")
    assert runs.locator("> span").all_inner_texts() == SECOND
    page.get_by_role("button", name="Larger").click()
    page.wait_for_function("document.querySelector('[data-said=zoom]').textContent === '125 %'")
    picture = page.locator("#pages img").bounding_box()
    first, last = (runs.nth(at).locator("> span").bounding_box() for at in (0, 1))
    assert picture and first and last
    across, wide = (first["x"] - picture["x"]) / picture["width"], first["width"] / picture["width"]
    assert across == pytest.approx(72 / 612, abs=0.005)
    assert wide == pytest.approx(stringWidth(SECOND[0], "Helvetica", 10) / 612, abs=0.005)
    middle = first["y"] + first["height"] / 2, last["y"] + last["height"] / 2
    left, right = picture["x"] + 3, last["x"] + last["width"] + 20
    both = f"{SECOND[0]} {SECOND[1]}"
    for start, end in (
        ((left, middle[0]), (right, middle[1])),  # from margin to margin
        ((right, middle[1] + 9), (left, middle[0] - 9)),  # and backwards, beside the lines
    ):
        _drag(page, start, end)
        page.get_by_role("button", name="Copy with its place").click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"“{both}” (bridge, page 2, paragraph 2)"
    page.mouse.dblclick(last["x"] + 6, middle[1])
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "Its"
    page.get_by_role("button", name="Ask about this").click()
    assert page.locator("#box textarea").input_value() == "“Its” "


def test_an_upload_has_pages_for_its_visitor_alone(browser: Browser, address: str) -> None:
    own = samples.pdf([samples.column(72, ["The lighthouse burns gas since the year 1911."])])
    file = {"name": "light.pdf", "mimeType": "application/pdf", "buffer": own}
    with visitor(browser, address) as page:
        upload(page, file)
        follow(page, "Since which year does the lighthouse burn gas?")
        article = page.locator("#pages .sheet").get_attribute("data-article")
        place = page.evaluate("location.hash")
    with visitor(browser, address, where=place) as other:
        other.get_by_text("in none of the articles that you see").wait_for()
        assert other.locator("#pages img").count() == 0
        assert article not in other.content()


def test_without_the_file_the_text_alone_is_shown(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "bridge.pdf").write_bytes(BRIDGE)
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=99)) as library:
        library.add(tmp_path / "bridge.pdf")
        library._backend.connection.execute("DELETE FROM originals")
        with serving(library) as address, visitor(browser, address) as page:
            ask(page, CAPTAIN)
            page.locator(CHIP).first.click()
            page.locator("#viewer mark:focus").wait_for()
            assert not page.get_by_role("button", name="Page", exact=True).is_visible()


def test_a_file_that_cannot_be_drawn_leaves_its_text(browser: Browser, tmp_path: Path) -> None:
    from index.backends.sqlite.originals import insert_original

    (tmp_path / "bridge.pdf").write_bytes(BRIDGE)
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=99)) as library:
        article = library.add(tmp_path / "bridge.pdf")
        insert_original(library._backend.connection, article.id, b"%PDF-1.4 broken")
        with serving(library) as address, visitor(browser, address) as page:
            ask(page, CAPTAIN)
            page.locator(CHIP).first.click()
            page.locator("#viewer mark:focus").wait_for()
            assert page.locator("#pages img").count() == 0


def test_the_quotes_of_an_answer_are_pale_and_the_chosen_one_strong(page: Page) -> None:
    question = f"{ARCH[:-1]}, and {CAPTAIN[0].lower()}{CAPTAIN[1:]}"
    ask(page, question)
    hrefs = page.locator(CHIP).evaluate_all("all => [...new Set(all.map(a => a.href))]")
    assert len(hrefs) > 1
    page.locator(CHIP).first.click()
    page.get_by_role("button", name="Text", exact=True).click()
    page.locator("#viewer mark").wait_for()
    assert page.locator("#viewer .quote").count() == len(hrefs) - 1
    assert said(page, "quote") == f"Quote 1 of {len(hrefs)}"
    current = page.locator(f"{CHIP}[aria-current]")
    assert current.first.get_attribute("href") == page.evaluate("location.hash")
    first = page.locator("#viewer mark").inner_text()
    page.get_by_role("button", name="Next quote").click()
    page.wait_for_function(
        "(was) => document.querySelector('#viewer mark')?.textContent !== was", arg=first
    )
    assert said(page, "quote") == f"Quote 2 of {len(hrefs)}"
    assert current.first.get_attribute("href") == page.evaluate("location.hash")
    assert page.locator("#viewer .quote").first.inner_text() == first
    page.get_by_role("button", name="Page", exact=True).click()
    page.locator("#pages .chosen").wait_for()
    pale = page.locator("#pages .box.quote")
    if not pale.count():
        page.get_by_role("button", name="Previous page").click()
        pale.first.wait_for()
    href, at = pale.first.get_attribute("data-quote"), pale.first.bounding_box()
    assert at
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.wait_for_function("(href) => location.hash === href", arg=href)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_a_page(browser: Browser, address: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with visitor(browser, address, color_scheme=scheme) as page:
        follow(page, CAPTAIN)
        page.get_by_role("button", name="Find").click()
        page.get_by_role("searchbox").fill("river")
        page.locator("#pages .hit.here").wait_for()
        found = Axe().run(page).response["violations"]
        assert found == [], json.dumps(found, indent=1)[:2000]


def test_on_a_phone_the_page_fits_and_nothing_goes_sideways(browser: Browser, address: str) -> None:
    phone = {"width": 390, "height": 844}
    with visitor(browser, address, viewport=phone, is_mobile=True, has_touch=True) as page:
        follow(page, CAPTAIN)
        picture = page.locator("#pages img").bounding_box()
        assert picture and picture["x"] >= 0 and picture["x"] + picture["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
