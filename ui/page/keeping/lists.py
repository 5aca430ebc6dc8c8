"""The list of conversations and the board of clippings, as HTML that is safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.speaking.forms import in_a_row
from index.speaking.words import N_, _, ngettext
from rag.answer.citation import spoken
from rag.answer.verify import Standing
from ui.keeping.clips import Clip
from ui.keeping.recheck import Found
from ui.keeping.talks import MOST_LISTED, Kept
from ui.page.keeping.parts import take_bar
from ui.page.render.markdown import ID_DIGITS, Address, html


def list_talks(
    talks: Sequence[Kept], *, current: str, deleted: str, problem: str, searched: bool
) -> str:
    """Return the conversations, ``current`` is open; ``deleted`` is the title of one to undo."""
    undo_it, gone = _("Undo"), html(N_("“{title}” was deleted."), title=deleted)
    undo = (
        f'<p class="undo" role="status">{gone} '
        f'<button type="button" data-talk-undo>{undo_it}</button></p>'
        if deleted
        else ""
    )
    rows = "".join(_talk(each, each.id == current) for each in talks)
    none = _("No conversation is kept yet.")
    none = _("No conversation has these words.") if searched else none
    empty = "" if rows or problem else f'<p class="rest">{none}</p>'
    older = _("Search finds the older ones.")
    more = f'<p class="rest">{older}</p>' if len(talks) == MOST_LISTED else ""
    key = escape(current, quote=True)
    return f'{line(problem)}{undo}<ul data-current="{key}">{rows}</ul>{empty}{more}'


def line(problem: str) -> str:
    """Return one line on what went wrong; "" if nothing did."""
    return f'<p class="refused" role="alert">{escape(problem)}</p>' if problem else ""


def _talk(kept: Kept, opened: bool) -> str:
    title, key = escape(kept.title, quote=True), escape(kept.id, quote=True)
    current = ' aria-current="true"' if opened else ""
    hidden = ""
    if kept.hidden:
        hidden = " · " + _("{count} without its answer", count=kept.hidden)
    count = kept.questions
    many = ngettext("{count} question", "{count} questions", count, count=count)
    renames, deletes = _("Rename"), _("Delete")
    rename, delete = _("Rename {title}", title=title), _("Delete {title}", title=title)
    return (
        f'<li data-talk="{key}"{current}><button type="button" class="title" data-talk-open'
        f' dir="auto">{title}</button><p>{_moment(kept.changed)} · {many}{hidden}</p>'
        f'<div class="tools"><button type="button" data-talk-rename aria-label="{rename}">'
        f'{renames}</button><button type="button" data-talk-delete aria-label="{delete}">'
        f"{deletes}</button></div></li>"
    )


def _moment(when: str) -> str:
    """Return a moment, which the page writes as its reader's clock and language have it."""
    return f'<time datetime="{escape(when, quote=True)}">{escape(when[:10])}</time>'


def list_clips(
    clips: Sequence[Clip], found: Sequence[Found], *, removed: bool, problem: str
) -> str:
    """Return the board, each clipping with how its quote stands today."""
    undo_it, gone = _("Undo"), _("A clipping was removed.")
    undo = (
        f'<p class="undo" role="status">{gone} '
        f'<button type="button" data-clip-undo>{undo_it}</button></p>'
        if removed
        else ""
    )
    rows = "".join(
        _clip(clip, now, at, len(clips))
        for at, (clip, now) in enumerate(zip(clips, found, strict=True))
    )
    how = _("Pin a quote below an answer, and it is collected here.")
    empty = f'<p class="rest">{how}</p>'
    shown = f"<ol>{rows}</ol>{take_bar()}" if rows else "" if problem else empty
    return f"{line(problem)}{undo}{shown}"


def _clip(clip: Clip, now: Found, at: int, many: int) -> str:
    citation = clip.record["citation"]
    quote = spoken(citation["quote"])
    name = escape(quote if len(quote) <= 60 else f"{quote[:60]} …", quote=True)
    key = escape(clip.id, quote=True)
    said = escape(now.said[:1].upper() + now.said[1:])
    standing = (
        f'<p class="standing is-{now.standing.value}">{said}</p>'
        if now.standing is not Standing.EXACT
        else ""
    )
    up = _tool("up", _("Move up: {name}", name=name), _("Up"), off=at == 0)
    down = _tool("down", _("Move down: {name}", name=name), _("Down"), off=at == many - 1)
    remove = _tool("remove", _("Remove: {name}", name=name), _("Remove"))
    note = _("Note")
    return (
        f'<li data-clip="{key}" data-mark="{escape(clip.mark, quote=True)}">'
        f"<blockquote><bdi>{escape(quote)}</bdi></blockquote>{_from(clip, now)}{standing}"
        f'<label><span>{note}</span><textarea data-note rows="1" maxlength="5000">\n'
        f'{escape(clip.note)}</textarea></label><div class="tools">'
        f"{up}{down}{remove}</div></li>"
    )


def _tool(act: str, label: str, text: str, *, off: bool = False) -> str:
    # Not disabled: that would take the focus away from who moves a clipping to an end.
    state = ' aria-disabled="true"' if off else ""
    return f'<button type="button" data-clip-{act} aria-label="{label}"{state}>{text}</button>'


def _from(clip: Clip, now: Found) -> str:
    citation, article = clip.record["citation"], clip.record["article"]
    at = (citation["article_id"], citation["paragraph"], citation["start"], citation["end"])
    article_id, *where = now.place or at
    address = Address(str(article_id)[:ID_DIGITS], *map(int, where))
    title = escape(spoken(citation["title"]), quote=True)
    about = (article.get("author"), article.get("published"), clip.record["place"])
    rest = escape(in_a_row([spoken(str(each)) for each in about if each]))
    said = escape(spoken(citation["quote"])[:400], quote=True)
    link = f'<a href="{address}" aria-label="{title}, {rest} - {said}">{title}</a>'
    return f'<p class="from">{in_a_row([link, rest])}</p>'
