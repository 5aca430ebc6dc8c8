"""``"All dates"``, ``"list the people"``: every thing of a kind that an article has, as a list."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from index.embed.embedder import Embedder
from index.library import Library
from index.types import Floats, Passage, PassageTokens
from rag.check.injection import instructs
from rag.language.quantities import read_dates, read_numbers
from rag.libraries import at_hand
from rag.listing.choosing import Named
from rag.listing.list_all import listing_of
from rag.listing.looking import LIMIT, Looked
from rag.listing.types import Listing
from rag.naming.kinds import Called, Kind, find_called, fitted_for
from rag.question.encode import read_question
from rag.retrieval.candidates import Places
from rag.types import Evidence, Span, text_of

DATE, NUMBER = "date", "number"

NAMED = {Kind.PERSON.value: 0.7, Kind.PLACE.value: 0.6}
"""The kinds of names that are listed, each with the least probability that is worth an item; chosen
on the calibration half of ``eval/own/names.jsonl``."""

YEARS = 1000, 2100
"""A number of four digits alone is a year within these: ``"2016"``, ``"1970s"``."""


@cache
def _known() -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Return the examples, the kind of each, and the least cosine with the nearest of them."""
    stored = json.loads(files("rag.listing").joinpath("kinds.json").read_text("utf-8"))
    pairs = [(text, kind) for kind, texts in stored["examples"].items() for text in texts]
    return tuple(text for text, _ in pairs), tuple(kind for _, kind in pairs), stored["least"]


_vectors: dict[str, Floats] = {}


def kind_of_list(question: str, embedder: Embedder) -> str:
    """Return the kind of thing of which a question wants all there are; "" if it asks for more.

    ``"which dates are mentioned"`` → ``"date"``, ``"delivery dates of the model"`` → ``""``. It is
    that of the nearest of a few examples, if that is near enough.
    """
    examples, kinds, least = _known()
    name = repr(embedder.fingerprint)
    if name not in _vectors:
        encoded = embedder.encode(examples, query=True)
        _vectors[name] = np.array([each.vector for each in encoded])
    (asked,) = embedder.encode([question], query=True)
    near = _vectors[name] @ asked.vector
    best = int(near.argmax())
    return kinds[best] if near[best] >= least else ""


def list_by_kind(
    question: str,
    library: Library,
    *,
    within: Collection[str] | None = None,
    without: Places = frozenset(),
) -> Listing | None:
    """Return all dates, numbers in digits, persons or places, in source order, by article.

    None if the question does not want all of a kind, or there is none. As many passages are looked
    at as for any list.

    Raises:
        LibraryError: the library cannot be read.
    """
    kind = kind_of_list(question, library.embedder)
    if not kind or (kind in NAMED and library.embedder.fingerprint.weights != fitted_for()):
        return None
    with library.reading():
        ids = [n for each in at_hand(library, within) for n in library.passages_of(each.id)]
        passages = library.passages(ids[:LIMIT])
        read = [passages[number] for number in ids[:LIMIT] if number in passages]
        free = [each for each in read if (each[0].article_id, each[0].paragraph) not in without]
        kept = tuple(
            Evidence(passage, sentence, 0.0, 0.0, ())
            for passage, _ in free
            for sentence in passage.sentences
            if not instructs(text_of(passage, sentence))
        )
        asked = read_question(question, (), library)
        looked = Looked(asked, kept, len(read), len(ids) <= LIMIT)
        if kind in NAMED:
            named = [*_called(free, kept, kind)]
        else:
            named = [each for evidence in kept for each in _named(evidence, kind)]
        return listing_of(looked, named, library) if named else None


def _called(
    read: Sequence[tuple[Passage, PassageTokens]], kept: Sequence[Evidence], kind: str
) -> Iterator[Named]:
    """Yield every mention of every name of a kind, name by name, each in its article alone."""
    articles = dict.fromkeys(passage.article_id for passage, _ in read)
    for article in articles:
        inside = [each for each in read if each[0].article_id == article]
        held = [each for each in kept if each.passage.article_id == article]
        for name in find_called(inside):
            if name.kind == kind and name.sure >= NAMED[kind]:
                for _, place in name.places:
                    yield from _mentioned(held, place, name)


def _mentioned(held: Sequence[Evidence], place: Span, name: Called) -> Iterator[Named]:
    for each in held:
        if each.sentence.start <= place[0] and place[1] <= each.sentence.end:
            yield Named(each, place, name.sure, name.text)
            return


def _named(evidence: Evidence, kind: str) -> Iterator[Named]:
    base = evidence.sentence.start
    for start, end in _ranges(evidence.text, kind):
        yield Named(evidence, (base + start, base + end), 1.0)


def _ranges(text: str, kind: str) -> list[Span]:
    """Return the dates and years of a sentence; or its other numbers in digits."""
    dates = [(each.start, each.end) for each in read_dates(text)]
    numbers = [(each.start, each.end) for each in read_numbers(text)]
    free = [
        (start, end)
        for start, end in numbers
        if any(letter.isdigit() for letter in text[start:end])
        and not any(start < last and first < end for first, last in dates)
    ]
    years = [place for place in free if _is_year(text[slice(*place)])]
    return sorted([*dates, *years]) if kind == DATE else [n for n in free if n not in years]


def _is_year(text: str) -> bool:
    year = text.removesuffix("s")
    return len(year) == 4 and year.isdigit() and YEARS[0] <= int(year) < YEARS[1]
