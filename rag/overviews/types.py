"""What an overview is made of."""

from __future__ import annotations

from dataclasses import dataclass

from index.types import Article
from rag.answer.citation import spoken
from rag.types import Answer, Citation, Claim, answer_text


@dataclass(frozen=True, slots=True)
class Item:
    """A name, a figure or a date as the article has it.

    ``citation`` is the sentence where it stands first, ``times`` in how many it stands.
    """

    text: str
    citation: Citation
    times: int = 1


@dataclass(frozen=True, slots=True)
class Overview:
    """The sentences that carry an article, in source order; each stands there word for word.

    Below them: ``names`` that stand in two sentences or more, those that stand most often first;
    ``figures`` with their units, in source order; ``dates``, the oldest first. Citations are
    numbered through.
    """

    article: Article
    citations: tuple[Citation, ...]
    names: tuple[Item, ...] = ()
    figures: tuple[Item, ...] = ()
    dates: tuple[Item, ...] = ()

    def answer(self, question: str) -> Answer:
        """Return it as the answer to a question such as "What is this about?"."""
        claims = tuple(Claim(spoken(c.quote), (c,)) for c in self.citations)
        text = answer_text(claims, ())
        return Answer(question, text, claims, self.citations, False, 1.0, (), {})

    def __str__(self) -> str:
        """The title, then each sentence with its range."""
        lines = (
            f"[{c.number}] {c.place}, {c.start}–{c.end}: {spoken(c.quote)}" for c in self.citations
        )
        return "\n".join([self.article.title, *lines])
