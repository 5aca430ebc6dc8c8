"""A working day: articles kept, questions asked, quotes pinned, the server stopped and started.

Whatever is not there any more, or not as it was, is a loss; there is to be none. The server is a
process of its own, with the real models, and it is stopped as a service is.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from browsing import ANSWER, CHIP, ask, upload, visitor
from day import DAY, LATER, PINNED, Asked, write_files
from test_ui_page_closed import ROOT, wait_for

from index import Library
from rag.answer.citation import spoken

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PLACE = re.compile(r"#cite-([0-9a-f]+)-(\d+)-(\d+)-(\d+)")
QUOTE = re.compile(r"(?:\[\d+\] )?“(.*)”\n(.*), paragraph (\d+)", re.DOTALL)
CITED = sum(each.chip for each in DAY)


@contextmanager
def _server(folder: Path, port: int) -> Iterator[str]:
    """Start the page as a user does; ends it by its process id, and it has to end well."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
    command = [sys.executable, "-m", "ui.cli.start", "chat", "--no-browser", "--port", str(port)]
    said = folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/"
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=120) == 0, said.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait()
    assert said.read_text(encoding="utf-8").count("\n") == 1  # where it listens, and no trace


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# What is on the page.


def _questions(page: Page) -> list[str]:
    return [each.strip() for each in page.locator("#chat .user-row .prose").all_inner_texts()]


def _chips(page: Page) -> list[tuple[str, str]]:
    """The address and the quote of every citation in the conversation."""
    found = page.locator(CHIP).evaluate_all(
        "all => all.map((a) => [a.getAttribute('href'), a.ariaLabel ?? a.title])"
    )
    return sorted({(href, label.split(" - ", 1)[1]) for href, label in found})


def _board(page: Page) -> list[tuple[str, str, str]]:
    """The place, the words and the note of every clipping."""
    page.locator("#tab-clips").click()
    page.wait_for_function(
        "(n) => document.querySelectorAll('#board li').length === n", arg=len(PINNED)
    )
    return [
        (
            each.locator("a[href^='#cite-']").get_attribute("href") or "",
            each.locator("blockquote").inner_text(),
            each.locator("textarea").input_value(),
        )
        for each in page.locator("#board li").all()
    ]


def _titles(page: Page) -> set[str]:
    page.locator("#tab-articles").click()
    return set(page.locator("#articles .title").all_inner_texts())


# What is done.


def _asked(page: Page, asked: Asked) -> list[str]:
    """Ask, and return what is missing in the answer."""
    ask(page, asked.question)
    answer = page.locator(ANSWER).last
    text = answer.inner_text()
    missing = [words for words in asked.says if words not in text]
    if asked.chip == bool(answer.locator(".refusal").count()):
        missing.append("an answer" if asked.chip else "a refusal")
    return [f"{asked.question}: without {each}" for each in missing]


def _pin(page: Page) -> None:
    """Pin the first quote of some answers, each with its note."""
    places = [at for at, each in enumerate(DAY) if each.question in PINNED]
    for count, at in enumerate(places, 1):
        page.locator(ANSWER).nth(at).get_by_role("button", name="Pin quote 1").click()
        page.wait_for_function(
            "(n) => document.querySelectorAll('#board li').length === n", arg=count
        )
    page.locator("#tab-clips").click()
    for at, note in enumerate(PINNED.values()):
        page.locator("#board textarea").nth(at).fill(note)


