"""The source panel in a real browser: the right words marked, in sight, every time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import CHIP, HOSTILE, ask, serving, visitor

from index import Library
from rag import ask as ask_library
from rag.libraries import bundled_article

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ACCENTS = "The café on Rue Molière serves crème brûlée 🍮 to 200 guests. It opened in 1931."
TARGET = "How many projects does OpenAI aim for?"
FUNDS = "Who pays for the projects abroad?"

DISTANCE = """() => {
  const panel = document.querySelector('#viewer').getBoundingClientRect();
  const mark = document.querySelector('#viewer mark').getBoundingClientRect();
  const header = document.querySelector('#viewer header').getBoundingClientRect();
  return mark.top >= Math.max(panel.top, header.bottom) && mark.bottom <= panel.bottom;
}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("source") / "library") as opened:
        opened.add(bundled_article())
        opened.add_text(ACCENTS, title="Crème")
        opened.add_text(HOSTILE, title="Tower <script>")
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


def _mark(page: Page, chip: int = 0) -> str:
    page.locator(f"{CHIP}:visible").nth(chip).click()
    page.locator("#viewer mark:focus").wait_for()
    return str(page.locator("#viewer mark").evaluate("(mark) => mark.textContent"))


def _parts(href: str) -> tuple[str, int, int, int]:
    _, article, paragraph, start, end = href.split("-")
    return article, int(paragraph), int(start), int(end)


@pytest.mark.parametrize("question", [TARGET, "Who serves crème brûlée in Rue Molière?"])
def test_the_mark_is_the_cited_range(page: Page, library: Library, question: str) -> None:
    ask(page, question)
    marked = _mark(page)
    href = page.locator(CHIP).first.get_attribute("href") or ""
    beginning, _, start, end = _parts(href)
    article = next(a for a in library.articles if a.id.startswith(beginning))
    assert marked == article.text[start:end]
    assert marked == ask_library(question, library=library).citations[0].quote
    assert page.locator("#viewer mark").count() == 1


def test_a_click_shows_the_source(page: Page) -> None:
    ask(page, TARGET)
    page.locator("#tab-articles").click()
    assert not page.locator("#viewer").is_visible()
    assert _mark(page) == "The stated target is 10 projects with American allies."


def test_enter_on_a_chip_shows_the_source(page: Page) -> None:
    ask(page, TARGET)
    page.locator(CHIP).first.focus()
    page.keyboard.press("Enter")
    page.locator("#viewer mark:focus").wait_for()


def test_the_mark_is_in_sight_and_the_page_stays(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    ask(page, "What does Miranda Bogen warn of?")
    _mark(page)
    assert page.evaluate(DISTANCE)
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]


def test_the_whole_article_stands_around_it_with_numbered_paragraphs(
    page: Page, library: Library
) -> None:
    ask(page, TARGET)
    _mark(page)
    article = library.articles[0]
    numbers = [p.number for p in library.paragraphs(article.id) if p.number]
    shown = page.locator("#viewer .number").all_inner_texts()
    assert [int(number) for number in shown] == numbers
    assert page.locator("#viewer .where").inner_text() == f"Paragraph 6 of {len(numbers)}"
    text = page.locator("#viewer article").evaluate("(article) => article.textContent")
    for paragraph in library.paragraphs(article.id):
        assert article.text[paragraph.start : paragraph.end] in text


def test_chips_of_older_answers_go_on_working(page: Page) -> None:
    ask(page, TARGET)
    ask(page, FUNDS)
    ask(page, "Who serves crème brûlée in Rue Molière?")
    assert _mark(page, 0) == "The stated target is 10 projects with American allies."
    assert _mark(page, -1).startswith("The café on Rue Molière")
    assert _mark(page, 0) == "The stated target is 10 projects with American allies."


def test_the_same_chip_again_brings_the_mark_back(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    ask(page, TARGET)
    _mark(page)
    page.locator("#viewer").evaluate("(panel) => { panel.scrollTop = panel.scrollHeight; }")
    assert not page.evaluate(DISTANCE)
    _mark(page)
    assert page.evaluate(DISTANCE)


def test_an_address_opens_its_place_in_a_fresh_tab(
    browser: Browser, address: str, page: Page
) -> None:
    ask(page, TARGET)
    _mark(page)
    place = page.evaluate("location.hash")
    assert place == page.locator(CHIP).first.get_attribute("href")
    with visitor(browser, address, where=place) as other:
        other.locator("#viewer mark:focus").wait_for()
        text = other.locator("#viewer mark").inner_text()
        assert text == "The stated target is 10 projects with American allies."


@pytest.mark.parametrize(
    "place",
    [
        "#cite-00000000-1-0-5",
        "#cite-{id}-99-0-5",
        "#cite-{id}-1-0-99999999",
        "#cite-{id}-2-68-100",
        "#cite-{id}-1-70-60",
        "#cite-zzz",
    ],
)
def test_an_address_of_nothing_gives_a_plain_note(
    browser: Browser, address: str, library: Library, place: str
) -> None:
    where = place.format(id=library.articles[0].id[:8])
    with visitor(browser, address, where=where) as page:
        page.get_by_text("in none of the articles that you see").wait_for()
        assert page.locator("#viewer mark").count() == 0


def test_hovering_and_focus_show_title_paragraph_and_quote(page: Page) -> None:
    ask(page, TARGET)
    page.locator(CHIP).first.hover()
    peek = page.get_by_role("tooltip")
    peek.wait_for()
    said = peek.inner_text()
    assert "Source 1: OpenAI wants to build AI abroad" in said and "paragraph 6" in said
    assert "The stated target is 10 projects with American allies." in said
    page.mouse.move(1, 1)
    peek.wait_for(state="hidden")
    page.locator(CHIP).first.focus()
    peek.wait_for()
    page.keyboard.press("Escape")
    peek.wait_for(state="hidden")


def test_a_hostile_article_is_shown_literally(page: Page) -> None:
    ask(page, "How many metres high is the tower?")
    assert _mark(page) == "The <b>key</b> fact is that the tower is 90 metres high."
    ask(page, "What does the lamp of the tower burn?")
    assert _mark(page, -1).startswith("The *lamp* of the tower, www.")
    assert "burns **gas**." in page.locator("#chat .bot-row").last.inner_text()
    text = page.locator("#viewer article").evaluate("(article) => article.textContent")
    for paragraph in filter(None, HOSTILE.split("\n\n")):
        assert paragraph.strip() in text
    hostile = ":is(img, form, script, a[href*=evil], b, em)"
    assert page.locator(f"#chat {hostile}, #viewer {hostile}").count() == 0
    assert page.title() == "Tower <script> · Pullquote"


def test_a_title_opens_the_article_from_its_beginning(page: Page) -> None:
    page.locator("#tab-articles").click()
    page.get_by_role("button", name="Tower <script>", exact=True).click()
    page.locator("#viewer h2", has_text="Tower <script>").wait_for()
    assert page.locator("#viewer .where").inner_text() == "4 paragraphs"
    assert page.locator("#viewer mark").count() == 0
