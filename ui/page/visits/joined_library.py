"""A visitor's own articles, asked together with those that everybody sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, zip_longest

from index.boxes import PageBoxes
from index.errors import LibraryError
from index.filter import Filter
from index.library import Library
from index.types import (
    Article,
    Entry,
    Floats,
    Paragraph,
    Passage,
    PassageTokens,
    Removal,
    Table,
    TableRow,
)

Ranking = list[tuple[int, float]]


class JoinedLibrary(Library):
    """A library that also finds what is in ``shared``, which it never changes.

    Nothing is copied, so it costs the same however large ``shared`` is. Passages of its own go by
    the negative of their ids.
    """

    shared: Library

    def owns(self, article_id: str) -> bool:
        """Tell whether an article is this library's own."""
        return self._backend.article(article_id) is not None

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles, the shared ones first."""
        return (*self.shared.articles, *super().articles)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All articles without their texts, the shared ones first."""
        return (*self.shared.entries, *super().entries)

    def article(self, article_id: str) -> Article:
        """Return one article, own or shared. Raises what ``Library.article`` raises."""
        own = self.owns(article_id)
        return super().article(article_id) if own else self.shared.article(article_id)

    def newer(self, article_id: str) -> Article | None:
        """Return the newest version of an article that was replaced, in either library."""
        return super().newer(article_id) or self.shared.newer(article_id)

    def find(
        self,
        *,
        since: str | None = None,
        before: str | None = None,
        source: str | None = None,
        title: str | None = None,
    ) -> tuple[Article, ...]:
        """Return the articles of both like that. Raises what ``Library.find`` raises."""
        wanted = Filter(since, before, source, title)
        return tuple(self.article(entry.id) for entry in self.entries if wanted.admits(entry))

    def remove(self, article_id: str) -> Article:
        """Remove one of the own articles.

        Raises:
            LibraryError: there is none with this id among them.
        """
        self._refuse_shared([article_id])
        return super().remove(article_id)

    def remove_all(self, article_ids: Collection[str]) -> Removal:
        """Remove own articles, and prove it. Raises what ``remove`` raises."""
        self._refuse_shared(article_ids)
        return super().remove_all(article_ids)

    def _refuse_shared(self, article_ids: Collection[str]) -> None:
        for article_id in article_ids:
            if not self.owns(article_id):
                raise LibraryError(f"{article_id} is not an article that you have added")

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article, own or shared."""
        return super().paragraphs(article_id) or self.shared.paragraphs(article_id)

    def tables(self, article_id: str) -> tuple[Table, ...]:
        """Return the tables of an article, own or shared."""
        return super().tables(article_id) or self.shared.tables(article_id)

    def table_row(self, article_id: str, start: int) -> TableRow | None:
        """Return the row of a table that begins at ``start``, of either library."""
        return super().table_row(article_id, start) or self.shared.table_row(article_id, start)

    def page_boxes(self, article_id: str, start: int, end: int) -> tuple[PageBoxes, ...]:
        """Return the pages that have something of a range, of either library."""
        own = super().page_boxes(article_id, start, end)
        return own or self.shared.page_boxes(article_id, start, end)

    def original_seal(self, article_id: str) -> bytes | None:
        """Return what tells an article's file from any other, of either library."""
        own = self.owns(article_id)
        return super().original_seal(article_id) if own else self.shared.original_seal(article_id)

    def original(self, article_id: str) -> bytes | None:
        """Return the bytes of an article's file, of either library."""
        own = self.owns(article_id)
        return super().original(article_id) if own else self.shared.original(article_id)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of both libraries in this thread."""
        with self.shared.reading(), super().reading():
            yield

    def nearest(self, vector: Floats, limit: int, within: Collection[str] | None = None) -> Ranking:
        """Return ``(passage id, cosine)`` of the nearest of both, best first."""
        found = [
            *_negated(super().nearest(vector, limit, within)),
            *self.shared.nearest(vector, limit, within),
        ]
        return sorted(found, key=lambda hit: -hit[1])[:limit]

    def match(self, question: str, limit: int, within: Collection[str] | None = None) -> Ranking:
        """Return passages that share words with it: the best of each library in turns.

        BM25 counts how rare a word is among few or among many passages, so the scores of two
        libraries cannot be compared; their ranks can.
        """
        own = _negated(super().match(question, limit, within))
        shared = self.shared.match(question, limit, within)
        turns = chain.from_iterable(zip_longest(own, shared))
        return [hit for hit in turns if hit is not None][:limit]

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are still there."""
        own = super().passages([-number for number in ids if number < 0])
        shared = self.shared.passages([number for number in ids if number > 0])
        negated = {
            -number: (replace(passage, id=-number), tokens)
            for number, (passage, tokens) in own.items()
        }
        return {**negated, **shared}

    def passages_of(self, article_id: str) -> list[int]:
        """Return the ids of the passages of one article, own or shared, in source order."""
        own = [-number for number in super().passages_of(article_id)]
        return own or self.shared.passages_of(article_id)

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are still there."""
        return {**self.shared.titles(article_ids), **super().titles(article_ids)}

    def languages_of(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the languages that articles' words are stemmed in, of those where they are."""
        return {**self.shared.languages_of(article_ids), **super().languages_of(article_ids)}

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        own, counts = super().frequencies(tokens)
        shared, others = self.shared.frequencies(tokens)
        both = {t: counts.get(t, 0) + others.get(t, 0) for t in {*counts, *others}}
        return own + shared, both


def _negated(ranking: Iterable[tuple[int, float]]) -> Ranking:
    return [(-number, score) for number, score in ranking]
