"""The page with a language model behind it, played by a stub: what a visitor sees of the check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest
from browsing import ANSWER, CHIP, ask, send, serving, visitor
from conftest import STORY
from stub_model import Fault, Script, serve
from tiny import TinyEmbedder

from index import Library
from rag import Model
from ui.page.conversation import written_by

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "Who designed the arch?"
TRUE = "The arch was designed by engineers from Porto [1]."
FALSE = "Engineers from Lyon designed the arch [1]."


@pytest.fixture
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("story"), embedder=TinyEmbedder()) as opened:
        opened.add_text(STORY, title="A bridge")
        yield opened


@contextmanager
def _visit(
    browser: Browser, story: Library, script: Script, fault: Fault | None = None, **options: bool
) -> Iterator[Page]:
    """Be a visitor of a page whose answers a scripted model writes."""
    with serve(script, fault) as stub:
        answers = written_by(Model(stub.url, "stub", retries=0), always_ask=False)
        with serving(story, answers=answers, **options) as address:
            with visitor(browser, address) as page:
                yield page


def test_its_statements_have_chips_and_what_failed_is_counted(
    browser: Browser, story: Library
) -> None:
    with _visit(browser, story, lambda prompt: f"{TRUE} {FALSE}") as page:
        ask(page, QUESTION)
        said = page.locator(f"{ANSWER} .prose > p").first
        assert said.inner_text() == "The arch was designed by engineers from Porto.\u00a01"
        said.locator("a").click()
        assert (
            page.locator("#viewer mark").inner_text() == "Engineers from Porto designed the arch."
        )
        notes = page.locator(f"{ANSWER} .written").inner_text()
        assert "1 of 2 statements by stub did not pass the check and was left out." in notes
        assert "tokens read" in notes
        assert "Lyon" not in page.locator("#chat").inner_text()


def test_what_failed_is_struck_through_if_it_is_asked_for(browser: Browser, story: Library) -> None:
    with _visit(browser, story, lambda prompt: f"{TRUE} {FALSE}", failed=True) as page:
        ask(page, QUESTION)
        notes = page.locator(f"{ANSWER} .left-out")
        assert notes.locator("p > del, p > s").first.inner_text() == FALSE.replace(" [1]", "")
        assert notes.locator("ins").inner_text() == "Lyon"
        assert "Porto" in notes.locator("del").last.inner_text()


def test_a_follow_up_says_what_was_searched_for(browser: Browser, story: Library) -> None:
    with _visit(browser, story, lambda prompt: TRUE) as page:
        ask(page, QUESTION)
        ask(page, "And who designed it?")
        assert (
            page.locator(f"{ANSWER} .searched")
            .last.inner_text()
            .startswith(f"Taken as a follow-up to “{QUESTION}”")
        )


def test_a_broken_endpoint_costs_one_line(browser: Browser, story: Library) -> None:
    with _visit(browser, story, lambda prompt: TRUE, Fault(status=500, body=b"")) as page:
        ask(page, QUESTION)
        said = page.locator(f"{ANSWER} .prose > p").first.inner_text()
        assert said == "Engineers from Porto designed the arch.\u00a01"
        notes = page.locator(f"{ANSWER} .written").inner_text()
        assert "failed (500): this is the answer without a language model." in notes


@pytest.mark.parametrize("leaves", [False, True], ids=["stop", "page closed"])
def test_whoever_stops_ends_the_reply_and_its_connection(
    browser: Browser, story: Library, leaves: bool
) -> None:
    asked = Event()

    def pings() -> Iterator[bytes]:
        asked.set()
        yield b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        while not stub.stop.wait(0.02):
            yield b": ping\n\n"

    with serve(lambda prompt: TRUE, Fault(says=pings)) as stub:
        answers = written_by(Model(stub.url, "stub", retries=0), always_ask=False)
        with serving(story, answers=answers, at_once=1) as address:
            with visitor(browser, address) as page:
                send(page, QUESTION)
                assert asked.wait(20)
                if leaves:
                    page.close()
                else:
                    page.get_by_role("button", name="Stop").click()
                    page.locator("#chat .stopped").wait_for()
                assert stub.left.wait(20)


def test_links_and_images_of_a_model_are_not_drawn(browser: Browser, story: Library) -> None:
    hostile = (
        "Engineers from Porto designed the arch ![x](https://evil.example/x.png) [1]. "
        "[Porto](https://evil.example) designed <img src=https://evil.example/y.png> the arch."
    )
    with _visit(browser, story, lambda prompt: hostile, failed=True) as page:
        ask(page, QUESTION)
        row = page.locator(ANSWER).last
        assert row.locator("img:not([src^='data:'])").count() == 0
        links = row.locator("a:not([href^='#pin-'])")
        assert links.count() == row.locator("a[href^='#cite-']").count() > 0


def test_without_a_model_nothing_is_said_of_one(browser: Browser, story: Library) -> None:
    with serving(story) as address, visitor(browser, address) as page:
        ask(page, QUESTION)
        page.locator(CHIP).first.wait_for()
        assert page.locator(".written").count() == 0
        assert "model" not in page.locator("body").inner_text().lower()
