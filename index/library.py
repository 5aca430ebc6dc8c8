"""``Library``: the handle of one folder of articles. Adding writes to it, asking reads from it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from index.backends.sqlite import lock
from index.backends.sqlite.database import FILE
from index.backends.sqlite.lock import writer_lock
from index.backends.sqlite.reading import frequencies, read_passages
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors import generation as generations
from index.backends.sqlite.vectors.nearest import nearest
from index.backends.sqlite.vectors.search import Search
from index.backends.sqlite.words.bm25 import match
from index.embed.embedder import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.errors import (
    ArticleEdited,
    EmbedderMismatch,
    LibraryDamaged,
    LibraryError,
    LibraryReadOnly,
)
from index.filter import Filter
from index.parse.text import user_path
from index.segment.passages import CHUNKER
from index.types import (
    PASTED,
    Article,
    Check,
    Document,
    Entry,
    Fingerprint,
    Floats,
    Paragraph,
    Passage,
    PassageTokens,
    Removal,
)

if TYPE_CHECKING:
    from index.backends.sqlite.integrity.check import Findings
    from index.build import Progress

_OURS = (FILE, lock.PREFIX, generations.PREFIX)
"""How the names of a library's files begin."""

LOCK_SECONDS = 10.0
"""How long a writer waits for another one."""


