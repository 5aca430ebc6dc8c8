"""``Backend``: where one library is kept. ``Library`` and what builds on it call only this."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.backends.beside import Beside
from index.backends.findings import Findings, Mending
from index.backends.passages import Packed
from index.backends.queue import Queue
from index.boxes import PageBoxes
from index.types import (
    Article,
    Encoding,
    Entry,
    Fingerprint,
    Floats,
    Paragraph,
    Passage,
    PassageTokens,
    Removal,
    Table,
    TableRow,
    Tokens,
)

Ranking = list[tuple[int, float]]
"""Passages by their ids, each with its score, best first; higher is better."""

Tokenize = Callable[[Sequence[str]], list[Tokens]]
"""The embedder's."""

Cut = Callable[
    [Article, Sequence[Paragraph], Sequence[Table]],
    tuple[Sequence[Passage], Sequence[Encoding]],
]
"""Cuts an article into passages and encodes each."""

Step = Callable[[int, int], None]
"""Called with the articles that are done and the articles in all."""

MOST_ORIGINALS = "originals"
"""The setting of a library that keeps no more than so many bytes of files; others keep all."""

SETTINGS = ("embedder", "chunker", MOST_ORIGINALS)
"""What a library says of itself wherever it is kept."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that belongs to an article that is added. ``made_with``: what encoded its passages."""

    paragraphs: Sequence[Paragraph]
    passages: Sequence[Passage]
    encodings: Sequence[Encoding]
    made_with: Fingerprint
    tables: Sequence[Table] = ()
    boxes: Sequence[PageBoxes] = ()
    original: bytes = b""


@dataclass(frozen=True, slots=True)
class Holding:
    """All that a library holds of an article, as it is stored. ``sources``: each with its stamp."""

    article: Article
    paragraphs: Sequence[Paragraph]
    passages: Sequence[Packed]
    tables: Sequence[Table]
    boxes: Sequence[PageBoxes]
    original: bytes
    sources: Mapping[str, str | None]


Former = tuple[str, str, str]
"""A version that was replaced: its article's id, its source, and when."""


class Backend(Protocol):
    """One library's articles with all their parts; usable from threads.

    What changes an article is one transaction. Everything raises ``LibraryError``, or what is below
    it, where what is stored cannot be read or written.
    """

    @property
    def place(self) -> str:
        """Where the library is, as a message says it: without a password."""

    @property
    def address(self) -> str:
        """What opens it again, in another process too."""

    @property
    def folder(self) -> Path | None:
        """The folder that it is in; None of one in a database."""

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""

    @property
    def beside(self) -> Beside | None:
        """What is kept beside the articles; None where only articles can be."""

    def close(self) -> None:
        """Close what is open. It opens again by itself."""

    def update(self) -> None:
        """Make anew what was made by older rules, where that can be written."""

    def queue(self) -> Queue | None:
        """Return where files wait for workers; None where one process adds at a time."""

    def writing(self) -> AbstractContextManager[None]:
        """Hold what a writer needs over several changes, and publish them to readers at the end.

        Raises:
            LibraryBusy: another process is writing, and has not finished in time.
            LibraryReadOnly: nothing can be written.
        """

    def reading(self) -> AbstractContextManager[None]:
        """See one state of the library in this thread, whatever is written meanwhile."""

    def fingerprint(self) -> Fingerprint | None:
        """Return what made the vectors that are stored; None while there are none."""

    def set_meta(self, **values: str) -> None:
        """Store settings, in one transaction."""

    def insert(self, article: Article, parts: Parts) -> None:
        """Store an article that is not there; an older version of its source gives way to it."""

    def name(self, article_id: str, source: str) -> None:
        """Let ``source`` hold an article that is there already."""

    def delete(self, article_id: str) -> None:
        """Delete an article and everything that belongs to it."""

    def drop(self, source: str) -> None:
        """Forget a source, and its article if no other source holds it."""

    def stamp(self, source: str, stamp: str) -> None:
        """Remember in which state a source was read."""

    def remove_all(self, articles: Sequence[Article]) -> Removal:
        """Delete articles, and search what can be searched for what may be left of them."""

    def embed_again(self, cut: Cut, settings: Mapping[str, str], step: Step | None) -> None:
        """Give every article other passages, and the library ``settings``, in one transaction."""

    def articles(self) -> tuple[Article, ...]:
        """Return all articles in the order in which they were added."""

    def each_article(self) -> Iterator[Article]:
        """Yield the same, with few texts at a time in memory."""

    def entries(self) -> tuple[Entry, ...]:
        """Return all articles in the order in which they were added, without their texts."""

    def article(self, article_id: str) -> Article | None:
        """Return one article."""

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are there."""

    def languages_of(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the languages that articles' words are stemmed in, of those where they are."""

    def newer(self, article_id: str) -> tuple[str, str] | None:
        """Return source and id of what has taken the place of an article that was replaced."""

    def held_by(self, source: str) -> str | None:
        """Return the id of the article that a source holds."""

    def sources(self, folder: str) -> dict[str, str | None]:
        """Return the sources that begin with ``folder``, each with its stamp."""

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article in source order."""

    def tables(self, article_id: str) -> tuple[Table, ...]:
        """Return the tables of an article in source order."""

    def table_row(self, article_id: str, start: int) -> TableRow | None:
        """Return the row of a table that starts at ``start``; None if none does."""

    def page_boxes(self, article_id: str, start: int, end: int) -> tuple[PageBoxes, ...]:
        """Return the pages that have something of ``[start, end)``, with their words' boxes."""

    def original_seal(self, article_id: str) -> bytes | None:
        """Return what tells an article's file from any other; None if it is not kept."""

    def original(self, article_id: str) -> bytes | None:
        """Return the bytes of an article's file; None if they are not kept."""

    def nearest(self, vector: Floats, limit: int, within: Collection[str] | None = None) -> Ranking:
        """Return the passages nearest to ``vector`` (dim,), by cosine.

        ``within``: the ids of the articles to search; all, if not given.
        """

    def match(
        self,
        tokenize: Tokenize,
        question: str,
        limit: int,
        within: Collection[str] | None = None,
    ) -> Ranking:
        """Return passages that share words with a question, by BM25 or how rare those are."""

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are there, each with its token vectors."""

    def passages_of(self, article_id: str) -> list[int]:
        """Return the ids of the passages of one article, in source order."""

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""

    def settings(self) -> dict[str, str]:
        """Return what the library says of itself: its embedder, and what it keeps of files."""

    def former(self) -> Sequence[Former]:
        """Return the versions that were replaced."""

    def remember(self, former: Sequence[Former]) -> None:
        """Take versions that were replaced in another library."""

    def holding(self, article_id: str) -> Holding | None:
        """Return all of an article, to be kept elsewhere."""

    def take(self, holding: Holding) -> None:
        """Store an article of another library as it is; its passages keep their ids."""

    def refresh(self) -> list[str]:
        """Look at what is stored, not at what is in memory; say what was made anew for it."""

    def examine(self) -> Findings:
        """Verify every hash, every range and every count.

        Raises:
            LibraryDamaged: what is stored cannot be read to its end.
        """

    def examine_search(self) -> list[str]:
        """Say where the search index is not of the passages that are stored."""

    def mend(self, mending: Mending) -> None:
        """Put back what was made again, and make the words' index again, in one transaction."""
