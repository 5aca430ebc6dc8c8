"""The few words of a quote that answer, as the reader found them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.answer.citation import spoken
from rag.answer.drawn import draw
from rag.types import Citation, Claim, Evidence, Short

PARTED = " · "
"""What is shown between two cells of a row."""

_WHITE = re.compile(r"\s+")


def short_answers(best: Iterable[Evidence], citations: Sequence[Citation]) -> tuple[Short, ...]:
    """Return one for each of the best sentences whose reader found some words in it.

    Words that are the whole quote say no more than the quote.
    """
    found = {(short.start, short.citation.number): short for short in _shorts(best, citations)}
    return tuple(found.values())


def _shorts(best: Iterable[Evidence], citations: Sequence[Citation]) -> Iterator[Short]:
    for evidence in best:
        start, end = evidence.short or (0, 0)
        for citation in citations:
            whole = start == citation.start and end == citation.end
            inside = citation.start <= start < end <= citation.end and not whole
            if inside and citation.article_id == evidence.passage.article_id:
                yield Short(citation.article.text[start:end], start, end, citation)


def split_claim(claim: Claim, shorts: Iterable[Short]) -> list[tuple[str, bool]]:
    """Return a statement's text in pieces, each with whether it is a short answer.

    A statement in other words than its quote is one piece. Of the row of a table, each cell is one,
    with what parts it from the next.
    """
    if len(claim.citations) != 1 or claim.text != spoken(claim.citations[0].quote):
        return [(claim.text, False)]
    (citation,) = claim.citations
    if citation.table:
        return list(_cells(citation, shorts))
    spans = sorted(short.inside for short in shorts if short.citation == citation)
    pieces, done = [], 0
    for start, end in spans:
        if start >= done:
            pieces += [(citation.quote[done:start], False), (citation.quote[start:end], True)]
            done = end
    pieces.append((citation.quote[done:], False))
    folded = [(_WHITE.sub(" ", text), short) for text, short in pieces]
    return [(text, short) for text, short in folded if text]


def _cells(citation: Citation, shorts: Iterable[Short]) -> Iterator[tuple[str, bool]]:
    own = [short for short in shorts if short.citation == citation]
    (line,) = draw([citation], own).lines
    for place, box in enumerate(line.boxes):
        if place:
            yield PARTED, False
        yield box.text, box.marked
