"""Where a citation stands, in words that a reader of the source can follow."""

from __future__ import annotations

from index.parse.content import ODP, PPTX, TRANSCRIPT
from index.parse.text import page_at, time_at
from index.speaking.words import _
from index.types import Article


def time_of(article: Article, start: int) -> str | None:
    """Return when it is said, where the article is a transcript: ``"00:12:31"``."""
    return time_at(article.text, start) if article.media == TRANSCRIPT else None


def place_in(article: Article, start: int, paragraph: int) -> str:
    """Return the place of a quote: ``"page 3, paragraph 6"``, ``"at 00:12:31, paragraph 2"``."""
    page, time = page_at(article.text, start), time_of(article, start)
    if time:
        return _("at {time}, paragraph {paragraph}", time=time, paragraph=paragraph)
    if not page:
        return _("paragraph {paragraph}", paragraph=paragraph)
    if article.media in {PPTX, ODP}:
        return _("slide {page}, paragraph {paragraph}", page=page, paragraph=paragraph)
    return _("page {page}, paragraph {paragraph}", page=page, paragraph=paragraph)
