"""The list of conversations and the board of clippings, as HTML that is safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.answer.citation import spoken
from rag.answer.verify import Standing
from ui.keeping.clips import Clip
from ui.keeping.recheck import Found
from ui.keeping.talks import MOST_LISTED, Kept
from ui.page.keeping.parts import take_bar
from ui.page.render.markdown import ID_DIGITS, Address


def list_talks(
    talks: Sequence[Kept], *, current: str, deleted: str, problem: str, searched: bool
) -> str:
    """Return the conversations, ``current`` is open; ``deleted`` is the title of one to undo."""
    undo = (
        f'<p class="undo" role="status">“{escape(deleted)}” was deleted. '
        '<button type="button" data-talk-undo>Undo</button></p>'
        if deleted
        else ""
    )
    rows = "".join(_talk(each, each.id == current) for each in talks)
    none = "No conversation has these words." if searched else "No conversation is kept yet."
    empty = "" if rows or problem else f'<p class="rest">{none}</p>'
    more = '<p class="rest">Search finds the older ones.</p>' if len(talks) == MOST_LISTED else ""
    key = escape(current, quote=True)
    return f'{line(problem)}{undo}<ul data-current="{key}">{rows}</ul>{empty}{more}'


def line(problem: str) -> str:
    """Return one line on what went wrong; "" if nothing did."""
    return f'<p class="refused" role="alert">{escape(problem)}</p>' if problem else ""


def _talk(kept: Kept, opened: bool) -> str:
    title, key = escape(kept.title, quote=True), escape(kept.id, quote=True)
    current = ' aria-current="true"' if opened else ""
    hidden = f" · {kept.hidden} without its answer" if kept.hidden else ""
    many = f"{kept.questions} question{'' if kept.questions == 1 else 's'}"
    return (
        f'<li data-talk="{key}"{current}><button type="button" class="title" data-talk-open'
        f' dir="auto">{title}</button><p>{_moment(kept.changed)} · {many}{hidden}</p>'
        f'<div class="tools"><button type="button" data-talk-rename aria-label="Rename {title}">'
        f'Rename</button><button type="button" data-talk-delete aria-label="Delete {title}">'
        "Delete</button></div></li>"
    )


def _moment(when: str) -> str:
    """Return a moment, which the page writes as its reader's clock and language have it."""
    return f'<time datetime="{escape(when, quote=True)}">{escape(when[:10])}</time>'


def list_clips(
    clips: Sequence[Clip], found: Sequence[Found], *, removed: bool, problem: str
) -> str:
    """Return the board, each clipping with how its quote stands today."""
    undo = (
        '<p class="undo" role="status">A clipping was removed. '
        '<button type="button" data-clip-undo>Undo</button></p>'
        if removed
        else ""
    )
    rows = "".join(
        _clip(clip, now, at, len(clips))
        for at, (clip, now) in enumerate(zip(clips, found, strict=True))
    )
    empty = '<p class="rest">Pin a quote below an answer, and it is collected here.</p>'
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
    return (
        f'<li data-clip="{key}" data-mark="{escape(clip.mark, quote=True)}">'
        f"<blockquote><bdi>{escape(quote)}</bdi></blockquote>{_from(clip, now)}{standing}"
        f'<label><span>Note</span><textarea data-note rows="1" maxlength="5000">\n'
        f'{escape(clip.note)}</textarea></label><div class="tools">'
        f"{_tool('up', f'Move up: {name}', 'Up', off=at == 0)}"
        f"{_tool('down', f'Move down: {name}', 'Down', off=at == many - 1)}"
        f"{_tool('remove', f'Remove: {name}', 'Remove')}</div></li>"
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
    rest = escape(", ".join(spoken(str(each)) for each in about if each))
    said = escape(spoken(citation["quote"])[:400], quote=True)
    link = f'<a href="{address}" aria-label="{title}, {rest} - {said}">{title}</a>'
    return f'<p class="from">{link}, {rest}</p>'
