"""A library kept in step with a folder: what is new goes in, what changed or went follows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from index.backends.queue import Queue, Sent
from index.errors import InputError
from index.library import Library
from index.parse.document import read_document, source_of
from index.parse.text import read_file
from index.progress import unseen
from index.queued.putting import add_by_workers
from index.types import Article

Report = Callable[[str], None]
"""Called with one line for each file that was taken in, left out or removed."""


@dataclass(slots=True)
class Step:
    """One look at a folder: which sources changed in the library, and which files were refused."""

    added: list[Article] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class WatchedFolder:
    """A folder and the library that follows it. A file that was refused is not read again until
    it changes, nor is one that the library has seen in its present state."""

    def __init__(self, folder: Path, library: Library) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 as source_of has it
        self.library = library
        self._refused: dict[str, str] = {}

    def step(self, report: Report = lambda line: None) -> Step:
        """Bring the library in step with the folder as it is now.

        What is new or changed goes in first, so that a file that was only renamed is not embedded
        again. If every one of several files is gone at once, as when a disk is unplugged, nothing
        is removed.

        Raises:
            InputError: the folder is not there.
            LibraryError: the library cannot be written.
        """
        known = self.library.sources(self.folder)
        present = self._present()
        changed = {
            source: state
            for source, state in present.items()
            if state[1] not in (known.get(source), self._refused.get(source))
        }
        gone = [source for source in known if source not in present]
        if len(gone) > 1 and not present:
            report(f"all {len(gone)} files are gone from {self.folder}: the library keeps them")
            gone = []
        done = Step()
        queue = self.library.worked() if changed else None
        if queue:
            self._have_taken_in(queue, changed, done, report)
            changed = {}
        if changed or gone:
            with self.library.adding() if changed else self.library.writing():
                for source, state in changed.items():
                    self._take_in(source, *state, done, report)
                for source in gone:
                    self.library.drop(source)
                    done.removed.append(source)
                    report(f"removed {source}")
        return done

    def _have_taken_in(
        self, queue: Queue, changed: dict[str, tuple[Path, str]], done: Step, report: Report
    ) -> None:
        """Let workers take in what has changed."""
        files = ((source, _sent(source, path)) for source, (path, _) in changed.items())
        with closing(add_by_workers(self.library, queue, files, lambda _: unseen)) as outcomes:
            for source, came in outcomes:
                stamp = changed[source][1]
                if isinstance(came, InputError):
                    self._leave_out(source, stamp, came, done, report)
                    continue
                self.library.stamp(source, stamp)
                done.added.append(came.article)
                report(f"added {source}{came.unread and f': {came.unread}'}")

    def _take_in(self, source: str, path: Path, stamp: str, done: Step, report: Report) -> None:
        try:
            document = read_document(path)
            article = self.library.add_document(document)
            self.library.stamp(source, stamp)
        except InputError as error:
            self._leave_out(source, stamp, error, done, report)
        else:
            done.added.append(article)
            report(f"added {source}{document.unread and f': {document.unread}'}")

    def _leave_out(
        self, source: str, stamp: str, error: InputError, done: Step, report: Report
    ) -> None:
        self._refused[source] = stamp
        done.refused[source] = str(error)
        report(f"left out: {error}")

    def _present(self) -> dict[str, tuple[Path, str]]:
        """Return each file's source, path and stamp: its size and the time of its last change."""
        if not self.folder.is_dir():
            raise InputError(f"{self.folder} is not a folder (any more): nothing was removed")
        found = {}
        own = self.library.folder
        for path in _files(self.folder, own.resolve() if own else None):
            try:
                state = path.stat()
            except OSError:
                continue  # it has gone since it was listed
            found[source_of(path)] = (path, f"{state.st_size} {state.st_mtime_ns}")
        return found


def _sent(source: str, path: Path) -> Sent | InputError:
    try:
        return Sent(source, read_file(path))
    except InputError as error:
        return error


def _files(folder: Path, library: Path | None) -> Iterator[Path]:
    """Yield the regular files in a folder and below it, in order.

    Hidden ones, backups of editors, symbolic links and the library itself are left out.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (Path(place) / name).resolve() != library
        )
        for name in sorted(names):
            path = Path(place) / name
            hidden = name.startswith((".", "~$")) or name.endswith(("~", ".tmp", ".part", ".swp"))
            if not hidden and path.is_file() and not path.is_symlink():
                yield path
