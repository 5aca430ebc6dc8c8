"""A browser for the tests of the page, and what a visitor does in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(OPTIONS)
        )
        yield browser
        browser.close()


def ready(page: Page) -> None:
    """Wait until the page has its visit and listens."""
    page.wait_for_selector("body[data-ready]")


def ask(page: Page, question: str) -> None:
    """Ask and wait until the answer is whole."""
    before = page.evaluate("Number(document.body.dataset.answers ?? 0)")
    page.fill("#box textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(f"Number(document.body.dataset.answers ?? 0) > {before}")
