"""Which purposes of a question have an answerer of their own. All others are looked up as facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from index.library import Library
from rag.answer.unquoted import about_articles, about_pullquote, opinion, small_talk
from rag.question.purpose import Purpose, find_purpose
from rag.types import Answer

Route = Callable[[str, Library, Collection[str] | None], Answer | None]
"""(question, library, ids of the articles to search or None for all) → its answer.

None: it has none, and the question is looked up as a fact.
"""

ROUTES: Mapping[Purpose, Route] = {
    Purpose.ABOUT_ARTICLE: about_articles,
    Purpose.ABOUT_PULLQUOTE: about_pullquote,
    Purpose.SMALL_TALK: small_talk,
    Purpose.OPINION: opinion,
}


def answer_by_purpose(
    question: str, library: Library, within: Collection[str] | None
) -> Answer | None:
    """Return the answer of the route for what ``question`` wants; None if that has no route."""
    route = ROUTES.get(find_purpose(question, library.embedder))
    return route(question, library, within) if route else None
