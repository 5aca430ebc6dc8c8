"""When somebody judges an answer, takes the conversation along or begins a new one."""

from __future__ import annotations

from html import escape
from threading import Lock

import gradio as gr

from ui.feedback.opinions import BAD, GOOD, WITHDRAWN, WRONG_CITATION, feedback_folder, record
from ui.page import conversation
from ui.page.events.visits import QUICK, visit_of
from ui.page.layout import Parts
from ui.page.render.messages import Message, exported
from ui.page.visits.visitors import Visitors

_SAVE = "(text) => document.dispatchEvent(new CustomEvent('export', {detail: text}))"

_OPINIONS = {True: GOOD, False: BAD, WRONG_CITATION.capitalize(): WRONG_CITATION, "": WITHDRAWN}
"""Opinions as the conversation's buttons send them."""

_SAVED = {
    GOOD: "Saved: a good answer.",
    BAD: "Saved: not a good answer.",
    WRONG_CITATION: "Saved: the citation is wrong.",
    WITHDRAWN: "Taken back.",
}

_ONLY_THE_QUESTION = " Only the question is kept, not what comes from articles that you added."


def wire_answers(parts: Parts, visitors: Visitors) -> None:
    """Keep opinions, hand out the conversation as a file, and clear it."""
    one_at_a_time = Lock()

    def judge(event: gr.LikeData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        at = conversation.exchange_at(visit, event.index)
        opinion = _OPINIONS.get(event.liked)
        answer = visit.exchanges[at].answer if at is not None else None
        if at is None or answer is None or opinion is None:
            return ""
        exchange = visit.exchanges[at]
        try:
            with one_at_a_time:
                if opinion != exchange.opinion:  # Gradio tells some of them twice
                    turns, own = visit.turns(at, own=False), visit.brought
                    record(opinion, exchange.id, answer, turns, feedback_folder(), private=own)
                    exchange.opinion = opinion
        except OSError as error:
            reason = escape(f"Not saved: {error.strerror}, {feedback_folder()}.")
            return f'<p class="refused" role="alert">{reason}</p>'
        hidden = opinion != WITHDRAWN and visit.rests_on_own(answer)
        kept = _ONLY_THE_QUESTION if hidden else ""
        return f'<p class="added" role="status">{_SAVED[opinion]}{kept}</p>'

    def export(request: gr.Request) -> str:
        exchanges = visit_of(visitors, request).exchanges
        return exported([(e.question, e.answer) for e in exchanges if e.answer])

    def begin_anew(request: gr.Request) -> tuple[list[Message], str]:
        visit_of(visitors, request).exchanges = []
        return [], ""

    parts.chat.like(judge, None, parts.note, **QUICK)
    parts.bar.fresh(begin_anew, None, [parts.chat, parts.note], **QUICK)
    saved = parts.bar.export(export, None, parts.payload, **QUICK)
    saved.then(None, parts.payload, None, js=_SAVE)
