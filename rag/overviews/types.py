"""What an overview is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Article
from rag.answer.citation import claims_of, spoken
from rag.question.purpose import Purpose
from rag.types import Answer, Citation, answer_text


@dataclass(frozen=True, slots=True)
class Overview:
    """The sentences that carry an article, in source order; each stands there word for word."""

    article: Article
    citations: tuple[Citation, ...]

    def __str__(self) -> str:
        """The title, then each sentence with its range."""
        lines = (
            f"[{c.number}] {c.place}, {c.start}–{c.end}: {spoken(c.quote)}" for c in self.citations
        )
        return "\n".join([self.article.title, *lines])


def joined(question: str, overviews: Sequence[Overview]) -> Answer:
    """Return overviews, one after the other, as the answer to "What is this about?".

    Their citations are numbered through by whoever made them.
    """
    citations = tuple(citation for each in overviews for citation in each.citations)
    claims = claims_of(citations)
    text, purpose = answer_text(claims, ()), Purpose.OVERVIEW
    return Answer(question, text, claims, citations, False, 1.0, (), {}, purpose=purpose)
