"""``Contents``: what is in a library, as asking reads it."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from weakref import WeakValueDictionary

from index.backends.backend import Backend
from index.backends.beside import Beside
from index.boxes import PageBoxes
from index.embed.choice import BUNDLED
from index.embed.embedder import Embedder, load_embedder
from index.errors import ArticleEdited, EmbedderMismatch, LibraryError
from index.filter import Filter
from index.types import (
    Article,
    Entry,
    Fingerprint,
    Floats,
    Paragraph,
    Passage,
    PassageTokens,
    Table,
    TableRow,
)


class Contents:
    """The articles of a library, their passages, and what is near to a question."""

    def __init__(self, backend: Backend, embedder: Embedder | None) -> None:
        """``embedder``: the one that was named; without one, the library's own, or the default."""
        self._backend = backend
        self._named = embedder is not None
        self._embedder = embedder or load_embedder()
        self._trusted: str | None = None
        self._alive: WeakValueDictionary[str, Article] = WeakValueDictionary()

    @property
    def place(self) -> str:
        """Where the library is, as a message says it."""
        return self._backend.place

    @property
    def address(self) -> str:
        """What opens the library again, in another process too: not to be shown."""
        return self._backend.address

    @property
    def folder(self) -> Path | None:
        """The library's folder; None of one in a database."""
        return self._backend.folder

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written here."""
        return self._backend.read_only

    @property
    def beside(self) -> Beside | None:
        """What is kept beside the articles; None of a folder, and of what cannot be written."""
        return self._backend.beside

    @property
    def embedder(self) -> Embedder:
        """The embedder, made sure to be the one whose vectors are stored.

        Raises:
            EmbedderMismatch: the library was made with another one.
        """
        stored = self._backend.fingerprint()
        if stored and self._trusted != str(stored):
            self._follow(stored)
            if stored != self._embedder.fingerprint:
                raise self._mismatch(stored, str(self._embedder.fingerprint))
            self._trusted = str(stored)
        return self._embedder

    @property
    def embedder_name(self) -> str:
        """The name of the embedder; costs nothing."""
        return self._embedder.name

    def _follow(self, stored: Fingerprint) -> None:
        """Take the library's own embedder, if none was named and none was used yet."""
        if not self._named and self._trusted is None and stored.name in BUNDLED:
            self._embedder = load_embedder(stored.name)

    def _mismatch(self, stored: Fingerprint, other: str) -> EmbedderMismatch:
        return EmbedderMismatch(
            f"{self.place} was made with {stored}, not with {other}: open it with that embedder, "
            "or move it to the other one with pullquote reindex"
        )

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles, in the order in which they were added."""
        return self._backend.articles()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All articles without their texts, in the order in which they were added."""
        return self._backend.entries()

    def find(
        self,
        *,
        since: str | None = None,
        before: str | None = None,
        source: str | None = None,
        title: str | None = None,
    ) -> tuple[Article, ...]:
        """Return the articles published in a time, or with words in their source or title.

        ``since`` and ``before`` are ISO dates or their beginning: from ``"2025"``, before
        ``"2025-05"`` is January to April. An article without a date is in no time. Case does not
        matter.

        Raises:
            InputError: that is not a date.
        """
        wanted = Filter(since, before, source, title)
        found = (self._backend.article(each.id) for each in self.entries if wanted.admits(each))
        return tuple(article for article in found if article)

    def article(self, article_id: str) -> Article:
        """Return one article.

        Raises:
            ArticleEdited: a newer version of its source has taken its place.
            LibraryError: there is none with this id.
        """
        article = self._backend.article(article_id)
        if article is None:
            newer = self._backend.newer(article_id)
            if newer:
                raise ArticleEdited(
                    f"{newer[0]} was edited since it was article {article_id}: "
                    f"it is article {newer[1]} now"
                )
            raise LibraryError(f"{self.place} has no article {article_id!r}: see the list of ids")
        return self._shared(article)

    def _shared(self, article: Article) -> Article:
        """Return the same object for the same article, so that its text is in memory once."""
        known = self._alive.get(article.id)
        if known == article:
            return known
        self._alive[article.id] = article
        return article

    def newer(self, article_id: str) -> Article | None:
        """Return the newest version of an article that was replaced; None if it was not."""
        newer = self._backend.newer(article_id)
        return self._backend.article(newer[1]) if newer else None

    def sources(self, folder: str | os.PathLike[str]) -> dict[str, str | None]:
        """Return the sources in a folder and below it, each with the stamp it was given."""
        from index.parse.document import source_of

        return self._backend.sources(str(Path(source_of(Path(folder))) / "_")[:-1])

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article, in source order."""
        return self._backend.paragraphs(article_id)

    def tables(self, article_id: str) -> tuple[Table, ...]:
        """Return the tables of an article, in source order."""
        return self._backend.tables(article_id)

    def table_row(self, article_id: str, start: int) -> TableRow | None:
        """Return the row of a table that starts at a place of an article; None if none does."""
        return self._backend.table_row(article_id, start)

    def page_boxes(self, article_id: str, start: int, end: int) -> tuple[PageBoxes, ...]:
        """Return the pages that have something of ``[start, end)`` of an article, with boxes.

        None of what has no pages, or was added before boxes were kept.
        """
        return self._backend.page_boxes(article_id, start, end)

    def original_seal(self, article_id: str) -> bytes | None:
        """Return what tells an article's file from any other; None where ``original`` is None."""
        return self._backend.original_seal(article_id)

    def original(self, article_id: str) -> bytes | None:
        """Return the bytes of an article's file; None of what has no pages to be drawn."""
        return self._backend.original(article_id)

    def reading(self) -> AbstractContextManager[None]:
        """See one state of the library in this thread, whatever is written meanwhile."""
        return self._backend.reading()

    def nearest(
        self, vector: Floats, limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine)`` of the passages nearest to ``vector`` (dim,).

        ``within``: the ids of the articles to search; all, if not given.

        Raises:
            EmbedderMismatch: the library has been moved to another embedder meanwhile.
        """
        _ = self.embedder
        return self._backend.nearest(vector, limit, within)

    def match(
        self, question: str, limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, BM25)`` of passages that share words with it, best first."""
        return self._backend.match(self._embedder.tokenize, question, limit, within)

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are still there, each with its token vectors."""
        return self._backend.passages(ids)

    def passages_of(self, article_id: str) -> list[int]:
        """Return the ids of the passages of one article, in source order."""
        return self._backend.passages_of(article_id)

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are still there."""
        return self._backend.titles(article_ids)

    def languages_of(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the languages that articles' words are stemmed in, of those where they are."""
        return self._backend.languages_of(article_ids)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return self._backend.frequencies(tokens)
