"""When somebody judges an answer."""

from __future__ import annotations

from html import escape
from threading import Lock

import gradio as gr

from index.backends.beside import Beside
from index.errors import LibraryError
from index.speaking.words import N_, _
from ui.feedback.opinions import WITHDRAWN, feedback_folder, record
from ui.page import conversation
from ui.page.events.visits import QUICK, visit_of
from ui.page.layout import Parts
from ui.page.render.opinions import SAVED, opinion_of
from ui.page.visits.visitors import Visitors

_AN_OLD_ONE = N_("This answer was given in another visit: ask it again to judge it.")

_ONLY_THE_QUESTION = N_("Only the question is kept, not what comes from articles that you added.")


def wire_answers(parts: Parts, visitors: Visitors, beside: Beside | None) -> None:
    """Keep opinions of answers: ``beside`` the articles, or in the user's data folder."""
    one_at_a_time = Lock()

    def judge(event: gr.LikeData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        at = conversation.exchange_at(visit, event.index)
        opinion = opinion_of(event.liked)
        answer = visit.exchanges[at].answer if at is not None else None
        if at is None or answer is None or opinion is None:
            return ""
        exchange = visit.exchanges[at]
        if exchange.kept is not None:
            return f'<p class="added" role="status">{_(_AN_OLD_ONE)}</p>'
        try:
            with one_at_a_time:
                if opinion != exchange.opinion:  # Gradio tells some of them twice
                    before = 0 if exchange.by_itself else at
                    turns, own = visit.turns(before, own=False), visit.brought
                    where = beside or feedback_folder()
                    record(opinion, exchange.id, answer, turns, where, private=own)
                    exchange.opinion = opinion
        except OSError as error:
            told = {"why": error.strerror, "folder": feedback_folder()}
            reason = escape(_("Not saved: {why}, {folder}.", **told))
            return f'<p class="refused" role="alert">{reason}</p>'
        except LibraryError as error:
            reason = escape(_("Not saved: {why}.", why=error))
            return f'<p class="refused" role="alert">{reason}</p>'
        hidden = opinion != WITHDRAWN and visit.rests_on_own(answer)
        kept = f" {_(_ONLY_THE_QUESTION)}" if hidden else ""
        return f'<p class="added" role="status">{_(SAVED[opinion])}{kept}</p>'

    parts.chat.like(judge, None, parts.note, **QUICK)
