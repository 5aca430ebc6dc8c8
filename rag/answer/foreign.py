"""In which languages the articles of an answer are, if its question is in another."""

from __future__ import annotations

from collections.abc import Sequence

from index.language import is_in, language_of
from rag.types import Citation


def foreign_languages(question: str, citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return the languages of cited articles that the question is clearly not in.

    ``("Who built the bridge?", [a quote from a German article])`` → ``("German",)``.
    """
    articles = {citation.article_id: citation.article for citation in citations}
    languages = dict.fromkeys(language_of(article.text) for article in articles.values())
    return tuple(name for name in languages if name and not is_in(question, name))
