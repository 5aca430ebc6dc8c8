"""When somebody asks, asks again or stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import gradio as gr

from index.errors import QuestionError
from index.speaking.words import _
from ui.page import conversation
from ui.page.conversation import Answers
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import Parts
from ui.page.render.markdown import address_of
from ui.page.render.messages import Message
from ui.page.render.viewer import empty, show_source
from ui.page.source.beside import Beside
from ui.page.visits.talk import Talk
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

_BUSY = "() => document.dispatchEvent(new Event('asked'))"
_DONE = "() => document.dispatchEvent(new Event('answered'))"

Asked = tuple[Any, Any, str]

Save = Callable[[Visit, Talk, gr.Request], None]
"""Keeps a conversation as it is now, for whoever sends the request."""


def wire_questions(
    parts: Parts, visitors: Visitors, answers: Answers, save: Save, *, failed: bool, at_once: int
) -> None:
    """Take questions from the box, an example, an edit or a retry; answer them step by step.

    What was asked and answered is handed to ``save``, whatever became of it.
    """
    chat, box = parts.chat, parts.box

    def put(question: str, request: gr.Request) -> Asked:
        return _begin(visit_of(visitors, request), question)

    def put_example(event: gr.SelectData, request: gr.Request) -> Asked:
        value = event.value if isinstance(event.value, dict) else {}
        return _begin(visit_of(visitors, request), value.get("text", ""))

    def put_option(event: gr.SelectData, request: gr.Request) -> Asked:
        return _begin(visit_of(visitors, request), event.value)

    def answer(request: gr.Request) -> Iterator[tuple[Any, Any]]:
        visit = visit_of(visitors, request)
        talk = visit.talk
        save(visit, talk, request)
        try:
            yield from _answer(visit, answers, failed)
        finally:
            save(visit, talk, request)

    def break_off(request: gr.Request) -> list[Message]:
        visit = visit_of(visitors, request)
        conversation.break_off(visit)
        save(visit, visit.talk, request)
        return conversation.messages(visit)

    def stop(request: gr.Request) -> tuple[Any, list[Message]]:
        visit = visit_of(visitors, request)
        conversation.stop(visit)
        save(visit, visit.talk, request)
        return _idle(), conversation.messages(visit)

    outputs = [box, chat, parts.note]
    begun = [
        box.submit(put, box, outputs, **QUICK),
        chat.example_select(put_example, None, outputs, **QUICK),
        chat.option_select(put_option, None, outputs, **QUICK),
        *_wire_again(parts, visitors, outputs),
    ]
    running = []
    for start in begun:
        start.then(None, None, None, js=_BUSY)
        run = start.then(
            answer,
            None,
            [chat, parts.viewer],
            concurrency_limit=at_once,
            concurrency_id="answer",
            show_progress="minimal",
            show_progress_on=chat,
            api_visibility="private",
        )
        # Neither of them runs in both cases.
        broken = run.failure(break_off, None, chat, **QUICK)
        for end in (run, broken):
            end.then(_idle, None, box, **QUICK).then(None, None, None, js=_DONE)
        running.append(run)
    stopped = box.stop(stop, None, [box, chat], cancels=running, **QUICK)
    stopped.then(None, None, None, js=_DONE)


def _wire_again(parts: Parts, visitors: Visitors, outputs: list[Any]) -> list[Any]:
    """Take questions that were asked before: a retry, an edit, one asked by itself."""

    def put_again(event: gr.RetryData, request: gr.Request) -> Asked:
        visit = visit_of(visitors, request)
        at = conversation.exchange_at(visit, event.index)
        if at is None:
            return _begin(visit, "")
        exchange = visit.exchanges[at]
        return _begin(visit, exchange.question, at, follow_up=exchange.follow_up)

    def put_edited(event: gr.EditData, request: gr.Request) -> Asked:
        visit = visit_of(visitors, request)
        at = conversation.exchange_at(visit, event.index)
        return _begin(visit, event.value, at)

    def put_otherwise(event: gr.EventData, request: gr.Request) -> Asked:
        """Ask it by itself, or again as a follow-up."""
        visit = visit_of(visitors, request)
        at = conversation.exchange_with(visit, detail(event, "exchange"))
        if at is None:
            return _begin(visit, "")
        exchange = visit.exchanges[at]
        return _begin(visit, exchange.question, at, follow_up=exchange.by_itself)

    return [
        parts.chat.retry(put_again, None, outputs, **QUICK),
        parts.chat.edit(put_edited, None, outputs, **QUICK),
        parts.bar.again(put_otherwise, None, outputs, **QUICK),
    ]


def _begin(
    visit: Visit, question: object, at: int | None = None, *, follow_up: bool | None = None
) -> Asked:
    """Put a question into the conversation, or say why not; then what is shown stays.

    A visit that was forgotten meanwhile has no conversation: nothing, not an empty one, is sent.
    """
    try:
        text = question if isinstance(question, str) else ""
        conversation.begin(visit, text, at, follow_up=follow_up)
    except QuestionError as error:
        said = f'<p class="refused" role="alert">{escape(str(error))}</p>'
        return gr.skip(), conversation.messages(visit) or gr.skip(), said
    return (
        gr.update(value="", submit_btn=False, stop_btn=_("Stop")),
        conversation.messages(visit),
        "",
    )


def _idle() -> Any:
    return gr.update(submit_btn=_("Ask"), stop_btn=False)


def _answer(visit: Visit, answers: Answers, failed: bool) -> Iterator[tuple[Any, Any]]:
    """Yield the conversation and the source panel: the evidence, then the words."""
    exchange = conversation.waiting(visit)
    if exchange is None:
        yield gr.skip(), gr.skip()  # without any step the page would be emptied
        return
    shown, talk = None, visit.talk
    for answer in conversation.give(visit, exchange, answers, failed=failed):
        if visit.talk is not talk:  # another conversation was opened: this one goes on unseen
            yield gr.skip(), gr.skip()
            continue
        first = answer.citations[0] if answer and answer.citations else None
        if first and address_of(first) != shown:
            shown = address_of(first)
            beside = Beside(tuple(map(address_of, answer.citations if answer else ())))
            yield gr.skip(), show_source(first.article, visit.library, shown, beside, focus=False)
        yield conversation.messages(visit), gr.skip()
    if exchange.answer and not exchange.answer.citations and visit.talk is talk:
        yield gr.skip(), empty()  # a mark of the answer before would look like evidence
