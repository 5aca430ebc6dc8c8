"""Where a citation leads: to the page of a PDF, to the words on a web page, or to the file."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote, urldefrag

from index.parse.blocks import CELL_BREAK
from index.parse.content import HTML, PDF
from index.parse.text import page_at
from index.types import Article

WHOLE = 200
"""A quote of at most so many characters stands in a link as it is; of a longer one, both ends."""

ENDS = 6
"""How many words of either end of a long quote its link has."""


def link_to(article: Article, start: int, end: int) -> str:
    """Return a link to ``[start, end)`` of an article; empty if it came from nowhere.

    ``report.pdf#page=3``, ``https://example.org/story#:~:text=It%20cost%2012%20million``. A file
    with a relative path has a relative link.
    """
    base = _base(article)
    if article.media == PDF:
        return f"{base}#page={page_at(article.text, start) or 1}"
    if article.media == HTML and base:
        return f"{base}#:~:text={_directive(article.text, start, end)}"
    return base


def _base(article: Article) -> str:
    if article.source.startswith(("http://", "https://")):
        return urldefrag(article.source).url
    if article.media is None:
        return ""
    path = PurePath(article.source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _directive(text: str, start: int, end: int) -> str:
    """Return the text fragment of a range: the format of the WICG's "URL Fragment Text Directives".

    A term does not reach over the edge of a table's cell, so that a row is given by its ends. What
    stands before it is added where the words alone are not the first of their kind.
    """
    words = text[start:end]
    cells = [" ".join(cell.split()) for cell in words.split(CELL_BREAK)]
    terms = [cells[0], cells[-1]] if len(cells) > 1 else _ends(cells[0])
    directive = ",".join(map(_encoded, terms))
    earlier = text.find(text[start : start + len(words.split(CELL_BREAK)[0])])
    if earlier < start and (before := _before(text, start)):
        directive = f"{_encoded(before)}-,{directive}"
    return directive


def _ends(words: str) -> list[str]:
    parts = words.split()
    if len(words) <= WHOLE or len(parts) <= 2 * ENDS:
        return [words]
    return [" ".join(parts[:ENDS]), " ".join(parts[-ENDS:])]


def _before(text: str, start: int) -> str:
    """Return the last words before a place, of its own cell or block."""
    before = text[:start].rstrip()
    near = before[-80:].replace(CELL_BREAK, "\n").split("\n")[-1]
    return " ".join(near.split()[-ENDS:])


def _encoded(term: str) -> str:
    """Return a term with all that a directive gives a meaning to as %XX, the dash too."""
    return quote(term, safe="").replace("-", "%2D")
