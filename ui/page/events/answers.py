"""When somebody judges an answer."""

from __future__ import annotations

from html import escape
from threading import Lock

import gradio as gr

from index.backends.beside import Beside
from index.errors import LibraryError
from ui.feedback.opinions import BAD, GOOD, WITHDRAWN, WRONG_CITATION, feedback_folder, record
from ui.page import conversation
from ui.page.events.visits import QUICK, visit_of
from ui.page.layout import Parts
from ui.page.visits.visitors import Visitors

_OPINIONS = {True: GOOD, False: BAD, WRONG_CITATION.capitalize(): WRONG_CITATION, "": WITHDRAWN}
"""Opinions as the conversation's buttons send them."""

_SAVED = {
    GOOD: "Saved: a good answer.",
    BAD: "Saved: not a good answer.",
    WRONG_CITATION: "Saved: the citation is wrong.",
    WITHDRAWN: "Taken back.",
}

_AN_OLD_ONE = "This answer was given in another visit: ask it again to judge it."

_ONLY_THE_QUESTION = " Only the question is kept, not what comes from articles that you added."


def wire_answers(parts: Parts, visitors: Visitors, beside: Beside | None) -> None:
    """Keep opinions of answers: ``beside`` the articles, or in the user's data folder."""
    one_at_a_time = Lock()

    def judge(event: gr.LikeData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        at = conversation.exchange_at(visit, event.index)
        opinion = _OPINIONS.get(event.liked)
        answer = visit.exchanges[at].answer if at is not None else None
        if at is None or answer is None or opinion is None:
            return ""
        exchange = visit.exchanges[at]
        if exchange.kept is not None:
            return f'<p class="added" role="status">{_AN_OLD_ONE}</p>'
        try:
            with one_at_a_time:
                if opinion != exchange.opinion:  # Gradio tells some of them twice
                    before = 0 if exchange.by_itself else at
                    turns, own = visit.turns(before, own=False), visit.brought
                    where = beside or feedback_folder()
                    record(opinion, exchange.id, answer, turns, where, private=own)
                    exchange.opinion = opinion
        except OSError as error:
            reason = escape(f"Not saved: {error.strerror}, {feedback_folder()}.")
            return f'<p class="refused" role="alert">{reason}</p>'
        except LibraryError as error:
            return f'<p class="refused" role="alert">{escape(f"Not saved: {error}.")}</p>'
        hidden = opinion != WITHDRAWN and visit.rests_on_own(answer)
        kept = _ONLY_THE_QUESTION if hidden else ""
        return f'<p class="added" role="status">{_SAVED[opinion]}{kept}</p>'

    parts.chat.like(judge, None, parts.note, **QUICK)
