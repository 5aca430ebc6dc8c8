"""Conversations, clippings and articles outlive the page, and the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pypdfium2
import pytest
from browsing import ANSWER, CHIP, ask, ready, serving, upload, visitor
from conftest import STORY
from test_ui_page_access import RULES, SMALL
from tiny import TinyEmbedder

from index import Library
from ui.keeping.owner import COOKIE
from ui.keeping.store import Store
from ui.page.keeping.keeper import Keeper

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARCH = "Who designed the arch?"
COST = "What did the new bridge cost?"
FORGOTTEN = """() => {
  sessionStorage.setItem('pullquote-visit', 'over');
  sessionStorage.setItem('pullquote-own', JSON.stringify({visit: 'over', titles: ['gate']}));
}"""

BELL = {"name": "bell.txt", "mimeType": "text/plain", "buffer": b"The bell was cast in Ghent."}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=60)) as opened:
        opened.add_text(STORY, title="A bridge", source="bridge")
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "kept.sqlite"


@pytest.fixture
def keeper(file: Path) -> Iterator[Keeper]:
    opened = Keeper(Store(file))
    yield opened
    opened.close()


def _history(page: Page) -> list[str]:
    page.locator("#tab-talks").click()
    return list(page.locator("#talks .title").all_inner_texts())


def _pinned(page: Page, count: int) -> None:
    page.wait_for_function("(n) => document.querySelectorAll('#board li').length === n", arg=count)


def _violations(page: Page) -> list[Any]:
    from axe_playwright_python.sync_playwright import Axe

    page.mouse.move(1, 1)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


def _cookie(page: Page) -> dict[str, Any]:
    (found,) = [each for each in page.context.cookies() if each["name"] == COOKIE]
    return dict(found)


def test_a_conversation_outlives_reload_and_restart_and_is_checked_again(
    browser: Browser, library: Library, file: Path
) -> None:
    first = Keeper(Store(file))
    with serving(library, keeper=first) as address, visitor(browser, address) as page:
        ask(page, ARCH)
        ask(page, COST)
        page.get_by_text("2 questions").wait_for(state="attached")
        page.reload()
        ready(page)
        assert page.locator(ANSWER).count() == 2
        assert _history(page) == [ARCH]
        page.get_by_role("button", name="New").click()
        page.locator(ANSWER).first.wait_for(state="detached")
        ask(page, "When did the ferry cross the river?")
        page.wait_for_function("document.querySelectorAll('#talks li').length === 2")
        assert len(_history(page)) == 2
        page.locator("#find-talk").fill("porto ARCH")
        page.wait_for_function("document.querySelectorAll('#talks li').length === 1")
        assert _cookie(page)["httpOnly"] and _cookie(page)["sameSite"] == "Lax"
        assert page.evaluate("document.cookie") == ""
        state = page.context.storage_state()
    first.close()
    library.add_text(STORY.replace("Porto", "Braga"), title="A bridge", source="bridge")
    second = Keeper(Store(file))
    with (
        serving(library, keeper=second) as address,
        visitor(browser, address, storage_state=state) as page,
    ):
        page.locator("#tab-talks").click()
        page.get_by_role("button", name=ARCH, exact=True).click()
        checked = page.locator("#chat .rechecked")
        checked.nth(1).wait_for()
        said = checked.first.inner_text()
        assert "edited since: now it says “Engineers from Braga designed the arch.”" in said
        assert "word for word where cited" in checked.nth(1).inner_text()
        assert "Engineers from Porto" in page.locator(ANSWER).first.inner_text()
        assert "(edited)" in (page.locator(CHIP).first.get_attribute("aria-label") or "")
        page.locator(ANSWER).nth(1).locator("a[href^='#cite-']").first.click()
        page.locator("#viewer mark:focus").wait_for()
        assert _violations(page) == []
        ask(page, "Who opened it?")
        page.reload()
        ready(page)
        assert page.locator(ANSWER).count() == 3
    second.close()


def test_rename_delete_and_undo(browser: Browser, library: Library, keeper: Keeper) -> None:
    with serving(library, keeper=keeper) as address, visitor(browser, address) as page:
        ask(page, ARCH)
        page.locator("#talks li").wait_for(state="attached")
        page.locator("#tab-talks").click()
        page.get_by_role("button", name="Rename").click()
        page.get_by_label("Title of the conversation").fill("The arch <b>")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="The arch <b>", exact=True).wait_for()
        page.get_by_role("button", name="Delete The arch").click()
        page.get_by_text("“The arch <b>” was deleted.").wait_for()
        assert page.locator(ANSWER).count() == 0 and _history(page) == []
        assert _violations(page) == []
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="The arch <b>", exact=True).click()
        page.locator(ANSWER).wait_for()
        assert "Porto" in page.locator(ANSWER).inner_text()


def test_another_browser_sees_nothing_of_it(
    browser: Browser, library: Library, keeper: Keeper
) -> None:
    with serving(library, keeper=keeper) as address:
        with visitor(browser, address) as one, visitor(browser, address) as other:
            upload(one, BELL)
            ask(one, "Where was the bell cast?")
            ask(one, ARCH)
            one.get_by_text("2 without its answer").wait_for(state="attached")
            talk = one.evaluate("sessionStorage.getItem('pullquote-talk')")
            assert _history(other) == []
            other.evaluate("(id) => sessionStorage.setItem('pullquote-talk', id)", talk)
            other.reload()
            ready(other)
            other.wait_for_timeout(500)
            assert other.locator(ANSWER).count() == 0 and _history(other) == []
            assert "bell" not in other.content().lower()


def test_clippings_are_noted_ordered_taken_along_and_brought_back(
    browser: Browser, library: Library, keeper: Keeper, tmp_path: Path
) -> None:
    with serving(library, keeper=keeper) as address, visitor(browser, address) as page:
        ask(page, ARCH)
        ask(page, COST)
        page.get_by_role("button", name="Pin quote 1").first.click()
        _pinned(page, 1)
        page.get_by_role("button", name="Pin quote 1").nth(1).click()
        _pinned(page, 2)
        assert page.locator("#chat a[aria-pressed=true]").count() == 2
        page.get_by_role("tab", name="Clippings (2)").click()
        notes = page.get_by_label("Note")
        notes.nth(1).fill("Who paid?\nAsk *again*.")
        page.get_by_role("button", name="Move up").nth(1).click()
        page.wait_for_function("document.querySelector('#board textarea').value.includes('paid')")
        assert page.evaluate("document.activeElement.hasAttribute('data-clip-up')")
        page.keyboard.press("Alt+ArrowDown")
        page.wait_for_function("!document.querySelector('#board textarea').value")
        page.keyboard.press("Alt+ArrowUp")
        page.wait_for_function("document.querySelector('#board textarea').value.includes('paid')")
        assert _violations(page) == [] and page.evaluate(SMALL) == []
        page.reload()
        ready(page)
        _pinned(page, 2)
        page.get_by_role("tab", name="Clippings (2)").click()
        assert page.get_by_label("Note").first.input_value() == "Who paid?\nAsk *again*."
        page.get_by_label("Note").nth(1).fill("Left at once.")
        page.reload()
        ready(page)
        _pinned(page, 2)
        page.wait_for_function("document.querySelectorAll('#board textarea')[1].value")
        page.get_by_role("tab", name="Clippings (2)").click()
        page.locator("#board a[href^='#cite-']").first.click()
        page.locator("#viewer mark:focus").wait_for()
        page.keyboard.press("Escape")
        assert page.locator("#board").is_visible()
        _taken(page, tmp_path)
        page.get_by_role("button", name="Remove").first.click()
        _pinned(page, 1)
        page.get_by_role("button", name="Undo").click()
        _pinned(page, 2)
        assert page.get_by_label("Note").first.input_value().startswith("Who paid?")


def _taken(page: Page, folder: Path) -> None:
    """Take the board along in every way, and read it back."""

    def saved(name: str) -> Path:
        with page.expect_download() as download:
            page.locator("#board").get_by_role("button", name=name, exact=True).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    text = saved("Markdown").read_text(encoding="utf-8")
    assert text.index("on Monday") < text.index("Engineers from Porto")
    assert "Left at once" in text
    assert "Ask \\*again\\*." in text and "A bridge, paragraph 1" in text
    said = [each.text for each in docx.Document(str(saved("Word"))).paragraphs]
    assert "“Engineers from Porto designed the arch.”\nA bridge, paragraph 2" in said
    assert "Ask *again*." in said
    page.locator("#board").get_by_label("Citations").select_option("APA")
    assert page.locator("#bar").get_by_label("Citations").input_value() == "apa"
    cited = saved("Markdown").read_text(encoding="utf-8")
    assert "> (*A bridge*, n.d., para. 2)" in cited
    assert cited.endswith("## References\n\n*A bridge*. (n.d.).\n")
    page.locator("#board").get_by_label("Citations").select_option("Plain")
    assert json.loads(saved("CSL-JSON").read_text(encoding="utf-8"))[0]["title"] == "A bridge"
    assert "title = {{A bridge}}" in saved("BibTeX").read_text(encoding="utf-8")
    page.locator("#board").get_by_role("button", name="Copy").click()
    page.wait_for_function("document.body.dataset.taken === '6'")
    types = "navigator.clipboard.read().then(([item]) => item?.types.join())"
    page.wait_for_function(f"{types}.then((said) => said === 'text/plain,text/html')")
    assert "“Engineers from Porto" in page.evaluate("navigator.clipboard.readText()")
    page.evaluate("window.print = () => {}")
    page.locator("#board").get_by_role("button", name="Print or PDF").click()
    page.locator("#paper").wait_for(state="attached")
    page.pdf(path=folder / "board.pdf")
    with pypdfium2.PdfDocument(folder / "board.pdf") as pdf:
        printed = pdf[0].get_textpage().get_text_bounded()
        assert len(pdf) == 1
    assert "Engineers from Porto designed the arch." in printed and "Ask *again*." in printed
    assert "Ask a question" not in printed and "History" not in printed
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_a_damaged_store_is_one_line_and_the_page_works(
    browser: Browser, library: Library, file: Path
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    keeper = Keeper(Store(file))
    with serving(library, keeper=keeper) as address, visitor(browser, address) as page:
        ask(page, ARCH)
        assert "Porto" in page.locator(ANSWER).inner_text()
        page.locator("#tab-talks").click()
        assert "kept.sqlite" in page.locator("#talks [role=alert]").inner_text()
        page.get_by_role("button", name="Pin quote 1").click()
        page.locator("#note [role=alert]").wait_for()
    keeper.close()


def test_an_article_is_kept_or_goes_not_without_a_word(
    browser: Browser, library: Library, keeper: Keeper
) -> None:
    options: dict[str, Any] = {"keeper": keeper, "keep_in": lambda: library}
    with serving(library, **options) as address, visitor(browser, address) as page:
        upload(page, BELL)
        row = page.locator("#articles li").first
        assert "until 15 minutes after you close this tab" in row.inner_text()
        ask(page, "Where was the bell cast?")
        page.get_by_text("1 without its answer").wait_for(state="attached")
        page.locator("#tab-articles").click()
        page.get_by_label("Keep in my library").check()
        crane = {**BELL, "name": "crane.txt", "buffer": b"The crane lifts ninety tons."}
        upload(page, crane)
        page.get_by_text("“crane” was added to your library.").wait_for()
        upload(page, BELL)
        page.get_by_text("“bell” was added to your library.").wait_for()
        assert _violations(page) == []
        ask(page, "How many tons does the crane lift?")
        page.get_by_text("2 questions").wait_for(state="attached")
        assert "without" not in page.locator("#talks").inner_text()
        state = page.context.storage_state()
        own = {**BELL, "name": "gate.txt", "buffer": b"The gate is made of oak."}
        page.locator("#tab-articles").click()
        page.get_by_label("For this visit").check()
        upload(page, own)
        # As if the server had been started again: the tab knows a visit that is over.
        page.evaluate(FORGOTTEN)
        page.reload()
        ready(page)
        assert "“gate”" in page.locator("#gone").inner_text()
    assert [entry.title for entry in library.entries] == ["A bridge", "crane", "bell"]
    assert state["cookies"]
