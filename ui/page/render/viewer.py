"""The source panel: an article with its paragraphs numbered and the cited words marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.library import Library
from index.parse.content import PDF
from index.parse.text import PAGE_BREAK, page_at
from index.speaking.words import _, ngettext
from index.types import Article, Cell, Paragraph, Role
from rag.answer.citation import spoken
from ui.page.render.markdown import Address
from ui.page.render.source_tables import in_cells, in_tables, lay_out
from ui.page.source.beside import ALONE, Beside
from ui.page.source.marks import Marks, holds

WHOLE = 300_000, 1_500
"""An article of up to so many characters and paragraphs is sent whole, ..."""

AROUND = 100_000, 400
"""... of a longer one so many on each side of the cited words."""

MOST_HEADINGS, LONGEST_HEADING = 300, 90
"""So many headings, of so many characters, are in the contents."""


def empty() -> str:
    """Return what is shown where no article is."""
    said = _("Choose a number in an answer, and the place it was taken from is shown here.")
    return f'<div class="empty"><p>{said}</p></div>'


def not_here() -> str:
    """Return what is shown of a place that is in no article that a visitor sees."""
    said = _(
        "This place is in none of the articles that you see. Somebody else may have added the"
        " article, or it was removed."
    )
    return f'<div class="empty" role="status" data-focus="1"><p>{said}</p></div>'


def show_source(
    article: Article,
    library: Library,
    place: Address | None,
    beside: Beside = ALONE,
    *,
    focus: bool = True,
) -> str:
    """Return an article around a place, or from its beginning, as HTML that is safe to show.

    A place that is not in the article gives ``not_here``: nothing is better than the wrong words.
    ``beside`` is what else is marked, or gone to; ``focus``: the page is to move the reader there.
    """
    paragraphs = library.paragraphs(article.id)
    if place and not any(holds(paragraph, place) for paragraph in paragraphs):
        return not_here()
    marks = Marks(article.text, place, beside)
    start = _gone_to(marks, beside)
    window = _window(paragraphs, start, len(article.text))
    layout = lay_out(article.id, window, library)

    def show(paragraph: Paragraph) -> str:
        cells = layout.cells.get(paragraph.start)
        return _line(marks, paragraph, cells) if cells else _paragraph(marks, paragraph)

    body = "".join(in_tables(window, layout, show))
    where = _where(article, paragraphs, place, cut=len(window) < len(paragraphs))
    told = {
        "cite": str(place or ""),
        "focus": int(focus),
        "article": article.id,
        "hits": len(marks.hits) if beside.words else "",
        "hit": 1 + marks.hits.index(marks.here) if marks.here else 0,
        "at": "" if beside.at is None else beside.at,
        **_paged(article, library, start),
    }
    data = "".join(f' data-{name}="{escape(str(value))}"' for name, value in told.items())
    return (
        f'<article dir="auto"{data}><header><h2>{escape(article.title)}</h2>'
        f'<p class="where">{where}{_without_pages(article, library)}</p></header>{body}'
        f"{_contents(article, paragraphs, library)}</article>"
    )


def _where(
    article: Article, paragraphs: Sequence[Paragraph], place: Address | None, *, cut: bool
) -> str:
    """Return date and paragraph of what is shown, and whether it is a part."""
    count = max((p.number for p in paragraphs), default=0)
    if place:
        said = _("Paragraph {paragraph} of {count}", paragraph=place.paragraph, count=count)
    else:
        said = ngettext("{count} paragraphs", "{count} paragraphs", count, count=count)
    part = _("the part around it, of a long article") if cut else ""
    return " · ".join(filter(None, (escape(article.published or ""), said, part)))


def _gone_to(marks: Marks, beside: Beside) -> int:
    """Return the place in the text that is to be seen."""
    if marks.here:
        return marks.here[0]
    if beside.at is not None:
        return beside.at
    return marks.place.start if marks.place else 0


def _paged(article: Article, library: Library, start: int) -> dict[str, int]:
    """Return which page of how many is to be seen, where pages can be drawn."""
    page = page_at(article.text, start) if library.original_seal(article.id) else None
    return {"page": page, "pages": 1 + article.text.count(PAGE_BREAK)} if page else {}


def _without_pages(article: Article, library: Library) -> str:
    """Return what to do where the pages of a PDF cannot be drawn, as its file was not kept."""
    if article.media != PDF or library.original_seal(article.id):
        return ""
    lacks = _("without pictures of its pages: to have them, remove it and add the file again")
    return f" · {lacks}"


def _contents(article: Article, paragraphs: Sequence[Paragraph], library: Library) -> str:
    """Return the headings with their places, for the list of contents; heads of tables are none."""
    tables = library.tables(article.id)
    heads = {cell.start for table in tables for line in table.heads for cell in line}
    found = [
        paragraph
        for paragraph in paragraphs
        if paragraph.role is Role.HEADING and paragraph.start not in heads
    ]
    items = "".join(_heading(article.text, each) for each in found[:MOST_HEADINGS])
    return f'<ul class="contents" hidden>{items}</ul>' if items else ""


def _heading(text: str, paragraph: Paragraph) -> str:
    said = spoken(text[paragraph.start : paragraph.end])
    cut = said if len(said) <= LONGEST_HEADING else said[:LONGEST_HEADING].rstrip() + " …"
    return f'<li data-start="{paragraph.start}">{escape(cut)}</li>'


def _window(paragraphs: Sequence[Paragraph], start: int, length: int) -> list[Paragraph]:
    if length <= WHOLE[0] and len(paragraphs) <= WHOLE[1]:
        return list(paragraphs)
    at = sum(paragraph.end <= start for paragraph in paragraphs)
    near = paragraphs[max(at - AROUND[1], 0) : at + AROUND[1]]
    return [p for p in near if start - AROUND[0] <= p.end and p.start <= start + AROUND[0]]


def _paragraph(marks: Marks, paragraph: Paragraph) -> str:
    start, end = paragraph.start, paragraph.end
    if paragraph.role is Role.HEADING:
        return f'<h3 data-start="{start}">{marks.html(start, end)}</h3>'
    if paragraph.role is not Role.TEXT:
        return f'<p class="aside">{marks.html(start, end)}</p>'
    quotes = marks.in_paragraph(paragraph)
    cited = ' class="cited"' if marks.place in quotes else ""
    said = marks.html(start, end, quotes)
    return f"<p{cited}{_page(paragraph)}>{_number(paragraph)}{said}</p>"


def _line(marks: Marks, paragraph: Paragraph, cells: Sequence[Cell]) -> str:
    """Return a line of a table; where only a part of it is cited, as a paragraph."""
    start, end = paragraph.start, paragraph.end
    said = in_cells(start, end, cells, marks.text, marks.plain)
    if paragraph.role is not Role.TEXT:
        return f'<h3 class="line">{said}</h3>'
    quotes = marks.in_paragraph(paragraph)
    if any((quote.start, quote.end) != (start, end) for quote in quotes):
        return _paragraph(marks, paragraph)
    for quote in quotes:
        said = marks.quoted(quote, said)
    cited = " cited" if marks.place in quotes else ""
    return f'<p class="line{cited}"{_page(paragraph)}>{_number(paragraph)}{said}</p>'


def _number(paragraph: Paragraph) -> str:
    return f'<span class="number" aria-hidden="true">{paragraph.number}</span>'


def _page(paragraph: Paragraph) -> str:
    return f' data-page="{paragraph.page}"' if paragraph.page else ""
