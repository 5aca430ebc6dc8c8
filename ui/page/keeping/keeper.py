"""What a visit keeps: its conversations are saved as they go on, and opened again.

An answer for which articles of one visit alone were searched is not written down: it stays with the
visit, and only its question is kept.
"""

from __future__ import annotations

import gradio as gr

from index.speaking.words import _
from index.types import Json
from ui.keeping.clips import Clips
from ui.keeping.owner import COOKIE, owner_of
from ui.keeping.recheck import Recheck
from ui.keeping.records import record_of
from ui.keeping.store import KeepError, Storage
from ui.keeping.talks import Kept, Talks
from ui.page.conversation import STOPPED
from ui.page.keeping.retold import restored
from ui.page.render.markdown import block, literal
from ui.page.render.messages import Message, begun
from ui.page.visits.talk import Talk
from ui.page.visits.visit import Exchange, Visit

DAMAGED = (KeyError, TypeError, ValueError, StopIteration, AttributeError)
"""What reading a conversation raises that somebody has changed."""


class Keeper:
    """Conversations and clippings of all visitors. ``history``: whether conversations are kept."""

    def __init__(self, store: Storage, *, history: bool = True) -> None:
        self.history = history
        self.talks = Talks(store)
        self.clips = Clips(store)
        self._store = store

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlives the server."""
        return self._store.lasting

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def save(self, visit: Visit, talk: Talk, owner: str) -> None:
        """Keep a conversation as it is; what keeps it from being kept is noted in it."""
        if not self.history or not owner or not talk.exchanges:
            return
        with talk.saving:
            try:
                told = [told_of(each, visit) for each in talk.exchanges]
                words = " ".join(map(_words, told))
                saved = self.talks.save(owner, talk.id, talk.revision, told, words)
                talk.id, talk.revision = saved
                talk.unsaved = ""
            except KeepError as error:
                talk.unsaved = str(error)

    def open(self, visit: Visit, id_: str, owner: str) -> bool:
        """Open a kept conversation in a visit, its quotes checked again; False if there is none.

        Raises:
            KeepError: it cannot be read.
        """
        loaded = self.talks.load(owner, id_) if self.history and owner else None
        if loaded is None:
            return False
        kept, told = loaded
        talk = visit.talk if visit.talk.id == id_ else visit.past.get(id_) or Talk(id=id_)
        if not talk.unsaved:  # else the visit knows more of it than the store
            talk.exchanges = self._read(kept, told, talk, Recheck(visit.library))
            talk.revision = kept.revision
        if talk is not visit.talk:
            visit.begin_anew(talk)
        visit.past.pop(id_, None)
        return True

    def _read(self, kept: Kept, told: list[Json], talk: Talk, recheck: Recheck) -> list[Exchange]:
        """Return the questions of a conversation; what was not written down, from the visit."""
        here = {each.id: each for each in talk.exchanges}
        exchanges = []
        try:
            for each in told:
                known = here.get(each["id"])
                if known and (each["hidden"] or known.state == "asked"):
                    exchanges.append(known)
                else:
                    exchanges.append(restored(each, recheck))
        except DAMAGED as error:
            raise KeepError(
                _("“{title}” is damaged and cannot be read", title=kept.title)
            ) from error
        return exchanges

    def reopen(self, visit: Visit, id_: str, owner: str) -> None:
        """Open what a page showed before it was loaded again, if this visit is a new one."""
        if visit.is_empty and id_:
            try:
                self.open(visit, id_, owner)
            except KeepError as error:
                visit.talk.unsaved = str(error)


def owner_in(request: gr.Request) -> str:
    """Return whose browser sent a request; "" if it has no key."""
    cookies = getattr(request, "cookies", None)
    return owner_of(cookies.get(COOKIE)) if cookies is not None else ""


def taken(exchange: Exchange) -> Json | None:
    """Return an answer as it is taken along; None where there is none."""
    if exchange.kept is not None:
        record: Json | None = exchange.kept.get("record")
        return record
    answer = exchange.answer
    if answer is None or not (answer.claims or exchange.state == "answered"):
        return None
    return record_of(answer)


def told_of(exchange: Exchange, visit: Visit) -> Json:
    """Return a question with its answer as it is kept."""
    if exchange.kept is not None:
        return exchange.kept
    hidden = bool(visit.of_this_visit(exchange.own) - visit.kept)
    state = "stopped" if exchange.state == "asked" else exchange.state
    return {
        "id": exchange.id,
        "question": exchange.question,
        "at": exchange.at,
        "follow_up": exchange.follow_up,
        "state": state,
        "failure": exchange.failure,
        "hidden": hidden,
        "shown": None if hidden else shown_of(exchange),
        "record": None if hidden else taken(exchange),
    }


def shown_of(exchange: Exchange) -> Message | None:
    """Return an answer's message; of one that was broken off, what was said of it."""
    if exchange.shown or not exchange.answer or not exchange.answer.claims:
        return exchange.shown
    said = begun(exchange.answer)
    return {**said, "content": f"{said['content']}\n\n{block('stopped', literal(_(STOPPED)))}"}


def _words(told: Json) -> str:
    """Return what a search for a conversation looks at."""
    record = told["record"]
    said = record["answer"]["text"] if record else ""
    return f"{told['question']} {said}"
