"""When other articles are at hand: what they are about, and what may be asked of them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from index.errors import LibraryError
from index.types import Entry
from rag.overviews.overview import figures, overview
from rag.overviews.types import Overview
from ui.page.events.visits import QUICK, visit_of
from ui.page.layout import Parts, questions_for, welcome
from ui.page.render.card import show_card
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

SHOWN, OF_MANY = 5, 2
"""Of several articles so many are shown, and so many sentences of each."""


def wire_overviews(parts: Parts, visitors: Visitors) -> None:
    """Keep the card, the title and the examples those of the articles in front.

    These are what was added last, else what is chosen. The scope tells when they are others, and is
    drawn before: nothing waits.
    """

    def show(request: gr.Request) -> tuple[str, Any]:
        visit = visit_of(visitors, request)
        front, searched = visit.in_front, len(visit.chosen)
        asks = _examples(visit, front, searched)
        said = welcome(front, searched=searched, there=len(visit.entries))
        told = gr.update(placeholder=said, examples=asks)
        return _card(visit, front, searched), told

    shown = [parts.card, parts.chat]
    parts.scope.change(show, None, shown, **QUICK)
    parts.bar.fresh(show, None, shown, **QUICK)


def _examples(visit: Visit, front: tuple[Entry, ...], searched: int) -> list[dict[str, str]]:
    try:
        asks = questions_for(front, visit.library, searched=searched)
        return [{"text": text} for text in asks]
    except LibraryError:  # see _card
        return []


def _card(visit: Visit, entries: tuple[Entry, ...], searched: int) -> str:
    try:
        found = _overviews(visit, entries)
        exact = None
        if len(entries) == 1:
            exact = figures(entries[0].id, visit.library, len(found[0].citations))
    except LibraryError:  # it was removed meanwhile, and the list is about to say so
        return ""
    few = len(entries) < searched
    return show_card(found, exact, opened=not visit.exchanges, named=few)


def _overviews(visit: Visit, entries: tuple[Entry, ...]) -> list[Overview]:
    """Return an overview of each article, numbered through."""
    if len(entries) == 1:
        return [overview(entries[0].id, library=visit.library)]
    found: list[Overview] = []
    for entry in reversed(entries[-SHOWN:]):  # the newest first
        before = sum(len(each.citations) for each in found)
        found.append(overview(entry.id, library=visit.library, most=OF_MANY, before=before))
    return found