class Library:
    """A folder of articles that can be searched. Made by ``Library.open``; usable from threads.

    >>> with Library.open("my-articles") as library:
    ...     library.add("story.txt")
    """

    def __init__(self, folder: Path, store: Store, embedder: Embedder, lock_wait: float) -> None:
        """Use ``Library.open``."""
        self.folder = folder
        self._store = store
        self._embedder = embedder
        self._lock_wait = lock_wait
        self._writing = 0
        self._write_guard = RLock()
        self._search = Search(folder, store)
        self._trusted: str | None = None
        self._alive: WeakValueDictionary[str, Article] = WeakValueDictionary()

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
            embedder: an ``Embedder``, or the name or path of a sentence-transformers model; the
                one that comes with the installation if not given.
            create: whether a new or empty folder may become a library.
            lock_wait: seconds that a writer waits for another one.

        Raises:
            LibraryError: the folder is something else; it is damaged; it is of another embedder.
        """
        place = user_path(folder)
        chosen = embedder or DEFAULT_EMBEDDER
        if isinstance(chosen, str):
            chosen = load_embedder(chosen)
        exists = _find(place, create)
        store = Store(place, read_only=exists and not os.access(place, os.W_OK))
        library = cls(place, store, chosen, lock_wait)
        try:
            if not store.read_only and store.blank():
                library._create()
            store.verify()
            library._check_name()
            library._check_log()
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

    @property
    def embedder(self) -> Embedder:
        """The embedder, made sure to be the one whose vectors are stored.

        Raises:
            EmbedderMismatch: the library was made with another one.
        """
        stored = self._stored_fingerprint()
        if stored and self._trusted != str(stored) and stored != self._embedder.fingerprint:
            raise EmbedderMismatch(
                f"{self.folder} was made with {stored}, not with {self._embedder.fingerprint}: "
                "choose that embedder, or add the articles to a new library"
            )
        self._trusted = str(stored)
        return self._embedder

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles, in the order in which they were added."""
        return self._store.articles()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All articles without their texts, in the order in which they were added."""
        return self._store.entries()

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
        found = (self._store.article(each.id) for each in self.entries if wanted.admits(each))
        return tuple(article for article in found if article)

    def article(self, article_id: str) -> Article:
        """Return one article.

        Raises:
            ArticleEdited: a newer version of its source has taken its place.
            LibraryError: there is none with this id.
        """
        article = self._store.article(article_id)
        if article is None:
            newer = self._store.newer(article_id)
            if newer:
                raise ArticleEdited(
                    f"{newer[0]} was edited since it was article {article_id}: "
                    f"it is article {newer[1]} now"
                )
            raise LibraryError(f"{self.folder} has no article {article_id!r}: see the list of ids")
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
        newer = self._store.newer(article_id)
        return self._store.article(newer[1]) if newer else None

    def sources(self, folder: str | os.PathLike[str]) -> dict[str, str | None]:
        """Return the sources in a folder and below it, each with the stamp it was given."""
        from index.parse.document import source_of

        return self._store.sources(str(Path(source_of(Path(folder))) / "_")[:-1])

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article, in source order."""
        return self._store.paragraphs(article_id)

    def add(self, path: str | os.PathLike[str], progress: Progress | None = None) -> Article:
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

    def add_document(self, document: Document, progress: Progress | None = None) -> Article:
        """Add a document that is parsed already. Raises what ``add`` raises."""
        from index.build import add_document

        self._refuse_read_only()
        fingerprint = self._embedder.fingerprint
        with self.adding():
            if self._stored_fingerprint() is None:
                mark = json.dumps(asdict(fingerprint))
                self._store.set_meta(embedder=mark, chunker=CHUNKER)
            return add_document(document, self._store, self.embedder, progress)

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
        from index.repair import repair

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
                self._writing += 1
                try:
                    yield
                finally:
                    self._writing -= 1
                    self._search.publish()

    def adding(self) -> AbstractContextManager[None]:
        """Hold the writer's lock over several additions. Raises what ``writing`` raises.

        The embedder is made ready before: its first use of all converts the model, which takes
        longer than others would wait.
        """
        _ = self._embedder.fingerprint
        return self.writing()

    def reading(self) -> AbstractContextManager[None]:
        """See one state of the library in this thread, whatever is written meanwhile."""
        return self._search.pin(writing=bool(self._writing))

    def nearest(
        self, vector: Floats, limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine)`` of the passages nearest to ``vector`` (dim,).

        ``within``: the ids of the articles to search; all, if not given.
        """
        generation = self._search.current(writing=bool(self._writing))
        return nearest(self._store, generation, vector, limit, within)

    def match(
        self, question: str, limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, BM25)`` of passages that share words with it, best first."""
        generation = self._search.current(writing=bool(self._writing))
        found = match(self._store, self._embedder.tokenize, question, limit, within)
        held = generation.holds([number for number, _ in found])
        return [hit for hit, known in zip(found, held, strict=True) if known]

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are still there, each with its token vectors."""
        return read_passages(self._store, ids)

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are still there."""
        return self._store.titles(article_ids)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return frequencies(self._store, tokens)

    def _create(self) -> None:
        with writer_lock(self.folder, self._lock_wait):
            if not self._store.blank():
                return
            if generations.newest(self.folder):
                raise LibraryDamaged(
                    f"{self.folder} has lost its articles ({FILE} or {FILE}-wal is missing): "
                    "restore it from a copy, or add the articles to a new library"
                )
            self._store.create()

    def _stored_fingerprint(self) -> Fingerprint | None:
        stored = self._store.meta("embedder")
        with self._store.guard():
            return Fingerprint(**json.loads(stored)) if stored and self._search.revision() else None

    def _check_name(self) -> None:
        stored = self._stored_fingerprint()
        if stored and stored.name != self._embedder.name:
            raise EmbedderMismatch(
                f"{self.folder} was made with {stored}, not with {self._embedder.name}: "
                "choose that embedder, or add the articles to a new library"
            )

    def _check_log(self) -> None:
        newest = generations.newest(self.folder)  # before the revision, which another may raise
        if newest > self._search.revision():
            raise LibraryDamaged(
                f"{self.folder} is older than its {generations.path(self.folder, newest).name} "
                f"({FILE}-wal is missing): restore it from a copy, or delete "
                f"{self.folder}/generation-* to go on with what is left"
            )

    def _refuse_read_only(self) -> None:
        """Refuse before any parsing.

        Raises:
            LibraryReadOnly: nothing can be written here.
        """
        if self._store.read_only:
            raise LibraryReadOnly(
                f"{self.folder} cannot be written: change its rights, or copy it elsewhere"
            )


def _find(place: Path, create: bool) -> bool:
    """Tell whether there is a library file in the folder; make the folder, if ``create``."""
    try:
        names = {file.name for file in place.iterdir()} if place.exists() else set()
        if FILE in names:
            return True
        if not create:
            raise LibraryError(f"{place} is not a library: add an article to it first")
        if not all(name.startswith(_OURS) for name in names):
            raise LibraryError(f"{place} has other files in it: name a new or empty folder")
        place.mkdir(parents=True, exist_ok=True)
    except NotADirectoryError as error:
        raise LibraryError(f"{place} is a file: name a folder") from error
    except OSError as error:
        raise LibraryReadOnly(
            f"{place} cannot be used ({error.strerror}): name a folder that you may write"
        ) from error
    if not os.access(place, os.W_OK):
        raise LibraryReadOnly(f"{place} cannot be written: change its rights or name another")
    return False
