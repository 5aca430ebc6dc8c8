"""When somebody chooses among the articles, lists them otherwise, or removes one."""

from __future__ import annotations

from typing import Any

import gradio as gr

from index.errors import LibraryError
from index.speaking.words import _
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import Parts
from ui.page.render.adding import line, show_adding
from ui.page.render.article_list import describe_scope, list_articles
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors


def wire_articles(parts: Parts, visitors: Visitors) -> None:
    """Keep the list of articles, and the choice of those that are searched."""

    def choose(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        visit = visit_of(visitors, request)
        visit.choose(detail(event, "article"), searched=detail(event, "searched") == "yes")
        return _state(visit)

    def choose_all(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Search all articles that are listed, or none of them."""
        visit = visit_of(visitors, request)
        listed = [entry.id for entry in visit.choice.listed(visit.entries)]
        visit.choice.search(listed, searched=detail(event, "searched") == "yes")
        return _state(visit)

    def choose_only(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        visit = visit_of(visitors, request)
        visit.choice.only(detail(event, "article"), visit.entries)
        return _state(visit)

    def draw(event: gr.EventData, request: gr.Request) -> str:
        """List what has some words in its title, in an order."""
        visit = visit_of(visitors, request)
        visit.choice.draw(detail(event, "words"), detail(event, "order"))
        return list_articles(visit)

    _wire_removal(parts, visitors)
    shown = [parts.articles, parts.scope]
    # Two boxes that are ticked one after the other are two choices.
    each = {**QUICK, "trigger_mode": "multiple"}
    parts.bar.choose(choose, None, shown, **each)
    parts.bar.choose_all(choose_all, None, shown, **each)
    parts.bar.choose_only(choose_only, None, shown, **each)
    parts.bar.draw(draw, None, parts.articles, **{**QUICK, "trigger_mode": "always_last"})


def _wire_removal(parts: Parts, visitors: Visitors) -> None:
    def remove(event: gr.EventData, request: gr.Request) -> tuple[str, str, Any]:
        visit = visit_of(visitors, request)
        try:
            visit.remove(detail(event, "article"))
        except LibraryError as error:
            return *_state(visit), line("refused", _("Not removed: {why}.", why=error))
        return *_state(visit), _going(visit)

    def undo(request: gr.Request) -> tuple[str, str, str]:
        visit = visit_of(visitors, request)
        brought = visit.undo()
        said = line("added", _("“{title}” is back.", title=brought.title)) if brought else ""
        return *_state(visit), _going(visit) or said

    shown = [parts.articles, parts.scope, parts.added]
    parts.bar.remove(remove, None, shown, **QUICK)
    parts.bar.undo(undo, None, shown, **QUICK)


def _going(visit: Visit) -> str:
    """Return what is being added; what was added before is told no more."""
    return show_adding(visit.adding) if visit.adding.is_going else ""


def _state(visit: Visit) -> tuple[str, str]:
    return list_articles(visit), describe_scope(visit)
