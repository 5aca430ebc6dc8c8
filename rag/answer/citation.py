"""A citation is made here and nowhere else: only for a range that holds its quote."""

from __future__ import annotations

from collections.abc import Sequence

from index.boxes import boxes_at
from index.errors import CitationError
from index.library import Library
from index.types import Article
from rag.types import Citation, Claim, Evidence, Verdict


def cite(evidence: Evidence, number: int, library: Library, lacks: str = "") -> Citation:
    """Cite a sentence as number ``number``.

    Raises:
        CitationError: the article does not hold the sentence where the library says.
    """
    sentence = evidence.sentence
    article = library.article(evidence.passage.article_id)
    quote = quote_at(article, sentence.start, sentence.end)
    if quote != evidence.text:
        raise CitationError(
            f"{article.id} has other text at {sentence.start}–{sentence.end} than was found: "
            "run the library's check"
        )
    row = library.table_row(article.id, sentence.start)
    pages = library.page_boxes(article.id, sentence.start, sentence.end)
    return Citation(
        number=number,
        article=article,
        paragraph=evidence.passage.paragraph,
        start=sentence.start,
        end=sentence.end,
        quote=quote,
        verdict=verdict_of(quote),
        lacks=lacks,
        table=row if row and row.row.end == sentence.end else None,
        boxes=boxes_at(pages, sentence.start, sentence.end),
        recognised=any(page.recognised for page in pages),
    )


def verdict_of(quote: str) -> Verdict:
    """Tell how a quote is shown: as it stands there, or with its white space folded."""
    return Verdict.EXACT if spoken(quote) == quote else Verdict.NORMALISED


def quote_at(article: Article, start: int, end: int) -> str:
    """Return what stands at ``[start, end)`` of an article.

    Raises:
        CitationError: the range is empty or not within the article.
    """
    if not 0 <= start < end <= len(article.text):
        raise CitationError(
            f"{article.id} has {len(article.text)} characters, not a range {start}–{end}"
        )
    return article.text[start:end]


def claims_of(citations: Sequence[Citation]) -> tuple[Claim, ...]:
    """Return each quote as a statement that it carries itself."""
    return tuple(Claim(spoken(citation.quote), (citation,)) for citation in citations)


def spoken(quote: str) -> str:
    """Return a quote on one line, as it is shown in an answer: white space folded."""
    return " ".join(quote.split())
