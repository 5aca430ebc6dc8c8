"""When somebody follows a citation, or opens an article."""

from __future__ import annotations

import gradio as gr

from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import Parts
from ui.page.render.markdown import read_address
from ui.page.render.viewer import NOT_HERE, show_source
from ui.page.visits.visitors import Visitors


def wire_places(parts: Parts, visitors: Visitors) -> None:
    """Show in the source panel what is asked for, if this visitor may see it."""

    def cite(event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        place = read_address(detail(event, "place"))
        article = visit.find(place.article) if place else None
        return show_source(article, visit.library, place) if article else NOT_HERE

    def read(event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        wanted = detail(event, "article")
        known = any(entry.id == wanted for entry in visit.entries)
        return (
            show_source(visit.library.article(wanted), visit.library, None) if known else NOT_HERE
        )

    parts.bar.cite(cite, None, parts.viewer, **QUICK)
    parts.bar.read(read, None, parts.viewer, **QUICK)
