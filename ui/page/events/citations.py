"""When somebody follows a citation, opens an article, looks for words in it or turns its pages."""

from __future__ import annotations

import gradio as gr

from index.types import Article
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import Parts
from ui.page.render.markdown import Address, read_address
from ui.page.render.viewer import not_here, show_source
from ui.page.source.beside import Beside
from ui.page.source.sheet import NOTHING, show_sheet
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

MOST_QUOTES = 200
"""More quotes than this of one answer are not marked."""

LONGEST_WORDS = 200
"""Characters of what can be looked for."""


def wire_places(parts: Parts, visitors: Visitors) -> None:
    """Show in the source panel what is asked for, if this visitor may see it."""

    def cite(event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        place = read_address(detail(event, "place"))
        return _opened(event, visit, visit.find(place.article) if place else None, place)

    def read(event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        return _opened(event, visit, _seen(visit, detail(event, "article")), None)

    def draw(event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        article = _seen(visit, detail(event, "article"))
        page, turn = (_number(detail(event, name)) or 0 for name in ("page", "turn"))
        if article is None:
            return NOTHING.format(turn=turn)
        place = read_address(detail(event, "place"))
        mine = place if place and article.id.startswith(place.article) else None
        return show_sheet(article, visit.library, mine, _beside(event), page, turn)

    # Of several wishes the last one counts; pages are asked for one after the other.
    parts.bar.cite(cite, None, parts.viewer, trigger_mode="always_last", **QUICK)
    parts.bar.read(read, None, parts.viewer, trigger_mode="always_last", **QUICK)
    parts.bar.draw(draw, None, parts.pages, trigger_mode="multiple", **QUICK)


def _opened(
    event: gr.EventData, visit: Visit, article: Article | None, place: Address | None
) -> str:
    """Return what the source panel shows of an article, at a place of it if one is given."""
    if article is None:
        return not_here()
    focus = detail(event, "focus") != "no"
    return show_source(article, visit.library, place, _beside(event), focus=focus)


def _seen(visit: Visit, article_id: str) -> Article | None:
    """Return an article that this visitor sees."""
    known = any(entry.id == article_id for entry in visit.entries)
    return visit.library.article(article_id) if known else None


def _beside(event: gr.EventData) -> Beside:
    """Return what a page sent with an event; what is nothing of the kind is left out."""
    quotes = map(read_address, detail(event, "quotes").split()[:MOST_QUOTES])
    return Beside(
        tuple(quote for quote in quotes if quote),
        detail(event, "near") == "yes",
        detail(event, "words")[:LONGEST_WORDS].strip(),
        _number(detail(event, "hit")) or 0,
        _number(detail(event, "at")),
    )


def _number(text: str) -> int | None:
    """Return the whole number that a text is; None if it is none that a place could be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
