"""From a question to what the page shows, step by step. Ready for answers that come slowly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from time import monotonic, sleep

from index.errors import PullquoteError, QuestionError
from index.library import Library
from index.speaking.words import N_, _
from rag import Answer, Model, Turn, ask, ask_stream
from rag.question.checks import check_question
from ui.page.render.messages import Message, answered, asked, begun, note, searching, writing
from ui.page.visits.visit import MAX_EXCHANGES, Exchange, Visit

STEP_SECONDS = 0.12
"""The least time between two steps: an eye, and a screen reader, can follow eight a second."""

STOPPED = N_("Stopped. What was answered so far stays.")
BROKEN = N_("Something went wrong while answering. Ask it again with Retry, below.")
NO_ARTICLES = N_("No article is chosen: choose at least one under Articles.")

Stopped = Callable[[], bool]
"""Tells whether nobody waits for the answer any more."""

Answers = Callable[
    [str, Library, Sequence[Turn], Collection[str] | None, Stopped, bool | None],
    Iterator[Answer],
]
"""Question, library, history, articles to search, and whether it is to be a follow-up (None: as its
words say) → an answer, again and again, ever longer.

The last one is the whole answer. One without claims says where it is going to be found.
"""


def extractive(
    question: str,
    library: Library,
    history: Sequence[Turn],
    within: Collection[str] | None,
    stopped: Stopped,
    follow_up: bool | None = None,
) -> Iterator[Answer]:
    """Answer with ``ask``, one statement after the other."""
    whole = ask(question, library=library, history=history, within=within, follow_up=follow_up)
    yield from partial_answers(whole)


def written_by(model: Model, *, always_ask: bool) -> Answers:
    """Return what has a language model answer; what it writes is checked before it is shown."""

    def answers(
        question: str,
        library: Library,
        history: Sequence[Turn],
        within: Collection[str] | None,
        stopped: Stopped,
        follow_up: bool | None = None,
    ) -> Iterator[Answer]:
        return ask_stream(
            question,
            library=library,
            history=history,
            within=within,
            model=replace(model, stopped=stopped),
            always_ask=always_ask,
            follow_up=follow_up,
        )

    return answers


def partial_answers(whole: Answer) -> Iterator[Answer]:
    """Yield an answer as it would be given: one statement, two, at last all of it."""
    for count in range(1, len(whole.claims)):
        claims = whole.claims[:count]
        cited = tuple(c for claim in claims for c in claim.citations)
        yield replace(whole, claims=claims, citations=cited, unanswered=())
    yield whole


def begin(
    visit: Visit, question: str, at: int | None = None, *, follow_up: bool | None = None
) -> Exchange:
    """Put a question into the conversation: at its end, or at ``at`` in place of what was there.

    Raises:
        QuestionError: nothing was asked, or too much, or no article is chosen.
    """
    text = check_question(question)
    if not visit.chosen:
        raise QuestionError(_(NO_ARTICLES))
    exchange = Exchange(text, follow_up=follow_up)
    before = visit.exchanges if at is None else visit.exchanges[:at]
    visit.exchanges = [*before, exchange][-MAX_EXCHANGES:]
    return exchange


def waiting(visit: Visit) -> Exchange | None:
    """Return the question that has not been answered yet, if there is one."""
    last = visit.exchanges[-1] if visit.exchanges else None
    return last if last and last.state == "asked" and last.answer is None else None


def give(
    visit: Visit, exchange: Exchange, answers: Answers, *, failed: bool = False
) -> Iterator[Answer | None]:
    """Answer a question; yields None before the first word, then the answer as far as it is.

    Whatever is meant for the user's eyes becomes part of the conversation; ``failed``: and what a
    language model wrote that did not pass the check.
    """
    before = 0 if exchange.by_itself else visit.exchanges.index(exchange)
    history = visit.turns(before)
    asked = (exchange.question, visit.library, history, visit.within)
    followed = (each.own for each in visit.exchanges[:before])
    exchange.own = visit.own_chosen.union(*followed)

    def stopped() -> bool:
        return exchange.state != "asked" or visit.over

    yield None
    try:
        for answer in _paced(answers(*asked, stopped, exchange.follow_up)):
            if exchange.state != "asked":
                return
            exchange.answer = answer
            yield answer
        exchange.own |= visit.own_chosen  # one may have come in meanwhile
        if exchange.answer:
            exchange.shown = answered(
                exchange.answer,
                visit.library,
                failed=failed,
                again=exchange.id,
                by_itself=exchange.by_itself,
            )
            exchange.state = "answered"
    except PullquoteError as error:
        exchange.state, exchange.failure = "failed", str(error)
    yield exchange.answer


def _paced(answers: Iterator[Answer]) -> Iterator[Answer]:
    """Hand on an answer at most every ``STEP_SECONDS``."""
    last = 0.0
    for answer in answers:
        wait = last + STEP_SECONDS - monotonic()
        if wait > 0:
            sleep(wait)
        last = monotonic()
        yield answer


def stop(visit: Visit) -> None:
    """Stop answering; what is there stays."""
    exchange = visit.exchanges[-1] if visit.exchanges else None
    if exchange and exchange.state == "asked":
        exchange.state = "stopped"


def break_off(visit: Visit) -> None:
    """Note that answering failed in a way that nobody foresaw."""
    exchange = waiting(visit)
    if exchange:
        exchange.state, exchange.failure = "failed", _(BROKEN)


def messages(visit: Visit) -> list[Message]:
    """Return the whole conversation as it is shown."""
    return [message for exchange in visit.exchanges for message in _shown(exchange, visit)]


def exchange_at(visit: Visit, index: object) -> int | None:
    """Return which exchange the message at ``index`` belongs to."""
    owners = [
        number for number, exchange in enumerate(visit.exchanges) for __ in _shown(exchange, visit)
    ]
    if not isinstance(index, int) or not 0 <= index < len(owners):
        return None
    return owners[index]


def exchange_with(visit: Visit, id_: str) -> int | None:
    """Return the place of the exchange with an id; None if there is none."""
    return next((n for n, exchange in enumerate(visit.exchanges) if exchange.id == id_), None)


def _shown(exchange: Exchange, visit: Visit) -> list[Message]:
    shown = [asked(exchange.question)]
    if exchange.shown:
        return [*shown, exchange.shown]
    if exchange.answer and exchange.answer.claims:
        shown.append(begun(exchange.answer))
    if exchange.state == "stopped":
        return [*shown, note(_(STOPPED), "stopped")]
    if exchange.state == "failed":
        return [*shown, note(exchange.failure, "failure")]
    if exchange.answer is None:
        return [*shown, searching(len(visit.chosen))]
    return shown if exchange.answer.claims else [*shown, writing(exchange.answer)]
