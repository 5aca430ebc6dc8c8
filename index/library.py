"""``Library``: the handle of a collection of articles. Adding writes to it, asking reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import asdict
from types import TracebackType
from typing import TYPE_CHECKING

from index.backends.backend import MOST_ORIGINALS
from index.contents import Contents
from index.embed.choice import embedder_for
from index.embed.embedder import Embedder, load_embedder
from index.errors import LibraryError, LibraryReadOnly
from index.opening import open_backend
from index.parse.text import user_path
from index.progress import Progress, unseen
from index.segment.passages import CHUNKER
from index.types import PASTED, Article, Check, Document, Removal

if TYPE_CHECKING:
    from index.backends.backend import Step
    from index.backends.queue import Queue

LOCK_SECONDS = 10.0
"""How long a writer waits for another one."""


class Library(Contents):
    """A folder of articles that can be searched. Made by ``Library.open``; usable from threads.

    >>> with Library.open("my-articles") as library:
    ...     library.add("story.txt")
    """

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
        chosen = load_embedder(embedder) if isinstance(embedder, str) else embedder
        backend = open_backend(folder, create=create, lock_wait=lock_wait)
        library = cls(backend, chosen)
        try:
            library.follow()
            backend.update()
        except LibraryError:
            backend.close()
            raise
        return library

    def close(self) -> None:
        """Close what is open. The library can be opened again."""
        self._backend.close()

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

        self.refuse_read_only()
        return self.add_document(read_document(user_path(path)), progress)

    def add_text(self, text: str, *, title: str | None = None, source: str = PASTED) -> Article:
        """Add a text that is at hand, as the newest version of ``source`` if one is named.

        Raises what ``add`` raises.
        """
        from index.parse.document import parse_text

        self.refuse_read_only()
        return self.add_document(parse_text(text, source=source, title=title))

    def add_document(self, document: Document, progress: Progress = unseen) -> Article:
        """Add a document that is parsed already. Raises what ``add`` raises."""
        from index.build import add_document

        self.refuse_read_only()
        with self.adding():
            if self._backend.fingerprint() is None:
                if not self._named:
                    self._embedder = load_embedder(embedder_for(document.text))
                mark = json.dumps(asdict(self._embedder.fingerprint))
                self._backend.set_meta(embedder=mark, chunker=CHUNKER)
            return add_document(document, self._backend, self.embedder, progress)

    def reindex(self, embedder: Embedder | str, step: Step | None = None) -> None:
        """Cut and embed all articles again with another embedder, from their stored texts.

        All of it or nothing is done. Who has the library open has to open it again.

        Raises:
            LibraryError: there is no such embedder, or the library cannot be written.
        """
        from index.upkeep.reindex import embed_again

        self.refuse_read_only()
        chosen = load_embedder(embedder) if isinstance(embedder, str) else embedder
        _ = chosen.fingerprint
        with self.writing():
            embed_again(self._backend, chosen, step)
            self._embedder, self._named, self._trusted = chosen, True, None

    def remove(self, article_id: str) -> Article:
        """Remove one article and return it.

        Raises:
            LibraryError: there is none with this id, or the library cannot be written.
        """
        self.refuse_read_only()
        with self.writing():
            article = self.article(article_id)
            self._backend.delete(article_id)
            return article

    def drop(self, source: str) -> None:
        """Forget a source, and its article if no other source holds it.

        Raises:
            LibraryError: the library cannot be written.
        """
        self.refuse_read_only()
        with self.writing():
            self._backend.drop(source)

    def stamp(self, source: str, stamp: str) -> None:
        """Remember in which state a source was read. Raises what ``drop`` raises."""
        self.refuse_read_only()
        with self.writing():
            self._backend.stamp(source, stamp)

    def remove_all(self, article_ids: Collection[str]) -> Removal:
        """Remove articles, and search every file of the library for what may be left of them.

        Raises:
            LibraryError: there is none with one of these ids, or the library cannot be written.
        """
        self.refuse_read_only()
        articles = [self.article(article_id) for article_id in dict.fromkeys(article_ids)]
        return self._backend.remove_all(articles)

    def check(self) -> Check:
        """Verify all that is stored, mend what can be mended, and say what was found.

        Raises:
            LibraryDamaged: the database cannot be read to its end.
        """
        from index.upkeep.repair import repair

        backend = self._backend
        healed = backend.refresh()
        found = backend.examine()
        if found.problems and not backend.read_only:
            with self.writing():
                damaged = backend.examine()
                mended = repair(backend, damaged, lambda: self.embedder)
            found = backend.examine()
            healed += [each for each in damaged.problems if each not in found.problems]
            healed += mended
        problems = [*found.problems, *backend.examine_search()]
        return Check(found.counted, tuple(problems), tuple(healed))

    def keep_at_most(self, size: int) -> None:
        """Keep so many bytes of files from now on: of what is added then, only the text."""
        self._backend.set_meta(**{MOST_ORIGINALS: str(size)})

    def writing(self) -> AbstractContextManager[None]:
        """Hold the writer's lock over several changes, and publish them to readers at the end.

        Raises:
            LibraryBusy: another process is writing.
            LibraryReadOnly: the library cannot be written.
        """
        return self._backend.writing()

    def adding(self) -> AbstractContextManager[None]:
        """Hold the writer's lock over several additions. Raises what ``writing`` raises.

        The embedder is made ready before: its first use of all converts the model, which takes
        longer than others would wait. Which one that is, a new library does not know yet.
        """
        if self._named or self._backend.fingerprint():
            _ = self._embedder.fingerprint
        return self.writing()

    def follow(self) -> None:
        """Take the embedder that the library has been given, if none was named and none was used.

        Raises:
            EmbedderMismatch: another one was named.
        """
        if stored := self._backend.fingerprint():
            self._follow(stored)
            if stored.name != self._embedder.name:
                raise self._mismatch(stored, self._embedder.name)

    def queue(self) -> Queue | None:
        """Return where files wait for workers; None where one process adds at a time."""
        return self._backend.queue()

    def worked(self) -> Queue | None:
        """Return the same while there are workers, who choose a new library's embedder.

        None, too, if another embedder was named for a library that has none yet.
        """
        queue = self._backend.queue()
        if queue is None or (self._named and self._backend.fingerprint() is None):
            return None
        return queue if queue.workers() else None

    def refuse_read_only(self) -> None:
        """Refuse before any parsing.

        Raises:
            LibraryReadOnly: nothing can be written here.
        """
        if self._backend.read_only:
            cure = "change its rights, or copy it elsewhere"
            if self.folder is None:
                cure = "name the primary server if this is a replica, or have its owner let you"
            raise LibraryReadOnly(f"{self.place} cannot be written: {cure}")
