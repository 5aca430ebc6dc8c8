"""Whatever is used, in whatever state the page is: no question that is shown is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ANSWER, CHIP, answers, ask, finished, send, serving, upload, visitor
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from rag import Answer
from ui.page.conversation import extractive

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ARCH = "Who designed the arch?"
COST = "What did the new bridge cost?"
NOBODY = "Which ferry captain won the Mozart prize?"

CONTROLS = ":is(button, a[href], summary, input[type=checkbox], select, [role=tab])"
LEFT_OUT = "[data-fresh], #paste *"
"""New is to empty the page; texts have tests of their own."""

EDITED = "control => control.matches('#chat .user-row [aria-label=Ask]')"
"""Of an edit, which is to replace what followed."""

# The fewest questions that were on the page at any moment from now on.
WATCH = """() => {
  const count = () => document.querySelectorAll('#chat .user-row').length;
  window.fewest = count();
  new MutationObserver(() => { window.fewest = Math.min(window.fewest, count()); })
    .observe(document.body, {childList: true, subtree: true});
}"""

held = Event()


def _held(*given: Any) -> Iterator[Answer]:
    """Answer at once, but not what is asked slowly."""
    if "slowly" in given[0]:
        while not held.wait(0.05) and not given[4]():
            pass
    yield from extractive(*given)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lost") / "library"
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library, answers=_held) as found:
            yield found


def _answered(page: Page) -> None:
    page.locator(CHIP).first.click()


def _refused(page: Page) -> None:
    ask(page, NOBODY)


def _punctuation(page: Page) -> None:
    page.fill("#box textarea", "???")


def _none_chosen(page: Page) -> None:
    page.locator("#tab-articles").click()
    page.locator("[data-choose]").uncheck()
    page.get_by_text("No article is chosen").wait_for()


def _running(page: Page) -> None:
    send(page, "Who slowly designed the arch?")
    page.get_by_role("button", name="Stop").wait_for()


def _stopped(page: Page) -> None:
    _running(page)
    page.get_by_role("button", name="Stop").click()
    page.locator("#chat").get_by_text("Stopped.").wait_for()


def _finding(page: Page) -> None:
    page.locator(CHIP).first.click()
    page.get_by_role("button", name="Find").click()
    page.get_by_role("searchbox").fill("the")
    page.locator("#viewer .hit.here").wait_for()


def _filtered(page: Page) -> None:
    bell = {"name": "bell.txt", "mimeType": "text/plain", "buffer": b"The bell was cast in Ghent."}
    upload(page, bell)
    page.locator("[data-filter]").fill("bell")
    page.get_by_text("1 of 2 have it in their title").wait_for()


STATES: tuple[Callable[[Page], None], ...] = (
    _answered,
    _refused,
    _punctuation,
    _none_chosen,
    _running,
    _stopped,
    _finding,
    _filtered,
)


def _usable(page: Page) -> Locator:
    return page.locator(f"{CONTROLS}:visible:not({LEFT_OUT}, :disabled)")


@pytest.mark.parametrize("state", STATES, ids=[each.__name__.strip("_") for each in STATES])
def test_no_control_loses_what_is_shown(
    browser: Browser, address: str, state: Callable[[Page], None]
) -> None:
    held.clear()
    # A reload in the middle of an answer breaks its stream off, which the browser says.
    with visitor(browser, address, noise=("AbortError", "errored out")) as page:
        ask(page, ARCH)
        state(page)
        shown = page.locator("#chat .user-row").all_inner_texts()
        page.evaluate(WATCH)
        used = 0
        while used < _usable(page).count() and used < 60:
            control = _usable(page).nth(used)
            if not control.evaluate(EDITED):
                control.dispatch_event("click")
                page.wait_for_timeout(60)
            used += 1
        held.set()
        send(page, "")
        page.locator("#note p").wait_for()
        assert used > 12
        assert page.evaluate("window.fewest") >= len(shown)
        page.reload()  # one of them may stand in a field to be edited
        page.wait_for_selector("body[data-ready]")
        page.locator("#chat .user-row").first.wait_for()
        after = page.locator("#chat .user-row").all_inner_texts()
        assert [text for text in shown if text not in after] == []


@pytest.mark.parametrize("asked", ["", "   ", "???", "… — !", "\n\n"])
def test_what_is_missing_is_said_in_one_line_and_all_else_stays(page: Page, asked: str) -> None:
    ask(page, ARCH)
    ask(page, NOBODY)
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    page.evaluate(WATCH)
    before = page.locator("#chat").inner_text()
    done = answers(page)
    for use in (
        lambda: page.keyboard.press("Enter"),
        lambda: page.get_by_role("button", name="Ask", exact=True).click(),
    ):
        page.locator("#box textarea").fill(asked)
        page.locator("#box textarea").focus()
        use()
        finished(page, done)
        done = answers(page)
        note = page.locator("#note p")
        assert note.count() == 1 and "\n" not in note.inner_text().strip()
        assert "at least one word" in note.inner_text()
    assert page.locator("#chat").inner_text() == before
    assert page.locator("#viewer mark").count() == 1
    assert page.evaluate("window.fewest") == 2


@pytest.mark.parametrize("edited", ["", "???"])
def test_a_question_that_is_edited_to_nothing_stays_as_it_was(page: Page, edited: str) -> None:
    ask(page, ARCH)
    ask(page, COST)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Edit").first.click()
    page.locator("#chat textarea").first.fill(edited)
    done = answers(page)
    page.locator("#chat").get_by_role("button", name="Ask").click()
    finished(page, done)
    assert "at least one word" in page.locator("#note").inner_text()
    page.wait_for_function("document.querySelectorAll('#chat .user-row').length === 2")
    assert page.locator(".user-row").all_inner_texts() == [ARCH, COST]


def test_with_no_article_chosen_every_way_of_asking_says_so(page: Page) -> None:
    ask(page, ARCH)
    _none_chosen(page)
    page.evaluate(WATCH)
    done = answers(page)
    send(page, COST)
    finished(page, done)
    assert "choose at least one" in page.locator("#note").inner_text()
    assert page.locator("#box textarea").input_value() == COST
    done = answers(page)
    page.get_by_role("button", name="Retry").click()
    finished(page, done)
    assert "choose at least one" in page.locator("#note").inner_text()
    assert page.locator(".user-row").all_inner_texts() == [ARCH]
    assert page.locator(f"{ANSWER} .refusal").count() == 0
    assert page.evaluate("window.fewest") == 1


def test_a_refusal_never_looks_like_evidence(page: Page) -> None:
    ask(page, ARCH)
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    ask(page, NOBODY)
    assert page.locator("#viewer :is(mark, .quote)").count() == 0
    refused = page.locator(ANSWER).last
    assert refused.locator("mark").count() == 0
    nearest = refused.locator("details.nearest")
    assert nearest.evaluate("folded => folded.open") is False
    nearest.locator("summary").click()
    places = nearest.locator("a[href^='#cite-']")
    assert not any(text.strip().isdecimal() for text in places.all_inner_texts())
    places.first.click()
    mark = page.locator("#viewer mark:focus")
    mark.wait_for()
    assert "near" in (mark.get_attribute("class") or "")
    yellow = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--pq-mark')"
    )
    grey = mark.evaluate("mark => getComputedStyle(mark).backgroundColor")
    assert grey != f"rgb{tuple(bytes.fromhex(yellow.strip()[1:]))}"
    assert page.locator('[data-group="quote"]').is_visible() is False
