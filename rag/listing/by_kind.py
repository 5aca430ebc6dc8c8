"""``"All dates"``, ``"list the numbers"``: every thing of a kind that an article has, as a list."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from index.embed.embedder import Embedder
from index.library import Library
from index.types import Floats
from rag.check.injection import instructs
from rag.language.quantities import read_dates, read_numbers
from rag.libraries import at_hand
from rag.listing.choosing import Named
from rag.listing.list_all import listing_of
from rag.listing.looking import LIMIT, Looked
from rag.listing.types import Listing
from rag.question.encode import read_question
from rag.retrieval.candidates import Places
from rag.types import Evidence, Span

DATE, NUMBER = "date", "number"

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
    """Return all dates, or all numbers in digits, in source order, article by article.

    None if the question does not want all of a kind, or there is none. As many passages are looked
    at as for any list.

    Raises:
        LibraryError: the library cannot be read.
    """
    kind = kind_of_list(question, library.embedder)
    if not kind:
        return None
    with library.reading():
        ids = [n for each in at_hand(library, within) for n in library.passages_of(each.id)]
        passages = library.passages(ids[:LIMIT])
        read = [passages[number][0] for number in ids[:LIMIT] if number in passages]
        kept = tuple(
            Evidence(passage, sentence, 0.0, 0.0, ())
            for passage in read
            if (passage.article_id, passage.paragraph) not in without
            for sentence in passage.sentences
        )
        asked = read_question(question, (), library)
        looked = Looked(asked, kept, len(read), len(ids) <= LIMIT)
        named = [each for evidence in kept for each in _named(evidence, kind)]
        return listing_of(looked, named, library) if named else None


def _named(evidence: Evidence, kind: str) -> Iterator[Named]:
    base = evidence.sentence.start
    if not instructs(evidence.text):
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
