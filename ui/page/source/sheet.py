"""A page of a PDF as its picture, and above it what is quoted and found on it, and its words."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

from index.boxes import Box, PageBoxes, boxes_at
from index.library import Library
from index.pages.drawing import draw_page
from index.pages.picture import Picture
from index.parse.text import page_breaks
from index.speaking.forms import number
from index.speaking.words import N_, _
from index.types import Article, Range
from rag.answer.citation import spoken
from ui.page.render.markdown import Address
from ui.page.source.beside import Beside
from ui.page.source.layer import lay_words
from ui.page.source.marks import Marks

MOST_BOXES = 400
"""No more are drawn on one page."""

NOTHING = '<div class="sheet" data-none data-turn="{turn}"></div>'

RECOGNISED = N_(
    "The letters of this page were recognised: compare what is quoted with the picture."
)


def show_sheet(
    article: Article, library: Library, place: Address | None, beside: Beside, page: int, turn: int
) -> str:
    """Return a page (1-based) as HTML that is safe to show; ``NOTHING`` if it cannot be drawn.

    ``turn`` is what the page in the browser counts its wishes by: it tells two answers apart.
    """
    picture = draw_page(library, article.id, page)
    if picture is None:
        return NOTHING.format(turn=turn)
    start, end = _range_of(article.text, page)
    words = library.page_boxes(article.id, start, end)
    marks = Marks(article.text, place, beside)
    boxes = [
        each
        for left, right, kind in _marked(marks, start, end)
        for each in _boxes(article, (left, right), kind, _on(page, words, left, right), picture)
    ]
    recognised = any(each.recognised for each in words if each.page == page)
    note = f"<figcaption>{_(RECOGNISED)}</figcaption>" if recognised else ""
    pages = {"page": number(page), "pages": number(picture.pages)}
    told = _("Page {page} of {pages}: {title}", **pages, title=article.title)
    told = escape(told, quote=True)
    data = b64encode(picture.image).decode()
    return (
        f'<figure class="sheet" data-article="{article.id}" data-page="{page}"'
        f' data-pages="{picture.pages}" data-turn="{turn}">{note}'
        f'<div class="paper" style="aspect-ratio: {picture.width:.1f} / {picture.height:.1f}">'
        f'<img alt="{told}" src="data:{picture.media};base64,{data}">'
        f"{''.join(boxes[:MOST_BOXES])}"
        f"{lay_words(article, library.paragraphs(article.id), words, picture)}</div></figure>"
    )


def _on(page: int, words: Sequence[PageBoxes], start: int, end: int) -> list[Box]:
    """Return the boxes of a range that are on one page."""
    return [box for box in boxes_at(words, start, end) if box.page == page]


def _range_of(text: str, page: int) -> Range:
    """Return what of a text stands on a page."""
    ends = [-1, *page_breaks(text), len(text)]
    return (ends[page - 1] + 1, ends[page]) if page < len(ends) else (len(text), len(text))


def _marked(marks: Marks, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield what is marked of a range, with its kind; what is chosen comes last, above the rest."""
    for quote in marks.quotes:
        if quote != marks.place and quote.start < end and start < quote.end:
            yield quote.start, quote.end, str(quote)
    chosen = marks.place
    if chosen and chosen.start < end and start < chosen.end:
        yield chosen.start, chosen.end, "near" if marks.near else "chosen"
    for left, right in marks.hits:
        if left < end and start < right:
            yield left, right, "hit here" if (left, right) == marks.here else "hit"


def _boxes(
    article: Article, place: Range, kind: str, boxes: list[Box], picture: Picture
) -> Iterator[str]:
    """Yield the boxes of one thing; by the first it is told and can be reached."""
    said = escape(spoken(article.text[slice(*place)]), quote=True)
    for at, box in enumerate(boxes):
        part = picture.part(box)
        sides = zip(("left", "top", "width", "height"), part, strict=True)
        style = "; ".join(f"{side}: {100 * share:.3f}%" for side, share in sides)
        if kind.startswith("#"):
            label = _("Also quoted: {text}", text=said)
            named = f'aria-label="{label}"' if not at else 'tabindex="-1"'
            hidden = "" if not at else ' aria-hidden="true"'
            yield (
                f'<button type="button" class="box quote" data-quote="{kind}" {named}{hidden}'
                f' style="{style}"></button>'
            )
        elif kind in ("chosen", "near") and not at:
            near = _("Near to what was asked, no quote: {text}", text=said)
            what = _("Quoted here: {text}", text=said) if kind == "chosen" else near
            yield (
                f'<span class="box {kind}" role="img" tabindex="-1" aria-label="{what}"'
                f' style="{style}"></span>'
            )
        else:
            yield f'<span class="box {kind}" aria-hidden="true" style="{style}"></span>'
