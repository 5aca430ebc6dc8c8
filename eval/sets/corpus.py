"""``Corpus``: a set's articles in a library, and what the set calls them there."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from eval.metrics.ranges import Need, Range
from eval.types import Gold, Place, QuestionSet, SetArticle
from index import Library
from index.backends.sqlite.database import VERSION
from index.cache import cache_folder
from index.embed.embedder import Embedder
from index.embed.forward import chosen_numerics
from index.errors import InputError
from index.segment.passages import CHUNKER
from index.types import Article

Item = TypeVar("Item")


class Track(Protocol):
    """What shows progress."""

    def __call__(self, items: Sequence[Item], name: str, /) -> Iterable[Item]:
        """Hand the items on, one by one; ``name`` is what is being done with them."""


def quiet(items: Sequence[Item], name: str, /) -> Iterable[Item]:
    """Show nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Corpus:
    """A library with a set's articles in it.

    ``ids`` are the library's ids by the set's keys (one text under two keys has one id), ``texts``
    and ``paragraphs`` are by the library's ids; ``refused`` says what could not be taken in.
    """

    library: Library
    ids: Mapping[str, str]
    texts: Mapping[str, str]
    paragraphs: Mapping[str, tuple[tuple[int, int], ...]]
    refused: tuple[str, ...] = ()

    def range(self, place: Place) -> Range:
        """Return ``place`` by the library's id; of an article that was refused, by its key."""
        return self.ids.get(place.article, place.article), place.start, place.end

    def need(self, gold: Gold) -> Need:
        """Return the equally good ranges of one piece of evidence."""
        return [self.range(place) for place in gold.places]

    def units(self, place: Range) -> list[str]:
        """Return the set's paragraphs that a range touches: what rankings are made of."""
        article, start, end = place
        spans = self.paragraphs.get(article, ())
        first = max(bisect_right(spans, start, key=lambda span: span[0]) - 1, 0)
        touched = range(first, bisect_right(spans, end - 1, key=lambda span: span[0]))
        return [f"{article}:{n}" for n in touched if spans[n][1] > start] or [f"{article}:"]


def fill(library: Library, articles: Sequence[SetArticle], track: Track) -> Corpus:
    """Add ``articles`` to the library, and return it as a corpus. Adding again changes nothing.

    Raises:
        InputError: the library keeps another text than the set has.
        LibraryError: the library cannot be written.
    """
    kept: dict[str, Article] = {}
    refused: list[str] = []
    with library.adding():
        for article in track(articles, "adding articles"):
            try:
                kept[article.key] = _add(library, article)
            except InputError as error:
                refused.append(f"{article.key}: {error}")
    for article in articles:
        if article.key in kept and kept[article.key].text != article.text:
            raise InputError(f"{article.key}: its ranges are of a text with other line ends")
    return Corpus(
        library,
        {key: article.id for key, article in kept.items()},
        {article.id: article.text for article in kept.values()},
        {kept[a.key].id: a.paragraphs for a in articles if a.key in kept},
        tuple(refused),
    )


def open_corpus(
    questions: QuestionSet,
    track: Track,
    embedder: Embedder | str | None = None,
    place: str | None = None,
) -> Corpus:
    """Return the set's articles in a library of their own, kept for the next time.

    ``place``: its folder or address; one in the cache, if not given.

    Raises:
        InputError, LibraryError: see ``fill``; the library at ``place`` has other articles too.
    """
    library = Library.open(place or _cached(questions, embedder), embedder=embedder)
    corpus = fill(library, questions.articles, track)
    if place and {entry.id for entry in library.entries} != set(corpus.ids.values()):
        raise InputError(f"{library.place} has other articles than the set: name a new library")
    return corpus


def _cached(questions: QuestionSet, embedder: Embedder | str | None) -> Path:
    """Return a folder of the cache for exactly these articles, as they are read today."""
    mark = hashlib.sha256(f"{VERSION} {CHUNKER}".encode())
    for article in questions.articles:
        mark.update(f"{article.title}\0{article.text}\0".encode())
    name = embedder if isinstance(embedder, str) else getattr(embedder, "name", "")
    mark.update(f"{name} {chosen_numerics() or ''}".encode())
    return cache_folder() / "eval" / mark.hexdigest()[:16]


def _add(library: Library, article: SetArticle) -> Article:
    if article.path:
        return library.add(article.path)
    return library.add_text(article.text, title=article.title or None, source=article.key)
