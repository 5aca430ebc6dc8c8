"""A library in a folder: ``library.sqlite``, the search index beside it, one writer at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from index.backends.backend import Cut, Former, Holding, Ranking, Step, Tokenize
from index.backends.findings import Findings, Mending
from index.backends.sqlite import copying
from index.backends.sqlite.lock import writer_lock
from index.backends.sqlite.opening import check_log, find_library, make_library
from index.backends.sqlite.reading import frequencies, passages_of, read_passages
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.nearest import nearest
from index.backends.sqlite.vectors.search import Search
from index.backends.sqlite.words.bm25 import FullText
from index.backends.words.ranking import match
from index.errors import LibraryBusy, LibraryError
from index.types import Article, Fingerprint, Floats, Passage, PassageTokens, Removal

if TYPE_CHECKING:
    from index.backends.backend import Backend


class Folder(Store):
    """A ``Backend``. Made by ``Folder.open``."""

    beside = None

    def __init__(self, folder: Path, *, read_only: bool, lock_wait: float) -> None:
        """Use ``Folder.open``."""
        super().__init__(folder, read_only=read_only)
        self.folder = folder
        self.search = Search(folder, self)
        self._lock_wait = lock_wait
        self._write_guard = RLock()
        self._writing = 0

    @classmethod
    def open(cls, place: Path, *, create: bool, lock_wait: float) -> Folder:
        """Open the library in a folder, or make one there if ``create``.

        Raises:
            LibraryError: the folder is something else, or what is in it is damaged.
        """
        exists = find_library(place, create)
        read_only = exists and not os.access(place, os.W_OK)
        opened = cls(place, read_only=read_only, lock_wait=lock_wait)
        try:
            if not opened.read_only and opened.blank():
                with writer_lock(place, lock_wait):
                    make_library(place, opened)
            opened.verify()
            check_log(place, opened.search.revision)
        except LibraryError:
            opened.close()
            raise
        return opened

    @property
    def place(self) -> str:
        """The folder's name."""
        return str(self.folder)

    @property
    def address(self) -> str:
        """The same."""
        return str(self.folder)

    def queue(self) -> None:
        """A folder has one writer: nothing waits for others."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock over several changes, and publish them to readers at the end.

        Raises:
            LibraryBusy: another process is writing.
            LibraryReadOnly: the folder cannot be written.
        """
        with self._write_guard:
            if self._writing:
                yield
                return
            with writer_lock(self.folder, self._lock_wait):
                self.renew_words()
                self._writing += 1
                try:
                    yield
                finally:
                    self._writing -= 1
                    self.search.publish()

    def update(self) -> None:
        """Make the full-text index anew if it is by older rules, unless another is writing."""
        if not self.read_only and self.words_are_old:
            with suppress(LibraryBusy), self.writing():  # whoever may write renews it
                pass

    def reading(self) -> AbstractContextManager[None]:
        """See one state of the library in this thread, whatever is written meanwhile."""
        return self.search.pin(writing=bool(self._writing))

    def fingerprint(self) -> Fingerprint | None:
        """Return what made the vectors that are stored; None while there are none."""
        stored = self.meta("embedder")
        with self.guard():
            return Fingerprint(**json.loads(stored)) if stored and self.search.revision() else None

    def nearest(self, vector: Floats, limit: int, within: Collection[str] | None = None) -> Ranking:
        """Return the passages nearest to ``vector`` (dim,), by cosine."""
        generation = self.search.current(writing=bool(self._writing))
        return nearest(self, generation, vector, limit, within)

    def match(
        self,
        tokenize: Tokenize,
        question: str,
        limit: int,
        within: Collection[str] | None = None,
    ) -> Ranking:
        """Return passages that share words with a question, of those that are published."""
        generation = self.search.current(writing=bool(self._writing))
        found = match(FullText(self), tokenize, question, limit, within)
        held = generation.holds([number for number, _ in found])
        return [hit for hit, known in zip(found, held, strict=True) if known]

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are there, each with its token vectors."""
        return read_passages(self, ids)

    def passages_of(self, article_id: str) -> list[int]:
        """Return the ids of the passages of one article, in source order."""
        return passages_of(self, article_id)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return frequencies(self, tokens)

    def remove_all(self, articles: Sequence[Article]) -> Removal:
        """Delete articles, and search every file of the library for what may be left of them."""
        from index.backends.sqlite.integrity.removal import marks_of, search_files

        with self.writing():
            marks = [marks_of(self, article) for article in articles]
            for article in articles:
                self.delete(article.id)
        index = self.search.current(writing=False)
        found = search_files(self.folder, self, index, marks)
        if found.left:
            with self.writing():
                self.vacuum()
            found = search_files(self.folder, self, index, marks)
        return found

    def embed_again(self, cut: Cut, settings: Mapping[str, str], step: Step | None) -> None:
        """Give every article other passages, and the library ``settings``, in one transaction."""
        from index.backends.sqlite.mending import embed_again

        embed_again(self, cut, settings, step)

    def settings(self) -> dict[str, str]:
        """Return what the library says of itself: its embedder, and what it keeps of files."""
        return copying.settings(self)

    def former(self) -> Sequence[Former]:
        """Return the versions that were replaced."""
        return copying.former(self)

    def remember(self, former: Sequence[Former]) -> None:
        """Take versions that were replaced in another library."""
        copying.remember(self, former)

    def holding(self, article_id: str) -> Holding | None:
        """Return all of an article, to be kept elsewhere."""
        return copying.holding(self, article_id)

    def take(self, holding: Holding) -> None:
        """Store an article of another library as it is; its passages keep their ids."""
        copying.take(self, holding)

    def refresh(self) -> list[str]:
        """Look at the files, not at what is in memory; say whether the search index was wrong."""
        self.search.forget()
        if self.search.revision() and not self.search.published():
            return ["the search index did not match and was rebuilt"]
        return []

    def examine(self) -> Findings:
        """Verify the database, every hash, every range and every count."""
        from index.backends.sqlite.integrity.check import examine

        with self.snapshot():
            found = examine(self, self.fingerprint())
        if not self.read_only and not self._writing:
            self.checkpoint()  # a removal may have found a reader in its way
        return found

    def examine_search(self) -> list[str]:
        """Say where the search index is not of the passages that are stored."""
        from index.backends.sqlite.integrity.check import examine_search

        generation = self.search.current(writing=False)
        with self.snapshot():
            return list(examine_search(self, generation))

    def mend(self, mending: Mending) -> None:
        """Put back what was made again, and make the words' index again, in one transaction."""
        from index.backends.sqlite.mending import mend

        mend(self, mending)


if TYPE_CHECKING:

    def _is_backend(folder: Folder) -> Backend:
        return folder
