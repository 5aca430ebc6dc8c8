"""The states of the page that ``tests/visual.py`` compares: what is served, and what is done.

Nothing here depends on the day, the machine or a model: the embedder and the readers are those of
the fast tests, the clock stands, and the files are made here.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from browsing import CHIP, ask, serving, upload
from letters import FONTS
from reportlab.lib.pagesizes import A5
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from tiny import TinyEmbedder
from tiny_reader import Fixed

from index import Library
from rag import Answer
from rag import ask as ask_library
from rag.listing.compare import compare_articles
from rag.listing.list_all import list_all
from rag.overviews.overview import answer_overview
from ui.keeping.store import Store
from ui.page.keeping.keeper import Keeper

if TYPE_CHECKING:
    from playwright.sync_api import Page

BRIDGE = """# A bridge at Aldern

The mayor of Aldern opened the new bridge on Monday. It cost 12 million euros, and the region paid
for it. Some 2,000 people came to see it.

Engineers from Porto designed the arch. They worked on it for three years, for the ground below the
river is soft. The stone came by water from the quarries of Halden.

The partners of the bridge are the town, the Harbour Board and the railway. Each of them keeps one
third of the toll.

A ferry had crossed the river at Aldern since 1890. Its last captain retired in spring, and sold the
ferry to the Harbour Board. It can be seen from June in the old dock.

The Harbour Board expects 400 lorries a day, half of them from the quarries of Halden. It will count
them for a year, and the council of Aldern will then decide about a second lane.

Herons nest on the masts of the old ferry. Nobody has asked them about the bridge.
"""

TUNNEL = b"""The tunnel at Borr was opened in May. The new tunnel cost 31 million euros.

