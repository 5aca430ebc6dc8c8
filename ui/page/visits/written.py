"""A visit as it is written down and read again: as JSON, with articles by their ids alone.

Who goes on with a visit in another process has all of it: an answer is the answer that was given,
with its citations, and can be judged, pinned, exported and followed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.errors import LibraryError
from index.types import Article, Json
from rag.listing.types import Comparison, Listing
from rag.types import Answer, Claim
from ui.page.keeping.keeper import shown_of, taken, told_of
from ui.page.keeping.retold import answer_of
from ui.page.visits.choice import Order
from ui.page.visits.talk import Exchange, Talk
from ui.page.visits.visit import Visit

Mark = tuple[object, ...]
"""Tells two states of a conversation apart that have to be written down both."""

_KINDS = {kind.__name__: kind for kind in (Answer, Listing, Comparison)}


def talks_of(visit: Visit) -> dict[str, Talk]:
    """Return the conversations of a visit by their ids, the open one last."""
    return {**visit.past, visit.talk.id: visit.talk}


def is_blank(visit: Visit) -> bool:
    """Tell whether nothing of a visit would be missed."""
    choice = visit.choice
    return visit.is_empty and not (visit.past or choice.left_out or choice.words)


def mark_of(talk: Talk) -> Mark:
    """Return what changes whenever there is something new to be written of a conversation."""
    said = ((e.id, e.state, e.opinion, e.shown is None, len(e.own)) for e in talk.exchanges)
    return talk.id, talk.revision, talk.unsaved, *said


def state_json(visit: Visit) -> str:
    """Return all of a visit but what was said."""
    choice = visit.choice
    told = {
        "open": visit.talk.id,
        "talks": list(talks_of(visit)),
        "brought": sorted(visit.brought),
        "unread": visit.unread,
        "kept": sorted(visit.kept),
        "removed": visit.removed.id if visit.removed else None,
        "left_out": sorted(choice.left_out),
        "front": sorted(choice.front),
        "words": choice.words,
        "order": choice.order.value,
    }
    return json.dumps(told, sort_keys=True)


def talk_json(talk: Talk, visit: Visit) -> str:
    """Return a conversation."""
    told = {
        "revision": talk.revision,
        "unsaved": talk.unsaved,
        "exchanges": [_exchange_json(each, visit) for each in talk.exchanges],
    }
    return json.dumps(told)


def read_into(visit: Visit, state: Json, talks: Mapping[str, str]) -> None:
    """Bring a visit to the state that was written down. Its own library is open.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` where that is not whole.
    """
    own = {entry.id for entry in visit.entries if visit.owns(entry.id)}
    visit.brought = set(state.get("brought", ())) | own
    visit.unread = dict(state.get("unread", {}))
    visit.kept = set(state.get("kept", ()))
    removed = state.get("removed")
    visit.removed = next((e for e in visit.library.entries if e.id == removed), None)
    choice = visit.choice
    choice.left_out = set(state.get("left_out", ()))
    choice.front = frozenset(state.get("front", ()))
    choice.words, choice.order = state.get("words", ""), Order(state.get("order", Order.ADDED))
    read = {id_: _talk(id_, talks[id_], visit) for id_ in state.get("talks", ()) if id_ in talks}
    opened = state.get("open", "")
    visit.talk = read.pop(opened) if opened in read else Talk()
    visit.past = read


def _talk(id_: str, body: str, visit: Visit) -> Talk:
    told = json.loads(body)
    article = cache(visit.library.article)
    exchanges = [_exchange(each, article) for each in told["exchanges"]]
    return Talk(exchanges, id_, told["revision"], told["unsaved"])


def _exchange_json(exchange: Exchange, visit: Visit) -> Json:
    return {
        "told": told_of(exchange, visit),
        "state": exchange.state,
        "opinion": exchange.opinion,
        "own": sorted(exchange.own),
        "shown": shown_of(exchange),
        "record": taken(exchange),
        "kept": exchange.kept is not None,
        "answer": _answer_json(exchange.answer) if exchange.answer else None,
    }


def _exchange(written: Json, article: Callable[[str], Article]) -> Exchange:
    told = written["told"]
    exchange = Exchange(
        told["question"],
        # Who was answering is not there any more.
        state="stopped" if written["state"] == "asked" else written["state"],
        failure=told["failure"],
        opinion=written["opinion"],
        shown=written["shown"],
        id=told["id"],
        follow_up=told["follow_up"],
        at=told["at"],
        own=frozenset(written["own"]),
        kept=told if written["kept"] else None,
    )
    if exchange.kept is None and written["answer"]:
        try:
            exchange.answer = _answer(written["answer"], article)
        except (LibraryError, ValidationError):  # an article is not there any more
            exchange.kept = told
    if exchange.kept is not None and written["record"]:
        exchange.answer = answer_of(written["record"]["answer"])
    return exchange


def _answer_json(answer: Answer) -> Json:
    kind = type(answer).__name__
    told = _adapter(kind).dump_python(answer, mode="json")
    return {"kind": kind, "answer": _each_article(told, lambda article: article["id"])}


def _answer(written: Json, article: Callable[[str], Article]) -> Answer:
    told = _each_article(written["answer"], article)
    return _adapter(written["kind"]).validate_python(told)


def _each_article(told: Any, make: Callable[[Any], Any]) -> Any:
    """Return the same with something else in the place of each article."""
    if isinstance(told, dict):
        return {
            name: make(value) if name == "article" else _each_article(value, make)
            for name, value in told.items()
        }
    return [_each_article(each, make) for each in told] if isinstance(told, list) else told


@cache
def _adapter(kind: str) -> TypeAdapter[Answer]:
    adapter: TypeAdapter[Answer] = TypeAdapter(_KINDS[kind], config=None)
    adapter.rebuild(force=True, _types_namespace={"Claim": Claim})
    return adapter
