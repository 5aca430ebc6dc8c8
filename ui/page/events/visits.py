"""When a page is opened, loaded again or closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from ui.page.conversation import messages, stop
from ui.page.keeping.keeper import owner_in
from ui.page.layout import Parts
from ui.page.render.adding import show_adding
from ui.page.render.article_list import describe_scope, list_articles
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

Reopen = Callable[[Visit, str, gr.Request], None]
"""Opens the conversation again that a page showed before, by its id, where the visit is new."""

QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""For handlers that are done at once."""

_SECRET = "() => ['visit', 'talk'].map((name) => sessionStorage.getItem(`pullquote-${name}`) ?? '')"
_READY = """(secret) => {
  sessionStorage.setItem('pullquote-visit', secret);
  document.dispatchEvent(new Event('ready'));
}"""

_STAYS = "() => setInterval(() => document.dispatchEvent(new Event('here')), 240_000)"
"""Where another process may go on with the visit: it is told now and then that the page is open."""


def visit_of(visitors: Visitors, request: gr.Request) -> Visit:
    """Return the visit that a request belongs to."""
    return visitors.of(getattr(request, "session_hash", None), owner=owner_in(request))


def detail(event: gr.EventData, name: str) -> str:
    """Return what the page sent with an event; empty if it is no text."""
    found = event._data.get(name) if isinstance(event._data, dict) else None
    return found if isinstance(found, str) else ""


def wire_visits(page: gr.Blocks, parts: Parts, visitors: Visitors, reopen: Reopen) -> None:
    """Give an opened page its visit and conversation, and end the visit of a closed one."""

    def arrive(secret: str, talk: str, request: gr.Request) -> tuple[Any, ...]:
        known = secret if isinstance(secret, str) else ""
        visit = visitors.of(request.session_hash, known, owner_in(request))
        reopen(visit, talk if isinstance(talk, str) else "", request)
        visit.choice.draw()  # as the tools of the list stand on a page that was just opened
        visit.adding.size = len(visit.adding.jobs)
        going = show_adding(visit.adding, followed=False) if visit.adding.is_going else ""
        return visit.secret, messages(visit), list_articles(visit), describe_scope(visit), going

    def leave(request: gr.Request) -> None:
        left = visitors.leave(request.session_hash)
        if left:
            stop(left)

    def here(request: gr.Request) -> None:
        visit_of(visitors, request)

    shown = [parts.secret, parts.chat, parts.articles, parts.scope, parts.added]
    told = [parts.secret, parts.keeping.current]
    arrived = page.load(arrive, told, shown, js=_SECRET, **QUICK)
    ready = arrived.then(None, parts.secret, None, js=_READY)
    if visitors.place.lasting:
        parts.bar.here(here, None, None, **QUICK)
        ready.then(None, None, None, js=_STAYS)
    page.unload(leave)
