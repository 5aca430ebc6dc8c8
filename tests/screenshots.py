"""Screenshots of the page, by ``make screenshots``: to be looked at, and a film for the README.

``python tests/screenshots.py FOLDER NAME …`` takes those that are named alone; the film is ``ask``.

With ``PULLQUOTE_LLM`` and ``PULLQUOTE_MODEL`` set there is one of what that model answers.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import film
from browsing import ask, open_browser, ready

from index import Library
from rag.libraries import bundled_article, library_of
from rag.llm.endpoint import model_from
from ui.page.conversation import written_by
from ui.page.page import build_page
from ui.server.serve import launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Shots = tuple[tuple[str, Callable[["Page"], None], dict[str, int], str], ...]

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

PAYS = "Who pays for the projects abroad?"
ELEMENTS = "What are the three elements of democratic AI?"

NOTES = """The ferry across the river was replaced by a bridge on Monday. It cost 12 million euros.

Engineers from Porto designed the arch. They worked on it for three years.
"""


def answer(page: Page) -> None:
    """Two questions answered, the first one's source open."""
    ask(page, "How many projects does OpenAI aim for?")
    ask(page, ELEMENTS)
    page.locator("#chat a[href^='#cite-']").nth(2).click()
    page.locator("#viewer mark").wait_for()


def model(page: Page) -> None:
    """What a language model answers, from its beginning."""
    page.set_default_timeout(600_000)
    ask(page, "What are the three elements of democratic AI?")
    page.locator("#chat .user-row").evaluate("row => row.scrollIntoView()")


def refusal(page: Page) -> None:
    """A question that the article does not answer."""
    ask(page, "What is the capital of France?")


def first(page: Page) -> None:
    """Nothing asked yet."""


def sheet(page: Page) -> None:
    """On a phone, the source of an answer."""
    ask(page, PAYS)
    page.locator("#chat a[href^='#cite-']").first.click()
    page.locator("#viewer mark").wait_for()


def conversation(page: Page) -> None:
    """On a phone, an answer."""
    ask(page, PAYS)


def library(page: Page) -> None:
    """A second article added and one left out."""
    upload(page)
    page.locator("[data-choose]").last.uncheck()
    page.get_by_text("Searching 1 of 2").wait_for()


def upload(page: Page) -> None:
    """A file just added, another one refused."""
    page.locator("#tab-articles").click()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "The bridge.txt", Path(folder) / "empty.md"]
        for file, text in zip(files, (NOTES, "\n"), strict=True):
            file.write_text(text, encoding="utf-8")
        page.locator("#files input[type=file]").set_input_files(files)
        page.locator("#added .refused").wait_for()


SHOTS: Shots = (
    ("first-screen", first, DESKTOP, "light"),
    ("desktop-light", answer, DESKTOP, "light"),
    ("desktop-dark", answer, DESKTOP, "dark"),
    ("refusal", refusal, DESKTOP, "light"),
    ("upload", upload, DESKTOP, "light"),
    ("library", library, DESKTOP, "dark"),
    ("phone", conversation, PHONE, "light"),
    ("phone-source", sheet, PHONE, "light"),
)


WITH_MODEL = (("model", model, DESKTOP, "light"), ("model-dark", model, DESKTOP, "dark"))


def shoot(
    browser: Browser, address: str, folder: Path, shots: Shots, wanted: Collection[str]
) -> None:
    """Take screenshots, each as a new visitor: those that are ``wanted``, or all."""
    for name, act, size, scheme in shots:
        if wanted and name not in wanted:
            continue
        context = browser.new_context(
            locale="en-US",
            viewport=size,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            device_scale_factor=1 if size is DESKTOP else 2,
        )
        page = context.new_page()
        page.goto(address)
        ready(page)
        act(page)
        page.wait_for_timeout(400)
        page.mouse.move(1, 1)
        page.screenshot(path=folder / f"{name}.png")
        context.close()
        sys.stderr.write(f"{folder / name}.png\n")


def main() -> None:
    """Serve the bundled article and photograph it into the folder that is named."""
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    shared: Library = library_of([bundled_article()])
    shared.embedder.encode(["warm"], query=True)
    named = model_from()
    pages = [(build_page(shared), SHOTS)]
    if named:
        answers = written_by(named, always_ask=False)
        pages.append((build_page(shared, answers=answers, failed=True), WITH_MODEL))
    with open_browser() as browser:
        for page, shots in pages:
            address = launch(page, "127.0.0.1", None)
            shoot(browser, address, folder, shots, wanted)
            if shots is SHOTS and (not wanted or "ask" in wanted):
                film.shoot(browser, address, folder / "ask.gif")
                sys.stderr.write(f"{folder / 'ask.gif'}\n")
            page.close()


if __name__ == "__main__":
    main()
