"""A table that answers, as a visitor meets it: drawn below the answer, and marked in the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ANSWER, CHIP, ask, serving, visitor
from tiny import TinyEmbedder
from tiny_reader import Fixed

from index import Library
from index.limits import DEFAULT_LIMITS
from index.parse.document import parse_here
from rag import Answer
from rag import ask as ask_library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FILES = Path(__file__).parent / "files"
FILING = (
    (FILES / "ferry-lines.html")
    .read_text(encoding="utf-8")
    .replace("<h1>Ferry Lines", "<h1>Ferry Lines Inc.")
    .replace("<p>Ferry Lines", "<p>Ferry Lines Inc.")
    .replace("per share data", "per share data &amp; &lt;notes&gt;")
)

ASKED = "What were passenger revenues in Europe, three months ended June 30, 2023?"

HEBREW = """# דוח

| קו | 2022 | 2023 |
| --- | ---: | ---: |
| צפון | 310 | 342 |
"""


def _reading(word: str) -> Any:
    """What answers with a reader that finds this word."""

    def answers(question: str, library: Library, *rest: Any) -> Iterator[Answer]:
        yield ask_library(question, library=library, reader=Fixed(word, 9.0))

    return answers


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("tables") / "library"
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=200)) as opened:
        opened.add_document(parse_here(FILING.encode(), "ferry.html", DEFAULT_LIMITS))
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library, answers=_reading("$ 8,187")) as found:
        yield found


def test_a_table_is_drawn_and_leads_to_its_row(page: Page, library: Library) -> None:
    ask(page, ASKED)
    drawn = page.locator(f"{ANSWER} .drawn")
    assert drawn.count() == 1 and drawn.is_visible()
    caption = drawn.locator("caption").inner_text()
    assert "In thousands, except per share data & <notes>" in caption
    assert caption.endswith("Europe and the Middle East")
    rows = [row.locator("th, td").all_inner_texts() for row in drawn.locator("tr").all()]
    assert rows == [
        ["", "Three months ended", "Six months ended"],
        ["", *(["June 30, 2023", "June 30, 2022", "Change"] * 2)],
        ["Passenger revenues", "$ 8,187", "$ 7,970", "3 %", "$ 16,349", "$ 15,838", "3 %"],
    ]
    assert drawn.locator("td strong mark").all_inner_texts() == ["$ 8,187"]
    assert drawn.locator("th[scope=colgroup]").count() == 2
    assert drawn.locator("th[scope=row]").inner_text() == "Passenger revenues"
    aligned = drawn.locator("td").evaluate_all(
        "all => all.map((e) => getComputedStyle(e).textAlign)"
    )
    assert aligned[-6:] == ["right"] * 6
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    marked = page.locator("#viewer mark").evaluate("(mark) => mark.textContent")
    (citation,) = ask_library(ASKED, library=library, reader=Fixed("$ 8,187", 9.0)).citations
    assert marked == citation.quote
    assert page.locator("#viewer .grid mark .cell").all_inner_texts() == rows[2]
    assert page.locator("#viewer mark").evaluate(
        "(mark) => mark.getBoundingClientRect().width > 200"
    )


def test_columns_of_the_source_stand_under_each_other(page: Page) -> None:
    ask(page, ASKED)
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    rights = page.locator("#viewer .grid p.line").evaluate_all(
        "(lines) => lines.map((line) => [...line.querySelectorAll('.number-cell')]"
        ".map((cell) => Math.round(cell.getBoundingClientRect().right)))"
    )
    assert len(rights) == 2 and rights[0] == rights[1] and len(set(rights[0])) == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_it_scrolls_within_its_card(browser: Browser, address: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": 390, "height": 844}
    with visitor(browser, address, viewport=size, color_scheme=scheme) as page:
        ask(page, ASKED)
        box = page.locator(f"{ANSWER} .drawn")
        assert box.evaluate("(e) => e.scrollWidth > e.clientWidth")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        label, caption = box.locator("th[scope=row]"), box.locator("caption span")
        before = [each.bounding_box() for each in (label, caption)]
        box.evaluate("(e) => { e.scrollLeft = 150; }")
        assert [each.bounding_box() for each in (label, caption)] == before
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        page.locator(CHIP).first.click()
        page.locator("#viewer mark:focus").wait_for()
        grid = page.locator("#viewer .grid")
        assert grid.evaluate("(e) => e.scrollWidth > e.clientWidth && e.tabIndex === 0")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_a_cell_that_is_out_of_sight_is_scrolled_to(browser: Browser, library: Library) -> None:
    size = {"width": 390, "height": 844}
    answers = _reading("$ 15,838")
    with serving(library, answers=answers) as address:
        with visitor(browser, address, viewport=size) as page:
            ask(page, ASKED)
            box = page.locator(f"{ANSWER} .drawn").bounding_box()
            cell = page.locator(f"{ANSWER} .drawn mark").bounding_box()
    assert box and cell and box["x"] < cell["x"]
    assert cell["x"] + cell["width"] <= box["x"] + box["width"]


def test_what_is_copied_has_a_markdown_table(page: Page) -> None:
    ask(page, ASKED)
    page.locator("#chat .bot-row").get_by_role("button", name="Copy message").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Passenger revenues · $ 8,187 · $ 7,970")
    head, rule, row = copied.split("\n")[-3:]
    assert head.startswith(
        "|  | Three months ended June 30, 2023 | Three months ended June 30, 2022"
    )
    assert rule == "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    assert row.startswith("| Passenger revenues | **$ 8,187** | $ 7,970 | 3 % |")


def test_rows_of_one_table_are_one_table_with_a_chip_each(
    browser: Browser, library: Library
) -> None:
    def both(question: str, library: Library, *rest: Any) -> Iterator[Answer]:
        from dataclasses import replace

        from rag.answer.citation import claims_of

        found = [
            ask_library(f"{name} revenues in Europe?", library=library, reader=Fixed(word, 9.0))
            for name, word in (("Passenger", "$ 8,187"), ("Freight", "1,204"))
        ]
        cited = tuple(replace(f.citations[0], number=n) for n, f in enumerate(found, 1))
        yield replace(found[0], citations=cited, claims=claims_of(cited), short=())

    with serving(library, answers=both) as address, visitor(browser, address) as page:
        ask(page, "Revenues?")
        drawn = page.locator(f"{ANSWER} .drawn")
        assert drawn.count() == 1 and drawn.locator("tbody tr").count() == 2
        chips = drawn.locator("a[href^='#cite-']")
        assert chips.all_inner_texts() == ["1", "2"]
        chips.last.click()
        page.locator("#viewer mark:focus").wait_for()
        assert page.locator("#viewer mark .name").inner_text() == "Freight revenues"


def test_a_table_that_is_read_from_the_right_is_drawn_so(browser: Browser, tmp_path: Any) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=99)) as library:
        library.add_text(HEBREW)
        with serving(library, answers=_reading("342")) as address:
            with visitor(browser, address) as page:
                ask(page, "צפון קו 2023?")
                drawn = page.locator(f"{ANSWER} .drawn")
                label = drawn.locator("th[scope=row]").bounding_box()
                cell = drawn.locator("mark").bounding_box()
                aligned = drawn.locator("td").last.evaluate("(e) => getComputedStyle(e).textAlign")
    assert label and cell and label["x"] > cell["x"]
    assert aligned == "right"


def test_a_refusal_folds_the_nearest_rows_as_tables(page: Page) -> None:
    ask(page, "What were passenger revenues in Europe, three months ended June 30, 1998?")
    nearest = page.locator(f"{ANSWER} details.nearest")
    assert nearest.locator(".drawn").count() >= 1
    assert not nearest.locator(".drawn").first.is_visible()
    nearest.locator("summary").click()
    assert nearest.locator(".drawn").first.is_visible()
    assert nearest.locator("mark").count() == 0
