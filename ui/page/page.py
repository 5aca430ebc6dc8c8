"""The chat page. Read ``build_page`` first: its parts, and what happens when they are used.

Every handler can be called by any program that reaches the page, so each takes from the browser
only what it checks: a question, an address, an id that the visit has to know. The conversation and
the articles themselves are kept on this side.
"""

from __future__ import annotations

import atexit

from gradio.events import api

from index.library import Library
from ui.api.endpoint import public_ask
from ui.page.conversation import Answers, extractive
from ui.page.events.answers import wire_answers
from ui.page.events.articles import wire_articles
from ui.page.events.citations import wire_places
from ui.page.events.questions import wire_questions
from ui.page.events.visits import wire_visits
from ui.page.layout import lay_out
from ui.page.own_files import Page
from ui.page.visits.visitors import Visitors

AT_ONCE = 4
"""How many questions are answered at the same time."""


UPLOADS_KEPT = (60, 600)
"""Seconds: how often uploads are looked for that no handler took, and how old those are that go."""


def build_page(
    library: Library,
    *,
    answers: Answers = extractive,
    failed: bool = False,
    at_once: int = AT_ONCE,
) -> Page:
    """Return the page over one library.

    ``answers`` is what answers a question; ``failed``: show what a language model wrote that did
    not pass the check; ``at_once``: how many questions are answered at the same time.
    """
    visitors = Visitors(library)
    atexit.register(visitors.close)
    with Page(title="Pullquote", analytics_enabled=False, delete_cache=UPLOADS_KEPT) as page:
        parts = lay_out(library)
        wire_visits(page, parts, visitors)
        wire_questions(parts, visitors, answers, failed=failed, at_once=at_once)
        wire_answers(parts, visitors)
        wire_places(parts, visitors)
        wire_articles(parts, visitors)
        api(public_ask(library), api_name="ask", queue=False)
    return page  # type: ignore[no-any-return]