It is lit day and night, and 900 lorries a day drive through it.
"""

FILING = (Path(__file__).parent / "files" / "ferry-lines.html").read_bytes()

LIGHTHOUSE = (
    "The lighthouse on the pier",
    "",
    "The lighthouse burns gas since the year 1911. Its lamp is seen",
    "from eleven miles, and its keeper climbs 140 steps.",
    "",
    "In winter the stairs are icy, so that nobody may visit it.",
)

DRAFT = "The bridge cost 15 million euros. Engineers from Porto designed the arch. Sugar is light."

ARCH = "Who designed the arch?"
COST = "What did the new bridge cost?"
ABOUT = "What is this article about?"
PARTNERS = "Which are the partners of the bridge?"
REVENUES = "What were passenger revenues in Europe, three months ended June 30, 2023?"
COMPARED = "What did the bridge and the tunnel cost?"
GAS = "Since which year does the lighthouse burn gas?"
NOBODY = "Who won the prize of Berlin?"


def _listed(question: str, library: Library, within: Any) -> Answer | None:
    return list_all(question, library, Fixed("the town", 9.0), within=within)


def _compared(question: str, library: Library, within: Any) -> Answer | None:
    def alone(asked: str, ids: Any) -> Answer:
        return ask_library(asked, library=library, within=ids, reader=Fixed("million", 9.0))

    return compare_articles(question, library, [each.id for each in library.entries], alone)


def _in_a_table(question: str, library: Library, within: Any) -> Answer | None:
    return ask_library(question, library=library, within=within, reader=Fixed("$ 8,187", 9.0))


ROUTES: Mapping[str, Callable[[str, Library, Any], Answer | None]] = {
    ABOUT: answer_overview,
    PARTNERS: _listed,
    COMPARED: _compared,
    REVENUES: _in_a_table,
}
"""What is answered otherwise than a fact: the model that tells a purpose needs a real embedder."""


def _answers(question: str, library: Library, turns: Any, within: Any, *rest: Any) -> Any:
    if question in ROUTES:
        yield ROUTES[question](question, library, within)
    else:
        yield ask_library(question, library=library, history=turns, within=within)


# What a visitor does. ``side`` opens a tab, on a phone by its button.


def side(page: Page, name: str) -> None:
    opens = page.locator("#bar [data-side]")
    if opens.is_visible() and not page.locator("body.sheet").count():
        opens.click()
    page.locator(f"#tab-{name}").click()


def _back(page: Page) -> None:
    """On a phone, leave the sheet."""
    if page.locator("#back").is_visible():
        page.locator("#back").click()


def _bring(page: Page, *files: dict[str, Any]) -> None:
    side(page, "articles")
    upload(page, *files)


def _file(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def _lighthouse() -> bytes:
    """A PDF that brings its letters along: each drawer would take others for those it lacks."""
    registerFont(TTFont("DejaVuSerif", str(FONTS / "DejaVuSerif.ttf")))
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A5, invariant=True)
    canvas.setTitle("The lighthouse")
    for at, line in enumerate(LIGHTHOUSE):
        canvas.setFont("DejaVuSerif", 10 if at else 16)
        canvas.drawString(44, 520 - 16 * at, line)
    canvas.save()
    return data.getvalue()


def first(page: Page) -> None:
    """Nothing asked yet."""
    page.locator("#chat .example").first.wait_for()


def source(page: Page) -> None:
    ask(page, COST)
    page.locator(f"{CHIP}:visible").nth(1).click()
    page.locator("#viewer mark:focus").wait_for()


def overview(page: Page) -> None:
    ask(page, ABOUT)


def listing(page: Page) -> None:
    ask(page, PARTNERS)


def table(page: Page) -> None:
    _bring(page, _file("reports.html", FILING))
    _back(page)
    ask(page, REVENUES)
    if not page.locator("#bar [data-side]").is_visible():  # on a phone the answer is to be seen
        page.locator(f"{CHIP}:visible").first.click()
        page.locator("#viewer mark:focus").wait_for()


def comparison(page: Page) -> None:
    _bring(page, _file("A tunnel at Borr.txt", TUNNEL))
    _back(page)
    ask(page, COMPARED)


def refusal(page: Page) -> None:
    ask(page, ARCH)
    ask(page, NOBODY)


def pdf(page: Page) -> None:
    _bring(page, _file("lighthouse.pdf", _lighthouse()))
    _back(page)
    ask(page, GAS)
    page.locator(f"{CHIP}:visible").first.click()
    page.locator("#pages .chosen").first.wait_for()


def articles(page: Page) -> None:
    _bring(page, _file("A tunnel at Borr.txt", TUNNEL), _file("reports.html", FILING))
    page.locator("[data-choose]").first.uncheck()
    page.get_by_text("Searching 2 of 3").first.wait_for()
    page.reload()  # what was said while adding is gone then
    page.wait_for_selector("body[data-ready]")
    side(page, "articles")
    page.locator("[data-choose]").nth(2).wait_for()


def adding(page: Page) -> None:
    """One article added, one file refused."""
    _bring(page, _file("A tunnel at Borr.txt", TUNNEL), _file("empty.md", b"\n"))


def clippings(page: Page) -> None:
    ask(page, ARCH)
    ask(page, COST)
    for at in range(2):
        page.get_by_role("button", name="Pin quote 1").nth(at).click()
        page.locator("#board li").nth(at).wait_for(state="attached")
    side(page, "clips")
    page.locator("#board textarea").first.fill("Ask who paid for the three years.")
    page.locator("#board li").nth(1).scroll_into_view_if_needed()


def history(page: Page) -> None:
    ask(page, ARCH)
    ask(page, COST)
    page.get_by_text("2 questions").wait_for(state="attached")
    page.get_by_role("button", name="New").click()
    page.locator("#chat .bot-row").first.wait_for(state="detached")
    ask(page, "When had a ferry crossed the river?")
    page.locator("#talks li").nth(1).wait_for(state="attached")
    side(page, "talks")


def draft(page: Page) -> None:
    side(page, "draft")
    page.locator("#draft textarea").fill(DRAFT)
    page.get_by_role("button", name="Check the draft").click()
    page.locator("#proofs li").nth(2).wait_for()


STATES: Mapping[str, Callable[[Page], None]] = {
    "first": first,
    "source": source,
    "overview": overview,
    "list": listing,
    "table": table,
    "comparison": comparison,
    "refusal": refusal,
    "pdf": pdf,
    "articles": articles,
    "adding": adding,
    "clippings": clippings,
    "history": history,
    "draft": draft,
}


# What is served.

_TICKS = count()


class Standing(datetime):
    """A clock that stands, but for a millisecond each time that somebody looks at it."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Standing:
        return cls(2024, 5, 7, 9, 30, tzinfo=tz) + timedelta(milliseconds=next(_TICKS))


@contextmanager
def _standing_clock() -> Iterator[None]:
    ours = [module for name, module in sys.modules.items() if name.startswith(("index.", "ui."))]
    with ExitStack() as patched:
        for module in ours:
            if vars(module).get("datetime") is datetime:
                patched.enter_context(patch.object(module, "datetime", Standing))
        yield


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the page over one article; yields its address."""
    with (
        _standing_clock(),
        Library.open(folder / "library", embedder=TinyEmbedder(max_tokens=200)) as library,
    ):
        library.add_text(BRIDGE, source="bridge.md")
        keeper = Keeper(Store(folder / "kept.sqlite"))
        with serving(library, answers=_answers, keeper=keeper, keep_in=lambda: library) as address:
            yield address
        keeper.close()