def _saved(page: Page, button: str, folder: Path, *, conversation: bool = False) -> Path:
    """Take the clippings along, or the conversation."""
    if conversation:
        page.locator("#bar summary").click()
    within = page.locator("#bar" if conversation else "#board")
    with page.expect_download() as download:
        within.get_by_role("button", name=button, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


# What is verified.


def _unfaithful(file: Path, library: Library, count: int) -> list[str]:
    """Return the quotes of a DOCX that do not stand in the paragraph that they name."""
    quotes = [QUOTE.match(each.text) for each in docx.Document(str(file)).paragraphs]
    found = [each.groups() for each in quotes if each]
    lost = [] if len(found) >= count else [f"{file.name}: {len(found)} of {count} quotes"]
    texts = {entry.title: library.article(entry.id) for entry in library.entries}
    for words, where, number in found:
        (title,) = [each for each in texts if f"{where}, ".startswith(f"{each}, ")]
        article = texts[title]
        (place,) = [p for p in library.paragraphs(article.id) if p.number == int(number)]
        if words not in spoken(article.text[place.start : place.end]):
            lost.append(f"{file.name}: {words!r} is not in paragraph {number} of {title}")
    return lost


def _misplaced(chips: list[tuple[str, str]], library: Library) -> list[str]:
    """Return the chips whose range is not their quote."""
    lost = []
    for href, quote in chips:
        found = PLACE.fullmatch(href)
        assert found
        id_, _, start, end = found.groups()
        (entry,) = [each for each in library.entries if each.id.startswith(id_)]
        text = library.article(entry.id).text[int(start) : int(end)]
        if spoken(text)[:400] != quote:
            lost.append(f"{href} is {text!r}, not {quote!r}")
    return lost


def test_a_working_day_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    losses: list[str] = []
    port = _free_port()
    (tmp_path / "files").mkdir()
    files = write_files(tmp_path / "files")
    with _server(tmp_path, port) as address, visitor(browser, address) as page:
        bundled = _titles(page)
        page.get_by_label("Keep in my library").check()
        upload(page, *files)
        for title in bundled:  # today is about the own articles
            page.get_by_label(f"Search {title}").uncheck()
        page.get_by_text("Searching 5 of 6").first.wait_for()
        for asked in DAY:
            losses += _asked(page, asked)
        _pin(page)
        page.get_by_text(f"{len(DAY)} questions").wait_for(state="attached")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        questions, chips, board = _questions(page), _chips(page), _board(page)
        own = _titles(page) - bundled
        state = page.context.storage_state()
    assert len(own) == len(files)
    assert questions == [each.question for each in DAY]
    assert [note for *_, note in board] == list(PINNED.values())

    with (
        _server(tmp_path, port) as address,
        visitor(browser, address, storage_state=state) as page,
    ):
        page.locator("#tab-talks").click()
        page.get_by_role("button", name=DAY[0].question, exact=True).click()
        page.locator(ANSWER).nth(len(DAY) - 1).wait_for()
        losses += [f"question {each}" for each in questions if each not in _questions(page)]
        losses += [f"quote {each}" for each in chips if each not in _chips(page)]
        losses += [f"clipping {each}" for each in board if each not in _board(page)]
        losses += [f"article {each}" for each in own - _titles(page)]
        checked = page.locator("#chat .rechecked").all_inner_texts()
        losses += [each for each in checked if "word for word where cited" not in each]
        losses += page.locator("#board .standing").all_inner_texts()
        losses += [f"{len(checked)} answers checked again"] * (len(checked) != CITED)
        losses += _asked(page, LATER)
        page.get_by_text(f"{len(DAY) + 1} questions").wait_for(state="attached")
        chips = _chips(page)
        page.locator("#tab-clips").click()
        clippings = _saved(page, "Word", tmp_path)
        markdown = _saved(page, "Markdown", tmp_path).read_text(encoding="utf-8")
        losses += [f"Markdown: {words}" for _, words, _ in board if words not in markdown]
        conversation = _saved(page, "Word", tmp_path, conversation=True)

    notes = "\n".join(each.text for each in docx.Document(str(clippings)).paragraphs)
    losses += [f"note {note!r}" for note in PINNED.values() if note not in notes]
    (folder,) = {each.parent for each in (tmp_path / "data").rglob("library.sqlite")}
    with Library.open(folder, create=False) as library:
        losses += _unfaithful(clippings, library, len(PINNED))
        losses += _unfaithful(conversation, library, len(DAY) - 4)
        losses += _misplaced([*chips, *((href, words) for href, words, _ in board)], library)
    assert not losses, f"{len(losses)} losses:\n" + "\n".join(losses)
