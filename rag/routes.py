"""Which purposes of a question have an answerer of their own. All others are looked up as facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from index.embed.embedder import Embedder
from index.library import Library
from rag.answer.unquoted import about_articles, about_pullquote, opinion, small_talk
from rag.language.terms import read_terms
from rag.libraries import at_hand
from rag.listing.by_kind import list_by_kind
from rag.listing.compare import Asks, compare_articles
from rag.listing.list_all import list_all
from rag.overviews.overview import answer_overview
from rag.overviews.topic import answer_topic
from rag.question.going_on import gone_on_with
from rag.question.purpose import Purpose, find_purpose
from rag.reader.decision import tells
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

    All dates, or all numbers, need no reader to be told.

    It borrows from the conversation only if it finds nothing by itself.
    """
    if wanted.reader is None:
        return None
    whole = list_by_kind(
        wanted.question, wanted.library, within=wanted.within, without=wanted.without
    )
    if whole:
        return replace(whole, purpose=Purpose.LIST)
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
    Purpose.TOPIC: lambda w: answer_topic(w.question, w.library, w.within, w.without),
    Purpose.LIST: _listed,
    Purpose.COMPARISON: _compared,
}


def answer_search_words(wanted: Wanted) -> Answer | None:
    """Return what is said about words that were typed as into a search box: ``"costco net sales"``.

    Words of an article's title choose that article, and need not be said again in it. None if the
    question has a word that joins others, or nothing speaks of all of its words.
    """
    terms = read_terms(wanted.question)
    if not all(tells(term.text) for term in terms):
        return None
    about = ROUTES[Purpose.TOPIC]
    articles = at_hand(wanted.library, wanted.within)
    titles = {e.id: {term.stem for term in read_terms(e.title)} for e in articles}
    shared = {id_: sum(term.stem in title for term in terms) for id_, title in titles.items()}
    most = max(shared.values(), default=0)
    best = [each for each in articles if most and shared[each.id] == most]
    rest = [t.text for t in terms if not any(t.stem in titles[each.id] for each in best)]
    found = about(wanted)
    if found or not (best and rest):
        return found
    chosen = frozenset(each.id for each in best)
    found = about(replace(wanted, question=" ".join(rest), within=chosen))
    only = tuple(each.title for each in best) if len(best) < len(articles) else ()
    return replace(found, question=wanted.question, only=only) if found else None


def answer_by_purpose(wanted: Wanted, embedder: Embedder) -> Answer | None:
    """Return the answer of the route for what the question wants, as ``embedder`` reads it.

    None if that has no route, and for a question that only goes on, like "tell me more".
    """
    if gone_on_with(wanted.question, wanted.history, embedder):
        return None
    route = ROUTES.get(find_purpose(wanted.question, embedder))
    return route(wanted) if route else None
