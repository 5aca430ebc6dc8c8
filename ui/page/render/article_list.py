"""The list of articles: what is there, which of it is searched, what has just been removed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from html import escape

from index.speaking.forms import day, number
from index.speaking.words import N_, _, ngettext
from index.types import Entry
from ui.page.render.markdown import html
from ui.page.visits.visit import Visit

FOR_VISIT = N_("until 15 minutes after you close this tab")
"""How long an article stays that is for a visit alone."""

SHOWN = 300
"""A longer list is cut: what is not shown is searched all the same, and found by its title."""


def list_articles(visit: Visit) -> str:
    """Return the list of a visitor's articles, each to be opened, chosen or removed."""
    entries, chosen = visit.entries, visit.chosen
    listed = visit.choice.listed(entries)
    several = len(entries) > 1
    rows = "".join(
        _row(
            entry,
            searched=entry.id in chosen,
            own=visit.owns(entry.id),
            kept=entry.id in visit.kept,
            several=several,
        )
        for entry in listed[:SHOWN]
    )
    few = "" if several else ' class="few"'
    found = _found(visit.choice.words, len(listed), len(entries))
    return f"{_undo(visit.removed)}{found}<ul{few}>{rows}</ul>{_rest(len(listed) - SHOWN)}"


def describe_scope(visit: Visit) -> str:
    """Return a button that says which articles are searched: ``Searching 2 of 3 articles``.

    It changes whenever the articles do that are searched, or those in front.
    """
    chosen, front = visit.chosen, (entry.id for entry in visit.in_front)
    state = hashlib.sha256("|".join((*sorted(chosen), "", *front)).encode()).hexdigest()[:16]
    said = _scope(len(chosen), len(visit.entries))
    return f'<button type="button" data-side="articles" data-of="{state}">{said}</button>'


def _scope(chosen: int, total: int) -> str:
    if chosen == total:
        return ngettext("Searching {count} article", "Searching all {count} articles", total)
    if not chosen:
        return _("No article is chosen")
    some = number(chosen)
    return ngettext(
        "Searching {some} of {count} article",
        "Searching {some} of {count} articles",
        total,
        some=some,
    )


def _found(words: str, found: int, total: int) -> str:
    if not words.strip():
        return ""
    told = {"words": words.strip(), "found": number(found), "total": number(total)}
    none, some = (
        N_("No title has it: “{words}”."),
        N_("{found} of {total} have it in their title: “{words}”."),
    )
    said = html(some, **told) if found else html(none, words=words.strip())
    return f'<p class="rest" role="status">{said}</p>'


def _rest(more: int) -> str:
    if more <= 0:
        return ""
    said = _("… and {count} more: filter by title to see them.", count=number(more))
    return f'<p class="rest">{said}</p>'


def _row(entry: Entry, *, searched: bool, own: bool, kept: bool, several: bool) -> str:
    name = escape(entry.title, quote=True)
    key = escape(entry.id, quote=True)
    checked = " checked" if searched else ""
    only, remove = _("Search only {title}", title=name), _("Remove {title}", title=name)
    acts = _act("only", _("Only this"), key, only) if several else ""
    acts += _act("remove", _("Remove"), key, remove) if own else ""
    search = _("Search {title}", title=name)
    return (
        f'<li><input type="checkbox" data-choose="{key}"{checked} aria-label="{search}">'
        f'<div><button type="button" class="title" dir="auto" data-open="{key}">{name}</button>'
        f'<p>{_about(entry, own, kept)}</p></div><div class="acts">{acts}</div></li>'
    )


def _act(what: str, said: str, key: str, name: str) -> str:
    return f'<button type="button" data-{what}="{key}" aria-label="{name}">{said}</button>'


def _about(entry: Entry, own: bool, kept: bool) -> str:
    added = _day(entry.added)
    parts = [
        _("published {date}", date=escape(entry.published)) if entry.published else "",
        _("added {date} by you", date=added) if own else _("added {date}", date=added),
        ngettext("{count} characters", "{count} characters", entry.characters),
        _(FOR_VISIT) if own and not kept else _("kept in your library") if kept else "",
    ]
    return " · ".join(filter(None, parts))


def _undo(removed: Entry | None) -> str:
    if removed is None:
        return ""
    said, back = html(N_("“{title}” was removed."), title=removed.title), _("Undo")
    return (
        f'<p class="undo" role="status">{said} <button type="button" data-undo>{back}</button></p>'
    )


def _day(moment: str) -> str:
    return day(datetime.fromisoformat(moment))
