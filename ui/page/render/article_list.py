"""The list of articles: what is there, which of it is searched, what has just been removed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from html import escape

from index.types import Entry
from ui.page.visits.visit import Visit

FOR_VISIT = "until 15 minutes after you close this tab"
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
    what = "article" if total == 1 else "articles"
    if chosen == total:
        return f"Searching {'' if total == 1 else 'all '}{total:,} {what}"
    return f"Searching {chosen:,} of {total:,} {what}" if chosen else "No article is chosen"


def _found(words: str, found: int, total: int) -> str:
    if not words.strip():
        return ""
    said = f"{found:,} of {total:,} have it in their title" if found else "No title has it"
    return f'<p class="rest" role="status">{said}: “{escape(words.strip())}”.</p>'


def _rest(more: int) -> str:
    if more <= 0:
        return ""
    return f'<p class="rest">… and {more:,} more: filter by title to see them.</p>'


def _row(entry: Entry, *, searched: bool, own: bool, kept: bool, several: bool) -> str:
    name = escape(entry.title, quote=True)
    key = escape(entry.id, quote=True)
    checked = " checked" if searched else ""
    acts = _act("only", "Only this", key, f"Search only {name}") if several else ""
    acts += _act("remove", "Remove", key, f"Remove {name}") if own else ""
    return (
        f'<li><input type="checkbox" data-choose="{key}"{checked} aria-label="Search {name}">'
        f'<div><button type="button" class="title" data-open="{key}">{name}</button>'
        f'<p>{_about(entry, own, kept)}</p></div><div class="acts">{acts}</div></li>'
    )


def _act(what: str, said: str, key: str, name: str) -> str:
    return f'<button type="button" data-{what}="{key}" aria-label="{name}">{said}</button>'


def _about(entry: Entry, own: bool, kept: bool) -> str:
    parts = [
        f"published {escape(entry.published)}" if entry.published else "",
        f"added {_day(entry.added)}" + (" by you" if own else ""),
        _size(entry.characters),
        FOR_VISIT if own and not kept else "kept in your library" if kept else "",
    ]
    return " · ".join(filter(None, parts))


def _undo(removed: Entry | None) -> str:
    if removed is None:
        return ""
    title = escape(removed.title)
    return (
        f'<p class="undo" role="status">“{title}” was removed. '
        '<button type="button" data-undo>Undo</button></p>'
    )


def _day(moment: str) -> str:
    when = datetime.fromisoformat(moment)
    return f"{when.day} {when:%B %Y}"


def _size(characters: int) -> str:
    return f"{characters:,} characters"
