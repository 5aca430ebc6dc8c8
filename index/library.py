"""``Library``: the handle of one folder of articles. Adding writes to it, asking reads from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType

from index import generation as generations
from index.build import Progress, add_document
from index.check import check_library
from index.document import parse_text, read_document
from index.embedder import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.errors import EmbedderMismatch, LibraryError, LibraryReadOnly
from index.generation import Generation, StaleGeneration
from index.lock import writer_lock
from index.passages import CHUNKER
from index.store import FILE, Store
from index.types import (
    Article,
    Check,
    Document,
    Fingerprint,
    Floats,
    Paragraph,
    Passage,
    PassageTokens,
)

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
        place = Path(folder).expanduser()
        chosen = embedder or DEFAULT_EMBEDDER
        if isinstance(chosen, str):
            chosen = load_embedder(chosen)
        exists = (place / FILE).exists()
        if not exists:
            _make_folder(place, create)
        store = Store(place, read_only=exists and not os.access(place, os.W_OK))
        library = cls(place, store, chosen, lock_wait)
        if not exists:
            with writer_lock(place, lock_wait):
                if not (place / FILE).exists():
                    store.create()
        try:
            store.verify()
            library._check_name()
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
        return self.add_document(read_document(Path(path).expanduser()), progress)

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
        if not self._published():
            healed = ("the search index did not match and was rebuilt",)
            self._generation = None
            self._current()
        return check_library(self._store, self._stored_fingerprint(), self._published(), healed)

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

    def nearest(self, vector: Floats, limit: int) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine)`` of the passages nearest to ``vector`` (dim,)."""
        return self._current().search(vector, limit)

    def match(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Return ``(passage id, BM25)`` of passages that share words with it, best first."""
        known = self._current().ids
        return [hit for hit in self._store.match(question, limit) if hit[0] in known]

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are still there, each with its token vectors."""
        return self._store.passages(ids)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return self._store.frequencies(tokens)

    def _stored_fingerprint(self) -> Fingerprint | None:
        stored = self._store.meta("embedder")
        return Fingerprint(**json.loads(stored)) if stored else None

    def _check_name(self) -> None:
        stored = self._stored_fingerprint()
        if stored and stored.name != self._embedder.name:
            raise EmbedderMismatch(
                f"{self.folder} was made with {stored}, not with {self._embedder.name}: "
                "choose that embedder, or add the articles to a new library"
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
        pointer = self._store.meta("generation")
        if pointer is None:
            return None
        number, manifest = pointer.split()
        if self._generation and self._generation.number == int(number):
            return self._generation
        try:
            return generations.load(self.folder, int(number), manifest)
        except StaleGeneration:
            return None

    def _current(self) -> Generation:
        """Return the generation to search: the published one, rebuilt where it has to be.

        A change that another process has committed but not yet published is left to it.
        """
        with self._load_guard:
            found = self._published()
            if found is None or found.number != int(self._store.meta("revision") or 0):
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
        if int(self._store.meta("revision") or 0):
            with self._load_guard:
                self._generation = self._write_generation()

    def _build(self) -> Generation:
        number = int(self._store.meta("revision") or 0)
        return generations.build(number, *self._store.vectors())

    def _write_generation(self) -> Generation:
        """Write the generation of the newest revision, point to it, delete what went before.

        Raises:
            LibraryError: the disk is full, or the folder cannot be written.
        """
        pointer = self._store.meta("generation")
        number = int(self._store.meta("revision") or 0)
        if pointer and int(pointer.split()[0]) == number:
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


def _make_folder(place: Path, create: bool) -> None:
    if not create:
        raise LibraryError(f"{place} is not a library: add an article to it first")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise LibraryError(f"{place} has other files in it: name a new or empty folder")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryReadOnly(
            f"{place} cannot be made ({error.strerror}): name a folder that you may write"
        ) from error
    if not os.access(place, os.W_OK):
        raise LibraryReadOnly(f"{place} cannot be written: change its rights or name another")
