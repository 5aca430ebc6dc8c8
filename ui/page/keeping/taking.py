"""When somebody takes a conversation or the clippings along: as a file, as text, on paper."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

import gradio as gr

from index.speaking.forms import day as in_words
from index.speaking.words import N_, _
from rag.styles.styled import Style
from ui.keeping.store import KeepError
from ui.keeping.taking.markdown import to_html, to_markdown, to_text
from ui.keeping.taking.paper import Paper, paper_of_answers, paper_of_clips
from ui.keeping.taking.references import to_bibtex, to_csl
from ui.keeping.taking.word import to_docx
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.keeping.board import write_notes
from ui.page.keeping.keeper import Keeper, owner_in, taken
from ui.page.keeping.lists import line
from ui.page.layout import Parts
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

_SAVE = "(told) => document.dispatchEvent(new CustomEvent('taken', {detail: told}))"

NOTHING = N_("There is nothing to take along yet.")

Write = Callable[[Paper], bytes]

FILES: dict[str, tuple[str, str, Write]] = {
    "md": ("md", "text/markdown", lambda paper: to_markdown(paper).encode()),
    "docx": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        to_docx,
    ),
    "bib": ("bib", "application/x-bibtex", lambda paper: to_bibtex(paper.articles).encode()),
    "csl": ("json", "application/json", lambda paper: to_csl(paper.articles).encode()),
}
"""How a file's name ends, its type, and what writes it."""


def wire_taking(parts: Parts, visitors: Visitors, keeper: Keeper) -> None:
    """Hand out the open conversation and the board."""

    def take(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        visit = visit_of(visitors, request)
        owner, style = owner_in(request), _style(detail(event, "style"))
        try:
            write_notes(keeper, owner, detail(event, "notes"))
            if detail(event, "of") == "clips":
                name, paper = "pullquote-clippings", _board(keeper, owner, style)
            else:
                name, paper = "pullquote", _conversation(visit, style)
        except KeepError as error:
            return "", line(str(error))
        if not paper.parts:
            return "", line(_(NOTHING))
        return _told(detail(event, "kind"), name, paper), ""

    script, payload = parts.keeping.script, parts.keeping.payload
    saved = script.taken(take, None, [payload, parts.note], **QUICK)
    saved.then(None, payload, None, js=_SAVE)


def _style(name: str) -> Style:
    """Return the style of citations that the page names, the plain one of any other name."""
    return Style(name) if name in set(Style) else Style.PLAIN


def _conversation(visit: Visit, style: Style) -> Paper:
    found = ((each, taken(each)) for each in visit.exchanges)
    asked = [(each.question, day(each.at), record) for each, record in found if record]
    return paper_of_answers(asked, _today(), style)


def _board(keeper: Keeper, owner: str, style: Style) -> Paper:
    return paper_of_clips(keeper.clips.board(owner) if owner else [], _today(), style)


def _told(kind: str, name: str, paper: Paper) -> str:
    """Return what the page is to do with a paper, as JSON; "" where it asks for nothing we know."""
    if kind in FILES:
        ending, media, write = FILES[kind]
        data = base64.b64encode(write(paper)).decode()
        return json.dumps({"do": "save", "name": f"{name}.{ending}", "type": media, "data": data})
    if kind in {"copy", "print"}:
        return json.dumps({"do": kind, "html": to_html(paper), "text": to_text(paper)})
    return ""


def _today() -> str:
    return day(datetime.now(UTC).isoformat())


def day(moment: str) -> str:
    """``"2026-11-27T08:00:00+00:00"`` → ``"27 November 2026"``."""
    try:
        return in_words(datetime.fromisoformat(moment))
    except ValueError:
        return ""
