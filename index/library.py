"""``Library``: the handle of one folder of articles. Adding writes to it, asking reads from it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING

from index.backends.sqlite.lock import writer_lock
from index.backends.sqlite.store import Store
from index.contents import Contents
from index.embed.choice import embedder_for
from index.embed.embedder import Embedder, load_embedder
from index.errors import LibraryBusy, LibraryError, LibraryReadOnly
from index.opening import check_log, find_library, make_library
from index.parse.text import user_path
from index.progress import Progress, unseen
from index.segment.passages import CHUNKER
from index.types import PASTED, Article, Check, Document, Removal

if TYPE_CHECKING:
    from index.backends.sqlite.integrity.check import Findings
    from index.upkeep.reindex import Step

LOCK_SECONDS = 10.0
"""How long a writer waits for another one."""


class Library(Contents):
    """A folder of articles that can be searched. Made by ``Library.open``; usable from threads.

    >>> with Library.open("my-articles") as library:
    ...     library.add("story.txt")
    """

    def __init__(
        self, folder: Path, store: Store, embedder: Embedder | None, lock_wait: float
    ) -> None:
        """Use ``Library.open``."""
        super().__init__(folder, store, embedder)
        self._lock_wait = lock_wait
        self._write_guard = RLock()

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        *,
        embedder: Embedder | str | None = None,
        create: bool = True,
        lock_wait: float = LOCK_SECONDS,
    ) -> Library:
        """Open the library in ``folder``, or make one there if ``create``.

        Args:
            folder: the library's own folder.
            embedder: an ``Embedder``, or the name or path of a sentence-transformers model; if
                not given, the library's own. A new one gets that for English, or the multilingual
                one, as its first article is.
            create: whether a new or empty folder may become a library.
            lock_wait: seconds that a writer waits for another one.

        Raises:
            LibraryError: the folder is something else; it is damaged; it is of another embedder.
        """
        place = user_path(folder)
        chosen = load_embedder(embedder) if isinstance(embedder, str) else embedder
        exists = find_library(place, create)
        store = Store(place, read_only=exists and not os.access(place, os.W_OK))
        library = cls(place, store, chosen, lock_wait)
        try:
            if not store.read_only and store.blank():
                with writer_lock(place, lock_wait):
                    make_library(place, store)
            store.verify()
            library._check_name()
            check_log(place, library._search.revision)
            library._renew_words()
        except LibraryError:
            store.close()
            raise
        return library

    def close(self) -> None:
        """Close the files. The library can be opened again."""
        self._store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, path: str | os.PathLike[str], progress: Progress = unseen) -> Article:
        """Add the file at ``path``; if its text is in the library already, change nothing.

        If another text was read from it before, this is a newer version and takes its place.

        Raises:
            InputError: the file cannot be taken in.
            LibraryError: the library cannot be written.
        """
        from index.parse.document import read_document

        self._refuse_read_only()
        return self.add_document(read_document(user_path(path)), progress)

    def add_text(self, text: str, *, title: str | None = None, source: str = PASTED) -> Article:
        """Add a text that is at hand, as the newest version of ``source`` if one is named.

        Raises what ``add`` raises.
        """
        from index.parse.document import parse_text

        self._refuse_read_only()
        return self.add_document(parse_text(text, source=source, title=title))

    def add_document(self, document: Document, progress: Progress = unseen) -> Article:
        """Add a document that is parsed already. Raises what ``add`` raises."""
        from index.build import add_document

        self._refuse_read_only()
        with self.adding():
            if self._stored_fingerprint() is None:
                if not self._named:
                    self._embedder = load_embedder(embedder_for(document.text))
                mark = json.dumps(asdict(self._embedder.fingerprint))
                self._store.set_meta(embedder=mark, chunker=CHUNKER)
            return add_document(document, self._store, self.embedder, progress)

    def reindex(self, embedder: Embedder | str, step: Step | None = None) -> None:
        """Cut and embed all articles again with another embedder, from their stored texts.

        All of it or nothing is done. Who has the library open has to open it again.

        Raises:
            LibraryError: there is no such embedder, or the library cannot be written.
        """
        from index.upkeep.reindex import embed_again

        self._refuse_read_only()
        chosen = load_embedder(embedder) if isinstance(embedder, str) else embedder
        _ = chosen.fingerprint
        with self.writing():
            embed_again(self._store, chosen, step)
            self._embedder, self._named, self._trusted = chosen, True, None

    def remove(self, article_id: str) -> Article:
        """Remove one article and return it.

        Raises:
            LibraryError: there is none with this id, or the library cannot be written.
        """
        self._refuse_read_only()
        with self.writing():
            article = self.article(article_id)
            self._store.delete(article_id)
            return article

    def drop(self, source: str) -> None:
        """Forget a source, and its article if no other source holds it.

        Raises:
            LibraryError: the library cannot be written.
        """
        self._refuse_read_only()
        with self.writing():
            self._store.drop(source)

    def stamp(self, source: str, stamp: str) -> None:
        """Remember in which state a source was read. Raises what ``drop`` raises."""
        self._refuse_read_only()
        with self.writing():
            self._store.stamp(source, stamp)

    def remove_all(self, article_ids: Collection[str]) -> Removal:
        """Remove articles, and search every file of the library for what may be left of them.

        Raises:
            LibraryError: there is none with one of these ids, or the library cannot be written.
        """
        from index.backends.sqlite.integrity.removal import marks_of, search_files

        self._refuse_read_only()
        with self.writing():
            articles = [self.article(article_id) for article_id in dict.fromkeys(article_ids)]
            marks = [marks_of(self._store, article) for article in articles]
            for article in articles:
                self._store.delete(article.id)
        index = self._search.current(writing=False)
        found = search_files(self.folder, self._store, index, marks)
        if found.left:
            with self.writing():
                self._store.vacuum()
            found = search_files(self.folder, self._store, index, marks)
        return found

    def check(self) -> Check:
        """Verify all that is stored, mend what can be mended, and say what was found.

        Raises:
            LibraryDamaged: the database cannot be read to its end.
        """
        from index.backends.sqlite.integrity.check import examine_search
        from index.upkeep.repair import repair

        healed: list[str] = []
        self._search.forget()
        if self._search.revision() and not self._search.published():
            healed.append("the search index did not match and was rebuilt")
        found = self._examine()
        if not self._store.read_only:
            self._store.checkpoint()  # a removal may have found a reader in its way
        if found.problems and not self._store.read_only:
            with self.writing():
                damaged = self._examine()
                mended = repair(self._store, damaged, lambda: self.embedder)
            found = self._examine()
            healed += [each for each in damaged.problems if each not in found.problems]
            healed += mended
        search = self._search.current(writing=False)
        with self._store.snapshot():
            problems = [*found.problems, *examine_search(self._store, search)]
        return Check(found.counted, tuple(problems), tuple(healed))

    def _examine(self) -> Findings:
        from index.backends.sqlite.integrity.check import examine

        with self._store.snapshot():
            return examine(self._store, self._stored_fingerprint())

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
                self._store.renew_words()
                self._writing += 1
                try:
                    yield
                finally:
                    self._writing -= 1
                    self._search.publish()

    def adding(self) -> AbstractContextManager[None]:
        """Hold the writer's lock over several additions. Raises what ``writing`` raises.

        The embedder is made ready before: its first use of all converts the model, which takes
        longer than others would wait. Which one that is, a new library does not know yet.
        """
        if self._named or self._stored_fingerprint():
            _ = self._embedder.fingerprint
        return self.writing()

    def _check_name(self) -> None:
        if stored := self._stored_fingerprint():
            self._follow(stored)
            if stored.name != self._embedder.name:
                raise self._mismatch(stored, self._embedder.name)

    def _renew_words(self) -> None:
        """Make the full-text index anew if it is by older rules, unless another is writing."""
        if not self._store.read_only and self._store.words_are_old:
            with suppress(LibraryBusy), self.writing():  # whoever may write renews it
                pass

    def _refuse_read_only(self) -> None:
        """Refuse before any parsing.

        Raises:
            LibraryReadOnly: nothing can be written here.
        """
        if self._store.read_only:
            raise LibraryReadOnly(
                f"{self.folder} cannot be written: change its rights, or copy it elsewhere"
            )
