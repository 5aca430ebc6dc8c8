"""A browser for the tests of the page, and what a visitor does in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from index import Library
from ui.page.page import build_page
from ui.server.serve import launch

if TYPE_CHECKING:
    import gradio as gr
    from playwright.sync_api import Browser, Page

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

CHIP = "#chat a[href^='#cite-']"
ANSWER = "#chat .bot-row"

HOSTILE = """\
The <b>key</b> fact is that the tower is 90 metres high. <img src=x onerror="document.title='no'">

${document.title} {{value}} `tick` </mark></p><form action="https://evil.example/"> [1]: #evil

![x](https://evil.example/x.png) C:\\new <script>document.title = 'no'</script>

The *lamp* of the tower, www.evil.example and [here](https://evil.example), burns **gas**.
"""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(OPTIONS)
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of all tests; without Chromium they are skipped, but not where CI=true."""
    if shutil.which("chromium") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing, and CI has to run these tests")
        pytest.skip("needs chromium")
    with open_browser() as opened:
        yield opened


@contextmanager
def serving(
    library: Library, max_waiting: int = 32, auth: tuple[str, str] | None = None, **options: Any
) -> Iterator[str]:
    """Serve a page over a library; yields its address."""

    def start() -> tuple[gr.Blocks, str]:
        page = build_page(library, **options)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        given = {"auth": auth, "max_waiting": max_waiting}
        return page, launch(page, "127.0.0.1", port, **given)

    page, address = _in_event_loop(start)
    yield address
    page.close()


def _in_event_loop(start: Callable[[], tuple[gr.Blocks, str]]) -> tuple[gr.Blocks, str]:
    """Run ``start`` where an event loop runs: without one Gradio makes some and closes none."""

    async def started() -> tuple[gr.Blocks, str]:
        return start()

    try:
        asyncio.get_running_loop()  # Playwright's
    except RuntimeError:
        return asyncio.run(started())
    return start()


@contextmanager
def visitor(
    browser: Browser, address: str, where: str = "", noise: tuple[str, ...] = (), **options: Any
) -> Iterator[Page]:
    """Be a new visitor. Afterwards the console must be empty and no other host asked.

    ``noise``: what the console may say, because the test provokes it.
    """
    given = {"locale": "en-US", "viewport": {"width": 1280, "height": 900}, **options}
    context = browser.new_context(reduced_motion="reduce", accept_downloads=True, **given)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(60_000)
    said: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
    page.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:", "blob:")) else foreign.append(r.url),
    )
    page.goto(address + where)
    ready(page)
    yield page
    context.close()
    assert [text for text in said if not any(part in text for part in noise)] == []
    assert [url for url in foreign if not any(part in url for part in noise)] == []


def ready(page: Page) -> None:
    """Wait until the page has its visit and listens."""
    page.wait_for_selector("body[data-ready]")


def answers(page: Page) -> int:
    """Return how many answers have come to an end."""
    return int(page.evaluate("Number(document.body.dataset.answers ?? 0)"))


def send(page: Page, question: str) -> None:
    """Ask, and do not wait."""
    page.fill("#box textarea", question)
    page.keyboard.press("Enter")


def ask(page: Page, question: str) -> None:
    """Ask and wait until the answer is whole."""
    before = answers(page)
    send(page, question)
    finished(page, before)


def finished(page: Page, before: int) -> None:
    """Wait until one more answer than ``before`` has come to its end."""
    page.wait_for_function(f"Number(document.body.dataset.answers ?? 0) > {before}")


def upload(page: Page, *files: Any) -> None:
    """Choose files to be added, and wait until each is in or refused."""
    page.locator("#tab-articles").click()
    before = page.evaluate("document.querySelector('#added .jobs')?.dataset.run ?? ''")
    page.locator("#files input[type=file]").set_input_files(list(files))
    page.wait_for_function(
        """([before, count]) => {
          const told = document.querySelector('#added .jobs:not([data-going], [data-alone])');
          if (document.body.dataset.following || !told) return false;
          const { run, over } = told.dataset;
          return run !== before && Number(over) >= count;
        }""",
        arg=[before, len(files)],
        timeout=90_000,
    )


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor at the page whose ``address`` a test's file gives."""
    with visitor(browser, address) as opened:
        yield opened
