"""When somebody looks for a conversation, opens it, renames it, deletes it or begins a new one."""

from __future__ import annotations

from typing import Any

import gradio as gr

from index.speaking.words import N_, _
from ui.keeping.clips import NO_KEY
from ui.keeping.store import KeepError
from ui.page.conversation import messages
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.keeping.keeper import Keeper, owner_in
from ui.page.keeping.lists import line, list_talks
from ui.page.layout import Parts
from ui.page.render.messages import Message
from ui.page.render.viewer import empty
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

LONGEST_SEARCH = 200

NOT_HERE = N_("This conversation is not kept any more.")


def wire_conversations(parts: Parts, visitors: Visitors, keeper: Keeper) -> None:
    """Keep the list of conversations, and open, rename and delete them."""

    def listed(event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        return talk_list(keeper, visit, owner_in(request), detail(event, "search"))

    def begin_anew(request: gr.Request) -> tuple[list[Message], str, str]:
        visit = visit_of(visitors, request)
        visit.begin_anew()
        return [], "", talk_list(keeper, visit, owner_in(request))

    def open_one(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        visit, owner = visit_of(visitors, request), owner_in(request)
        problem = ""
        try:
            if not keeper.open(visit, detail(event, "talk"), owner):
                problem = _(NOT_HERE)
        except KeepError as error:
            problem = str(error)
        shown = talk_list(keeper, visit, owner, detail(event, "search"), problem)
        if problem:
            return gr.skip(), line(problem), shown, gr.skip()
        return messages(visit), "", shown, empty()

    def rename(event: gr.EventData, request: gr.Request) -> str:
        visit, owner = visit_of(visitors, request), owner_in(request)
        try:
            keeper.talks.rename(owner, detail(event, "talk"), detail(event, "title"))
        except KeepError as error:
            return talk_list(keeper, visit, owner, problem=str(error))
        return talk_list(keeper, visit, owner, detail(event, "search"))

    def delete(event: gr.EventData, request: gr.Request) -> tuple[Any, str]:
        visit, owner = visit_of(visitors, request), owner_in(request)
        id_ = detail(event, "talk")
        try:
            deleted = keeper.talks.delete(owner, id_)
        except KeepError as error:
            return gr.skip(), talk_list(keeper, visit, owner, problem=str(error))
        was_open = bool(deleted) and visit.talk.id == id_
        if was_open:
            visit.begin_anew()
        shown = talk_list(keeper, visit, owner, detail(event, "search"))
        return ([] if was_open else gr.skip()), shown

    def undo(request: gr.Request) -> str:
        visit, owner = visit_of(visitors, request), owner_in(request)
        try:
            keeper.talks.undo(owner)
        except KeepError as error:
            return talk_list(keeper, visit, owner, problem=str(error))
        return talk_list(keeper, visit, owner)

    kept = parts.keeping
    shown = [parts.chat, parts.note, kept.talks]
    parts.bar.fresh(begin_anew, None, shown, **QUICK)
    kept.script.talks_shown(listed, None, kept.talks, **QUICK)
    kept.script.talk_opened(open_one, None, [*shown, parts.viewer], **QUICK)
    kept.script.talk_renamed(rename, None, kept.talks, **QUICK)
    kept.script.talk_deleted(delete, None, [parts.chat, kept.talks], **QUICK)
    kept.script.talk_undone(undo, None, kept.talks, **QUICK)


def talk_list(keeper: Keeper, visit: Visit, owner: str, search: str = "", problem: str = "") -> str:
    """Return the list of an owner's conversations as it is shown; "" where none are kept."""
    if not keeper.history:
        return ""
    talks, deleted = [], ""
    problem = problem or visit.talk.unsaved or ("" if owner else _(NO_KEY))
    try:
        if owner:
            talks = keeper.talks.listed(owner, search[:LONGEST_SEARCH])
            deleted = keeper.talks.deleted(owner)
    except KeepError as error:
        problem = str(error)
    return list_talks(
        talks,
        current=visit.talk.id,
        deleted=deleted,
        problem=problem,
        searched=bool(search.strip()),
    )
