"""``Library``: the handle of one folder of articles. Adding writes to it, asking reads from it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType

from index import generation as generations
from index import lock
from index.build import Progress, add_document
from index.check import check_library
from index.document import parse_text, read_document
from index.embedder import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.errors import EmbedderMismatch, LibraryDamaged, LibraryError, LibraryReadOnly
from index.generation import Generation, StaleGeneration
from index.lock import writer_lock
from index.passages import CHUNKER
from index.store import FILE, Store
from index.text import user_path
from index.types import (
    Article,
    Check,
    Document,
    Entry,
    Fingerprint,
    Floats,
    Paragraph,
    Passage,
    PassageTokens,
)

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
        self._load_guard = Lock()
        self._generation: Generation | None = None
        self._trusted: str | None = None

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

    def article(self, article_id: str) -> Article:
        """Return one article.

        Raises:
            LibraryError: there is none with this id.
        """
        article = self._store.article(article_id)
        if article is None:
            raise LibraryError(f"{self.folder} has no article {article_id!r}: see the list of ids")
        return article

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article, in source order."""
        return self._store.paragraphs(article_id)

    def add(self, path: str | os.PathLike[str], progress: Progress | None = None) -> Article:
        """Add the file at ``path``; if its text is in the library already, change nothing.

        Raises:
            InputError: the file cannot be taken in.
            LibraryError: the library cannot be written.
        """
        self._refuse_read_only()
        return self.add_document(read_document(user_path(path)), progress)

    def add_text(
        self, text: str, *, title: str | None = None, source: str = "pasted text"
    ) -> Article:
        """Add a text that is at hand. Raises what ``add`` raises."""
        self._refuse_read_only()
        return self.add_document(parse_text(text, source=source, title=title))

    def add_document(self, document: Document, progress: Progress | None = None) -> Article:
        """Add a document that is parsed already. Raises what ``add`` raises."""
        self._refuse_read_only()
        with self.writing():
            if self._stored_fingerprint() is None:
                mark = json.dumps(asdict(self._embedder.fingerprint))
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

    def check(self) -> Check:
        """Verify all that is stored, rebuild what is only a cache, and say what was found."""
        healed: tuple[str, ...] = ()
        self._generation = None  # what is in memory says nothing of what is on disk
        if self._revision() and not self._published():
            healed = ("the search index did not match and was rebuilt",)
        generation = self._current()
        with self._store.snapshot():
            return check_library(self._store, self._stored_fingerprint(), generation, healed)

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
                    self._publish()

    def nearest(
        self, vector: Floats, limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine)`` of the passages nearest to ``vector`` (dim,).

        ``within``: the ids of the articles to search; all, if not given.
        """
        among = None if within is None else self._store.passage_ids(within)
        return self._current().search(vector, limit, among)

    def match(
        self, question: str, limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, BM25)`` of passages that share words with it, best first."""
        known = self._current().ids
        return [hit for hit in self._store.match(question, limit, within) if hit[0] in known]

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are still there, each with its token vectors."""
        return self._store.passages(ids)

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are still there."""
        return self._store.titles(article_ids)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return self._store.frequencies(tokens)

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
            return Fingerprint(**json.loads(stored)) if stored and self._revision() else None

    def _revision(self) -> int:
        """Return how often the articles changed: the number of the generation that covers them."""
        with self._store.guard():
            return int(self._store.meta("revision") or 0)

    def _pointer(self) -> tuple[int, str] | None:
        """Return the number of the published generation, and the hash of its manifest."""
        stored = self._store.meta("generation")
        with self._store.guard():
            number, manifest = stored.split() if stored else ("0", "")
            return (int(number), manifest) if stored else None

    def _check_name(self) -> None:
        stored = self._stored_fingerprint()
        if stored and stored.name != self._embedder.name:
            raise EmbedderMismatch(
                f"{self.folder} was made with {stored}, not with {self._embedder.name}: "
                "choose that embedder, or add the articles to a new library"
            )

    def _check_log(self) -> None:
        newest = generations.newest(self.folder)  # before the revision, which another may raise
        if newest > self._revision():
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

    def _published(self) -> Generation | None:
        """Load the generation that the store points to; None if it is missing or damaged."""
        pointer = self._pointer()
        if pointer is None:
            return None
        if self._generation and self._generation.number == pointer[0]:
            return self._generation
        try:
            return generations.load(self.folder, *pointer)
        except StaleGeneration:
            return None

    def _current(self) -> Generation:
        """Return the generation to search: the published one, rebuilt where it has to be.

        A change that another process has committed but not yet published is left to it.
        """
        with self._load_guard:
            found = self._published()
            if found is None or found.number != self._revision():
                found = self._heal(found)
            self._generation = found
            return found

    def _heal(self, found: Generation | None) -> Generation:
        """Publish what a writer that died has left, or search without publishing."""
        if not self._store.read_only and not self._writing:
            try:
                with writer_lock(self.folder, 0):
                    return self._write_generation()
            except LibraryError:
                if found:
                    return found
        return found if found and self._writing else self._build()

    def _publish(self) -> None:
        if self._revision():
            with self._load_guard:
                self._generation = self._write_generation()

    def _build(self) -> Generation:
        number = self._revision()
        return generations.build(number, *self._store.vectors())

    def _write_generation(self) -> Generation:
        """Write the generation of the newest revision, point to it, delete what went before.

        Raises:
            LibraryError: the disk is full, or the folder cannot be written.
        """
        pointer = self._pointer()
        if pointer and pointer[0] == self._revision():
            published = self._published()
            if published:
                return published
        built = self._build()
        try:
            manifest = generations.publish(self.folder, built)
        except OSError as error:
            raise LibraryError(
                f"{self.folder}: {error.strerror}; what was added is safe, "
                "free some space and open the library again"
            ) from error
        self._store.set_meta(generation=f"{built.number} {manifest}")
        generations.sweep(self.folder, built.number)
        return built


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
