"""The text of an article as HTML: the chosen quote strong, the others pale, what was found its own.

Every character stays where it is: without its tags, what comes out is the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape

from index.parse.text import PAGE_BREAK
from index.types import Paragraph, Range
from ui.page.render.markdown import Address
from ui.page.source.beside import Beside
from ui.page.source.hits import find_words, gone_to


class Marks:
    """What is marked in one article. ``place`` is the chosen quote."""

    def __init__(self, text: str, place: Address | None, beside: Beside) -> None:
        self.text = text
        self.place = place
        self.near = beside.near
        self.hits = find_words(text, beside.words)
        self.here = gone_to(self.hits, beside.hit)
        self._hit_starts = [start for start, _ in self.hits]
        self.quotes = _apart(place, beside.quotes)
        self._quote_starts = [quote.start for quote in self.quotes]

    def in_paragraph(self, paragraph: Paragraph) -> Sequence[Address]:
        """Return the quotes, the chosen one among them, that stand in a paragraph."""
        first = bisect_left(self._quote_starts, paragraph.start)
        last = bisect_left(self._quote_starts, paragraph.end)
        return [quote for quote in self.quotes[first:last] if holds(paragraph, quote)]

    def html(self, start: int, end: int, quotes: Sequence[Address] = ()) -> str:
        """Return ``[start, end)`` with these quotes, and all that was found, marked."""
        parts, at = [], start
        for quote in quotes:
            parts.append(self.plain(at, quote.start))
            parts.append(self.quoted(quote, self.plain(quote.start, quote.end)))
            at = quote.end
        return "".join([*parts, self.plain(at, end)])

    def quoted(self, quote: Address, said: str) -> str:
        """Return the HTML of a quote, marked."""
        if quote != self.place:
            return f'<bdi><span class="quote" data-quote="{quote}">{said}</span></bdi>'
        kind = ' class="near"' if self.near else ""
        return f'<bdi><mark tabindex="-1"{kind}>{said}</mark></bdi>'

    def plain(self, start: int, end: int) -> str:
        """Return ``[start, end)`` with what was found in it marked, and no quote."""
        parts, at = [], start
        for left, right in self._found(start, end):
            here = " here" if (left, right) == self.here else ""
            parts.append(shown(self.text[at : max(left, at)]))
            found = shown(self.text[max(left, at) : min(right, end)])
            parts.append(f'<span class="hit{here}">{found}</span>')
            at = min(right, end)
        return "".join([*parts, shown(self.text[at:end])])

    def _found(self, start: int, end: int) -> Iterator[Range]:
        first = max(bisect_left(self._hit_starts, start) - 1, 0)
        for left, right in self.hits[first : bisect_left(self._hit_starts, end)]:
            if right > start:
                yield left, right


def holds(paragraph: Paragraph, place: Address) -> bool:
    """Tell whether a place is in the paragraph that it names."""
    inside = paragraph.start <= place.start < place.end <= paragraph.end
    return inside and paragraph.number == place.paragraph


def shown(text: str) -> str:
    """Escape a text; where a page ends inside it, a reader sees a space."""
    return escape(text).replace(PAGE_BREAK, f'<span class="page-end">{PAGE_BREAK}</span>')


def _apart(place: Address | None, others: Sequence[Address]) -> list[Address]:
    """Return quotes in order, none over another: the chosen one stays, of the rest the first."""
    kept = [place] if place else []
    for quote in others:
        same = place is None or quote.article == place.article
        if same and all(quote.end <= each.start or each.end <= quote.start for each in kept):
            kept.append(quote)
    return sorted(kept, key=lambda quote: quote.start)
