"""Which purposes of a question have an answerer of their own. All others are looked up as facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from index.library import Library
from rag.answer.unquoted import about_articles, about_pullquote, opinion, small_talk
from rag.libraries import at_hand
from rag.listing.compare import Asks, compare_articles
from rag.listing.list_all import list_all
from rag.overviews.overview import answer_overview
from rag.question.going_on import gone_on_with
from rag.question.purpose import Purpose, find_purpose
from rag.reader.types import Reader
from rag.retrieval.candidates import Places
from rag.types import Answer, Turn

COMPARED = 6
"""Articles that are compared at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, and what its answer is looked for in.

    ``within`` are the ids of the articles to search, None for all; ``reader`` reads passages, if
    there is one; ``ask`` answers a question of some articles as a fact is answered.
    """

    question: str
    library: Library
    within: Collection[str] | None
    without: Places
    history: Sequence[Turn | str]
    reader: Reader | None
    ask: Asks


Route = Callable[[Wanted], Answer | None]
"""None: it has no answer, and the question is looked up as a fact."""


def _listed(wanted: Wanted) -> Answer | None:
    """Return every place that answers; None if nothing reads, or none surely does.

    It borrows from the conversation only if it finds nothing by itself.
    """
    if wanted.reader is None:
        return None
    for history in ((), wanted.history) if wanted.history else ((),):
        found = list_all(
            wanted.question,
            wanted.library,
            wanted.reader,
            history=history,
            without=wanted.without,
            within=wanted.within,
        )
        if not found.refused:
            return replace(found, purpose=Purpose.LIST)
    return None


def _compared(wanted: Wanted) -> Answer | None:
    """Return what each article says; None if there are too few or many, or one says nothing."""
    ids = [each.id for each in at_hand(wanted.library, wanted.within)]
    if not 2 <= len(ids) <= COMPARED:
        return None
    found = compare_articles(wanted.question, wanted.library, ids, wanted.ask)
    saying = sum(cell.citation is not None for cell in found.cells)
    return replace(found, purpose=Purpose.COMPARISON) if saying > 1 else None


ROUTES: Mapping[Purpose, Route] = {
    Purpose.ABOUT_ARTICLE: lambda w: about_articles(w.question, w.library, w.within),
    Purpose.ABOUT_PULLQUOTE: lambda w: about_pullquote(w.question, w.library, w.within),
    Purpose.SMALL_TALK: lambda w: small_talk(w.question, w.library, w.within),
    Purpose.OPINION: lambda w: opinion(w.question, w.library, w.within),
    Purpose.OVERVIEW: lambda w: answer_overview(w.question, w.library, w.within),
    Purpose.LIST: _listed,
    Purpose.COMPARISON: _compared,
}


def answer_by_purpose(wanted: Wanted) -> Answer | None:
    """Return the answer of the route for what the question wants.

    None if that has no route, and for a question that only goes on, like "tell me more".
    """
    embedder = wanted.library.embedder
    if gone_on_with(wanted.question, wanted.history, embedder):
        return None
    route = ROUTES.get(find_purpose(wanted.question, embedder))
    return route(wanted) if route else None
