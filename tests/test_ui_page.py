"""The chat page in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import Library
from index.errors import InputError
from ui.page import build_page, credentials, launch, reply

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = """\
The <b>key</b> fact is that the tower is 90 metres high. <img src=x onerror="document.title='no'">

${document.title} {{value}} `tick` </mark></p><form action="https://evil.example/"> [1]: #evil

![x](https://evil.example/x.png) C:\\new <script>document.title = 'no'</script>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing, and CI has to run these tests")
        pytest.skip("needs chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=found,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over two articles, one of them hostile, with the real embedder."""
    from rag.shelf import bundled_article

    with Library.open(tmp_path_factory.mktemp("page") / "library") as library:
        library.add(bundled_article())
        library.add_text(HOSTILE, title="Tower <script>")
        page = build_page(library)
        yield launch(page, "127.0.0.1", None, wait=False)
        page.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor; afterwards the console must be empty and no other host asked."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    foreign: list[str] = []
    opened.on(
        "console", lambda m: errors.append(m.text) if m.type in {"error", "warning"} else None
    )
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:", "blob:")) else foreign.append(r.url),
    )
    opened.goto(address)
    opened.wait_for_selector("#box textarea")
    yield opened
    context.close()
    assert errors == []
    assert foreign == []


def _ask(page: Page, question: str, answers: int = 1) -> None:
    page.fill("#box textarea", question)
    page.keyboard.press("Enter")
    page.locator("#chat blockquote, #chat .failure").nth(answers - 1).wait_for()


def test_an_answer_shows_its_paragraph_with_the_cited_words_marked(page: Page) -> None:
    _ask(page, "How many projects does OpenAI aim for?")
    marks = page.locator("#chat mark").all_inner_texts()
    assert "The stated target is 10 projects with American allies." in marks
    assert "paragraph 6" in page.locator("#chat .place").all_inner_texts()[-1]


def test_a_refusal_looks_like_one(page: Page) -> None:
    _ask(page, "What is the capital of France?")
    assert "The articles do not say." in page.locator("#chat .refusal").inner_text()


def test_a_hostile_article_is_shown_literally(page: Page) -> None:
    _ask(page, "How many metres high is the tower?")
    mark = page.locator("#chat mark").first.inner_text()
    assert mark == "The <b>key</b> fact is that the tower is 90 metres high."
    assert page.locator("#chat img, #chat form, #chat script, #chat a[href*=evil]").count() == 0
    assert page.title() == "Pullquote"


def test_a_hostile_question_is_shown_literally(page: Page) -> None:
    _ask(page, "<img src=x onerror=alert(1)> who pays for the projects?")
    assert "<img src=x" in page.locator("#chat").inner_text()
    assert page.locator("#chat img").count() == 0


def test_a_question_without_words_is_answered_with_a_note(library: Library) -> None:
    assert 'class="failure"' in reply(library, "?!")
    assert "write one with at least one word" in reply(library, "?!")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "example.org", "::"])
def test_another_address_needs_credentials(host: str) -> None:
    with pytest.raises(InputError, match="PULLQUOTE_AUTH"):
        credentials(host, None)
    assert credentials(host, "ann:secret") == ("ann", "secret")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_does_not(host: str) -> None:
    assert credentials(host, None) is None


def test_a_taken_port_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import socket

    from ui.command import main

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["chat", "--port", str(port)]) == 1
    assert f"127.0.0.1:{port} cannot be used" in capsys.readouterr().err
