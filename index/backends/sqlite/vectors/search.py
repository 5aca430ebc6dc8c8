"""Which generation of the search index is in force, made again wherever it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, local

from index.backends.sqlite.lock import writer_lock
from index.backends.sqlite.reading import all_vectors, gone_passages, has_many, vectors_after
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors import generation as generations
from index.backends.sqlite.vectors.generation import Generation, StaleGeneration
from index.errors import LibraryError


class Search:
    """The search index of one library, as its threads see it."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._guard = Lock()
        self._generation: Generation | None = None
        self._pinned = local()

    def revision(self) -> int:
        """Return how often the articles changed: the number of the generation that covers them."""
        with self._store.guard():
            return int(self._store.meta("revision") or 0)

    def published(self) -> Generation | None:
        """Load the generation that the store points to; None if it is missing or damaged."""
        pointer = self._pointer()
        if pointer is None:
            return None
        if self._generation and self._generation.number == pointer[0]:
            return self._generation
        try:
            return generations.load(self._folder, *pointer)
        except StaleGeneration:
            return None

    def forget(self) -> None:
        """Read from the disk again: what is in memory says nothing of what is there."""
        self._generation = None

    def current(self, *, writing: bool) -> Generation:
        """Return the generation to search: the published one, rebuilt where it has to be.

        Articles that another process has added but not yet published are left to it, and so are
        our own while ``writing``.
        """
        pinned: Generation | None = getattr(self._pinned, "generation", None)
        if pinned:
            return pinned
        with self._guard:
            found = self._generation
            if found is None or found.number != self.revision():
                found = self.published()
            if found is None or found.number != self.revision():
                found = self._heal(found, writing)
            self._generation = found
            return found

    @contextmanager
    def pin(self, *, writing: bool) -> Iterator[None]:
        """See one state of the library in this thread, whatever is written meanwhile."""
        if getattr(self._pinned, "generation", None):
            yield
            return
        found = self.current(writing=writing)
        with self._store.snapshot():
            # What was written between the two lines is seen, or not, as a whole.
            self._pinned.generation = found if self._covers(found) else self._build()
            try:
                yield
            finally:
                self._pinned.generation = None

    def publish(self) -> None:
        """Write the generation of the newest revision, if there is one.

        Raises:
            LibraryError: the disk is full, or the folder cannot be written.
        """
        if self.revision():
            with self._guard:
                self._generation = self._write()

    def _pointer(self) -> tuple[int, str] | None:
        """Return the number of the published generation, and the hash of its manifest."""
        stored = self._store.meta("generation")
        with self._store.guard():
            number, manifest = stored.split() if stored else ("0", "")
            return (int(number), manifest) if stored else None

    def _covers(self, found: Generation) -> bool:
        """Tell whether nothing was replaced or removed since; additions do not matter."""
        with self._store.guard():
            return found.number >= int(self._store.meta("dropped") or 0)

    def _heal(self, found: Generation | None, writing: bool) -> Generation:
        """Publish what a writer that died has left, or search without publishing."""
        if not self._store.read_only and not writing:
            try:
                with writer_lock(self._folder, 0):
                    return self._write()
            except LibraryError:
                pass
        usable = found and not self._store.read_only and self._covers(found)
        return found if found and usable else self._build()

    def _build(self) -> Generation:
        """Make the generation of the newest revision: from the published one, if it is large."""
        number = self.revision()
        if not has_many(self._store):
            return generations.build(number, *all_vectors(self._store))
        before = self.published()
        if before is None or before.exact:
            return generations.encode(number, vectors_after(self._store, 0))
        added = vectors_after(self._store, int(before.ids[-1]))
        return generations.follow(before, number, gone_passages(self._store), added)

    def _write(self) -> Generation:
        """Write the generation of the newest revision, point to it, delete what went before."""
        pointer = self._pointer()
        if pointer and pointer[0] == self.revision():
            published = self.published()
            if published:
                return published
        built = self._build()
        try:
            manifest = generations.publish(self._folder, built)
        except OSError as error:
            raise LibraryError(
                f"{self._folder}: {error.strerror}; what was added is safe, "
                "free some space and open the library again"
            ) from error
        self._store.point_to(f"{built.number} {manifest}")
        generations.sweep(self._folder, built.number)
        return built
