"""The list of articles: what is there, which of it is searched, what has just been removed."""

from __future__ import annotations

from datetime import datetime
from html import escape

from index.types import Entry
from ui.page.visits.visit import Visit

FOR_VISIT = "until 15 minutes after you close this tab"
"""How long an article stays that is for a visit alone."""

SHOWN = 300
"""A longer list is cut; what is not shown is searched all the same."""


def list_articles(visit: Visit) -> str:
    """Return the list of a visitor's articles, each to be opened, chosen or removed."""
    entries = visit.entries
    chosen = visit.chosen
    rows = "".join(
        _row(entry, entry.id in chosen, visit.owns(entry.id), entry.id in visit.kept)
        for entry in entries[:SHOWN]
    )
    more = len(entries) - SHOWN
    rest = f'<p class="rest">… and {more:,} more, which are searched too.</p>' if more > 0 else ""
    return f"{_undo(visit.removed)}<ul>{rows}</ul>{rest}"


def describe_scope(visit: Visit) -> str:
    """Return in words which articles are searched: ``"Searching 2 of 3 articles"``."""
    total, chosen = len(visit.entries), len(visit.chosen)
    what = "article" if total == 1 else "articles"
    if chosen == total:
        return f"Searching {'' if total == 1 else 'all '}{total:,} {what}"
    return f"Searching {chosen:,} of {total:,} {what}" if chosen else "No article is chosen"


def _row(entry: Entry, searched: bool, own: bool, kept: bool) -> str:
    name = escape(entry.title, quote=True)
    key = escape(entry.id, quote=True)
    checked = " checked" if searched else ""
    remove = (
        f'<button type="button" data-remove="{key}" aria-label="Remove {name}">Remove</button>'
        if own
        else ""
    )
    return (
        f'<li><input type="checkbox" data-choose="{key}"{checked} aria-label="Search {name}">'
        f'<div><button type="button" class="title" data-open="{key}">{name}</button>'
        f"<p>{_about(entry, own, kept)}</p></div>{remove}</li>"
    )


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
