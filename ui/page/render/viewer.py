"""The source panel: an article with its paragraphs numbered and the cited words marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.library import Library
from index.parse.text import PAGE_BREAK
from index.types import Article, Paragraph, Role
from ui.page.render.markdown import Address

WHOLE = 300_000, 1_500
"""An article of up to so many characters and paragraphs is sent whole, ..."""

AROUND = 100_000, 400
"""... of a longer one so many on each side of the cited words."""

EMPTY = """<div class="empty"><p>Choose a number in an answer, and the place it was taken from
is shown here.</p></div>"""

NOT_HERE = """<div class="empty" role="status" data-focus="1"><p>This place is in none of the
articles that you see. Somebody else may have added the article, or it was removed.</p></div>"""


def show_source(
    article: Article, library: Library, place: Address | None, *, focus: bool = True
) -> str:
    """Return an article around a place, or from its beginning, as HTML that is safe to show.

    A place that is not in the article gives ``NOT_HERE``: nothing is better than the wrong words.
    ``focus`` tells the page to move the reader there.
    """
    paragraphs = library.paragraphs(article.id)
    if place and not any(_holds(paragraph, place) for paragraph in paragraphs):
        return NOT_HERE
    window = _window(paragraphs, place.start if place else 0, len(article.text))
    body = "".join(_paragraph(article.text, paragraph, place) for paragraph in window)
    count = max((p.number for p in paragraphs), default=0)
    where = f"Paragraph {place.paragraph} of {count}" if place else f"{count} paragraphs"
    when = f"{escape(article.published)} · " if article.published else ""
    cut = "" if len(window) == len(paragraphs) else " · the part around it, of a long article"
    return (
        f'<article data-cite="{place or ""}" data-focus="{int(focus)}">'
        f"<header><h2>{escape(article.title)}</h2>"
        f'<p class="where">{when}{where}{cut}</p></header>{body}</article>'
    )


def _holds(paragraph: Paragraph, place: Address) -> bool:
    inside = paragraph.start <= place.start < place.end <= paragraph.end
    return inside and paragraph.number == place.paragraph


def _window(paragraphs: Sequence[Paragraph], start: int, length: int) -> list[Paragraph]:
    if length <= WHOLE[0] and len(paragraphs) <= WHOLE[1]:
        return list(paragraphs)
    at = sum(paragraph.end <= start for paragraph in paragraphs)
    near = paragraphs[max(at - AROUND[1], 0) : at + AROUND[1]]
    return [p for p in near if start - AROUND[0] <= p.end and p.start <= start + AROUND[0]]


def _paragraph(text: str, paragraph: Paragraph, place: Address | None) -> str:
    start, end = paragraph.start, paragraph.end
    if paragraph.role is Role.HEADING:
        return f"<h3>{_shown(text[start:end])}</h3>"
    if paragraph.role is not Role.TEXT:
        return f'<p class="aside">{_shown(text[start:end])}</p>'
    number = f'<span class="number" aria-hidden="true">{paragraph.number}</span>'
    if place is None or not _holds(paragraph, place):
        return f"<p>{number}{_shown(text[start:end])}</p>"
    before, quote, after = (
        _shown(piece)
        for piece in (
            text[start : place.start],
            text[place.start : place.end],
            text[place.end : end],
        )
    )
    return (
        f'<p class="cited">{number}{before}<bdi><mark tabindex="-1">{quote}</mark></bdi>{after}</p>'
    )


def _shown(text: str) -> str:
    """Escape a text; where a page ends inside it, a reader sees a space."""
    return escape(text).replace(PAGE_BREAK, f'<span class="page-end">{PAGE_BREAK}</span>')
