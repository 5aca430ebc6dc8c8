"""The page in other languages: right to left where it is Arabic, to each visitor in its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import ANSWER, ask, serving, visitor

from rag.libraries import bundled_article, library_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUESTION = "How many projects does OpenAI aim for?"
QUOTE = "The stated target is 10 projects with American allies."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(library_of([bundled_article()])) as found:
        yield found


def test_arabic_reads_from_right_to_left_and_the_article_in_its_own_direction(
    browser: Browser, address: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect

    with visitor(browser, address, locale="ar-EG") as page:
        assert page.evaluate("[document.documentElement.lang, document.dir]") == ["ar", "rtl"]
        expect(page.locator("#box textarea")).to_have_attribute("placeholder", "اطرح سؤالًا")
        expect(page.locator("#tab-articles")).to_have_text("المقالات")
        ask(page, QUESTION)
        expect(page.locator(ANSWER).last).to_contain_text(QUOTE)
        expect(page.locator("#chat .sure button")).to_have_text("متأكد")
        chip = page.locator('#chat a[href^="#cite-"]').first
        assert str(chip.get_attribute("aria-label")).startswith("المصدر 1: ")
        chip.click()
        expect(page.locator("#viewer mark")).to_have_text(QUOTE)
        side = "(thing) => getComputedStyle(thing).direction"
        assert page.locator("#viewer article").evaluate(side) == "ltr"
        assert page.locator("#bar header").evaluate(side) == "rtl"
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [each["id"] for each in found] == []
        ask(page, "What is the capital of France?")
        expect(page.locator(ANSWER).last).to_contain_text("المقالات لا تذكر ذلك.")


def test_two_visitors_at_once_each_see_their_own_language(browser: Browser, address: str) -> None:
    from playwright.sync_api import expect

    with visitor(browser, address, locale="de-AT") as german:
        with visitor(browser, address, locale="zh-CN") as chinese:
            with visitor(browser, address) as english:
                for page in (german, chinese, english):
                    ask(page, "What is the capital of France?")
                expect(german.locator(ANSWER).last).to_contain_text("Die Artikel sagen es nicht.")
                expect(chinese.locator(ANSWER).last).to_contain_text("文章没有提到。")
                expect(english.locator(ANSWER).last).to_contain_text("The articles do not say.")
                expect(german.locator("#scope button")).to_have_text("1 Artikel wird durchsucht")
                expect(english.locator("#scope button")).to_have_text("Searching 1 article")
                assert english.evaluate("document.documentElement.lang") == "en"
