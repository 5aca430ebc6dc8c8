"""The chat page. Read ``build_page`` first: its parts, and what happens when they are used.

Every handler can be called by any program that reaches the page, so each takes from the browser
only what it checks: a question, an address, an id that the visit has to know. The conversation and
the articles themselves are kept on this side.
"""

from __future__ import annotations

import atexit
from functools import partial

import gradio as gr
from gradio.events import api

from index.apart.adding import Add, add_here
from index.library import Library
from index.parse.fetch import Fetching
from ui.api.endpoint import public_ask
from ui.keeping.store import Store
from ui.page.conversation import Answers, extractive
from ui.page.events.adding import wire_adding
from ui.page.events.answers import wire_answers
from ui.page.events.articles import wire_articles
from ui.page.events.citations import wire_places
from ui.page.events.drafts import wire_drafts
from ui.page.events.overviews import wire_overviews
from ui.page.events.questions import wire_questions
from ui.page.events.visits import wire_visits
from ui.page.keeping.board import wire_board
from ui.page.keeping.conversations import wire_conversations
from ui.page.keeping.keeper import Keeper, owner_in
from ui.page.keeping.taking import wire_taking
from ui.page.layout import lay_out
from ui.page.own_files import Page
from ui.page.visits.apart import KeepIn
from ui.page.visits.talk import Talk
from ui.page.visits.visit import Visit
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
    add: Add = add_here,
    keeper: Keeper | None = None,
    keep_in: KeepIn | None = None,
    links: Fetching | None = None,
    lasting: bool = False,
    language: str | None = None,
) -> Page:
    """Return the page over one library.

    ``answers`` is what answers a question; ``failed``: show what a language model wrote that did
    not pass the check; ``at_once``: how many questions are answered at the same time;
    ``add``: what adds the visitors' articles; ``keeper``: what keeps conversations and clippings,
    these alone and in memory if not given; ``keep_in``: where articles are kept, None for nowhere;
    ``links``: how addresses are fetched that visitors add, None for not at all; ``lasting``: visits
    are kept where the library is, if it is in a database; ``language`` is spoken to all visitors,
    if given, else to each what the browser asks for.
    """
    visitors = Visitors(library, add=add, keep_in=keep_in, lasting=lasting)
    keeper = keeper or Keeper(Store(None), history=False)
    atexit.register(visitors.close)
    atexit.register(keeper.close)
    with Page(title="Pullquote", analytics_enabled=False, delete_cache=UPLOADS_KEPT) as page:
        kept = {"history": keeper.history, "lasting": keeper.lasting}
        lay = partial(lay_out, library, **kept, keeps=bool(keep_in), links=links is not None)
        parts = lay()
        wire_visits(page, parts, visitors, partial(_reopen, keeper))
        save = partial(_save, keeper)
        wire_questions(parts, visitors, answers, save, failed=failed, at_once=at_once)
        wire_conversations(parts, visitors, keeper)
        wire_board(parts, visitors, keeper)
        wire_taking(parts, visitors, keeper)
        wire_answers(parts, visitors, library.beside)
        wire_places(parts, visitors)
        wire_adding(parts, visitors, page.received, links)
        wire_articles(parts, visitors)
        wire_drafts(parts, visitors, at_once=at_once)
        wire_overviews(parts, visitors)
        api(public_ask(library), api_name="ask", queue=False)
    page.language, page.lay = language, lay
    if visitors.place.lasting:
        page.settle = visitors.keep
    return page  # type: ignore[no-any-return]


def _save(keeper: Keeper, visit: Visit, talk: Talk, request: gr.Request) -> None:
    keeper.save(visit, talk, owner_in(request))


def _reopen(keeper: Keeper, visit: Visit, talk: str, request: gr.Request) -> None:
    keeper.reopen(visit, talk, owner_in(request))
