"""``list_all``: every place that answers a question, as one answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from time import perf_counter

from index.library import Library
from index.speaking.words import _
from rag.answer.citation import cite, claims_of, spoken
from rag.listing.choosing import Named, choose_items, probability
from rag.listing.looking import Looked, look
from rag.listing.types import Item, Listing
from rag.reader.types import Reader
from rag.retrieval.candidates import Places
from rag.types import REFUSAL, Citation, Short, Turn, answer_text

NEAREST = 3
"""How many places a refusal shows."""

_LEAD = re.compile(r"^(?:the|a|an)\s+|[’']s$", re.IGNORECASE)
_MARKS = re.compile(r"[^\w\s&$€£%.-]")


def list_all(
    question: str,
    library: Library,
    reader: Reader,
    *,
    history: Sequence[Turn | str] = (),
    without: Places = frozenset(),
    within: Collection[str] | None = None,
) -> Listing:
    """Return every place of the articles that answers, as a list in source order.

    Articles come in the order of their best passage. A refusal, if no place surely answers.

    Raises:
        QuestionError: nothing was asked, or too much.
        LibraryError: the library cannot be read.
    """
    began = perf_counter()
    with library.reading():
        looked = look(question, library, reader, history=history, without=without, within=within)
        named = choose_items(looked.question.text, looked.found)
        answer = listing_of(looked, named, library) if named else _refusal(looked, library)
    spent = round((perf_counter() - began) * 1000, 3)
    return replace(answer, timings={"listing": spent})


def listing_of(looked: Looked, named: Sequence[Named], library: Library) -> Listing:
    """Return what is named as a list; equal items are one, with all their places."""
    cited: dict[tuple[str, int], Citation] = {}
    groups: dict[str, list[Short]] = {}
    names: dict[str, str] = {}
    for each in named:
        key = each.evidence.passage.article_id, each.evidence.sentence.start
        citation = cited.setdefault(key, cite(each.evidence, len(cited) + 1, library))
        start, end = each.place
        short = Short(citation.article.text[start:end], start, end, citation)
        called = surface(each.item or short.text)
        groups.setdefault(called, []).append(short)
        names.setdefault(called, spoken(each.item or short.text).rstrip(" ,;."))
    items = tuple(Item(names[called], tuple(group)) for called, group in groups.items())
    citations = tuple(cited.values())
    claims = claims_of(citations)
    shorts = sorted(
        (short for item in items for short in item.places if _inside(short)),
        key=lambda short: (short.citation.number, short.start),
    )
    return Listing(
        looked.question.text,
        answer_text(claims, ()),
        claims,
        citations,
        False,
        _sure(named),
        (),
        {},
        searched_for=_searched(looked),
        short=tuple(shorts),
        items=items,
        looked=looked.passages,
        everything=looked.everything,
    )


def _refusal(looked: Looked, library: Library) -> Listing:
    nearest = sorted(looked.found, key=lambda each: -each.read)[:NEAREST]
    places = tuple(cite(each, number, library) for number, each in enumerate(nearest, 1))
    asked = looked.question.text
    return Listing(
        asked,
        _(REFUSAL),
        (),
        (),
        True,
        _best(looked),
        places,
        {},
        (asked,),
        _searched(looked),
        looked=looked.passages,
        everything=looked.everything,
    )


def _inside(short: Short) -> bool:
    """Tell whether words say less than their quote: else they are the quote."""
    return short.inside != (0, len(short.citation.quote))


def _best(looked: Looked) -> float:
    return max(map(probability, looked.found), default=0.0)


def _sure(named: Sequence[Named]) -> float:
    """Return the mean probability of the sentences that are cited."""
    sentences = {each.evidence.sentence: each.sure for each in named}.values()
    return sum(sentences) / len(sentences)


def _searched(looked: Looked) -> str:
    searched = looked.question.searched
    return "" if looked.question.text.startswith(searched) else searched


def surface(text: str) -> str:
    """Return words as items are compared: ``"The Financial Times,"`` → ``"financial times"``."""
    bare = _MARKS.sub("", _LEAD.sub("", spoken(text).strip(" ,;.:")))
    return " ".join(bare.lower().split())
