"""When somebody pins a quote, or writes, moves or removes a clipping."""

from __future__ import annotations

import json
from collections.abc import Callable

import gradio as gr

from index.speaking.words import N_, _
from ui.keeping.clips import Clip
from ui.keeping.recheck import Found, Recheck
from ui.keeping.records import clip_of
from ui.keeping.store import KeepError
from ui.page.conversation import exchange_with
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.keeping.keeper import DAMAGED, Keeper, owner_in, taken
from ui.page.keeping.lists import line, list_clips
from ui.page.layout import Parts
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

PINNED = N_("Pinned: it is under Clippings.")
UNPINNED = N_("Taken off the clippings.")

Act = Callable[[str, str], None]
"""Does something with an owner's clipping, by its id."""


def wire_board(parts: Parts, visitors: Visitors, keeper: Keeper) -> None:
    """Keep the board of clippings."""
    clips = keeper.clips
    script, board = parts.keeping.script, parts.keeping.board

    def pin(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        visit, owner = visit_of(visitors, request), owner_in(request)
        try:
            said = _pin(keeper, visit, owner, detail(event, "exchange"), detail(event, "number"))
        except KeepError as error:
            return line(str(error)), clip_board(keeper, visit, owner)
        return said, clip_board(keeper, visit, owner)

    def act(do: Act) -> Callable[[gr.EventData, gr.Request], str]:
        def acted(event: gr.EventData, request: gr.Request) -> str:
            visit, owner = visit_of(visitors, request), owner_in(request)
            try:
                write_notes(keeper, owner, detail(event, "notes"))
                do(owner, detail(event, "clip"))
            except KeepError as error:
                return clip_board(keeper, visit, owner, str(error))
            return clip_board(keeper, visit, owner)

        acted.__annotations__ = {"event": gr.EventData, "request": gr.Request}
        return acted

    def note(event: gr.EventData, request: gr.Request) -> str:
        try:
            write_notes(keeper, owner_in(request), detail(event, "notes"))
        except KeepError as error:
            return line(str(error))
        return gr.skip()  # type: ignore[no-any-return]

    script.clips_shown(act(lambda owner, id_: None), None, board, **QUICK)
    script.clip_pinned(pin, None, [parts.note, board], **QUICK)
    script.clip_up(act(lambda owner, id_: clips.move(owner, id_, -1)), None, board, **QUICK)
    script.clip_down(act(lambda owner, id_: clips.move(owner, id_, 1)), None, board, **QUICK)
    script.clip_removed(act(clips.remove), None, board, **QUICK)
    script.clip_undone(act(lambda owner, id_: clips.undo(owner)), None, board, **QUICK)
    script.clip_noted(note, None, parts.note, **QUICK)


def _pin(keeper: Keeper, visit: Visit, owner: str, exchange_id: str, number: str) -> str:
    """Pin a quote of the open conversation, or take it off again; returns what is to be said."""
    mark = f"{exchange_id}-{number}"
    for clip in keeper.clips.board(owner) if owner else ():
        if clip.mark == mark:
            keeper.clips.remove(owner, clip.id)
            return _done(_(UNPINNED))
    at = exchange_with(visit, exchange_id)
    record = taken(visit.exchanges[at]) if at is not None else None
    found = clip_of(record, int(number)) if record and number.isdecimal() else None
    if found is None:
        raise KeepError(_("this quote is not there any more: ask again"))
    keeper.clips.pin(owner, mark, found)
    return _done(_(PINNED))


def _done(said: str) -> str:
    return f'<p class="added" role="status">{said}</p>'


def write_notes(keeper: Keeper, owner: str, notes: str) -> None:
    """Write what the page has not sent yet: texts by the ids of their clippings, as JSON."""
    try:
        told = json.loads(notes) if notes else {}
    except (ValueError, RecursionError):
        return
    for id_, text in told.items() if isinstance(told, dict) else ():
        if isinstance(text, str):
            keeper.clips.annotate(owner, id_, text)


def clip_board(keeper: Keeper, visit: Visit, owner: str, problem: str = "") -> str:
    """Return an owner's board as it is shown."""
    clips: list[Clip] = []
    found: list[Found] = []
    removed = False
    try:
        if owner:
            clips, removed = keeper.clips.board(owner), keeper.clips.removed(owner)
        recheck = Recheck(visit.library)
        found = [recheck.citation(c.record["citation"], c.record["article"]) for c in clips]
        return list_clips(clips, found, removed=removed, problem=problem)
    except KeepError as error:
        return list_clips([], [], removed=False, problem=str(error))
    except DAMAGED:
        return list_clips([], [], removed=False, problem=_("A clipping is damaged: see the log."))
