"""Whether there is a library in a folder, or one may be made there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from index.backends.sqlite import lock
from index.backends.sqlite.database import FILE
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors import generation as generations
from index.errors import LibraryDamaged, LibraryError, LibraryReadOnly

_OURS = (FILE, lock.PREFIX, generations.PREFIX)
"""How the names of a library's files begin."""


def find_library(place: Path, create: bool) -> bool:
    """Tell whether there is a library file in the folder; make the folder, if ``create``.

    Raises:
        LibraryError: the folder is something else, cannot be used, or is not there.
    """
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


def make_library(place: Path, store: Store) -> None:
    """Make the tables of a new library, for who holds its lock; if they are there, do nothing.

    Raises:
        LibraryDamaged: there was a library, and its articles are lost.
    """
    if not store.blank():
        return
    if generations.newest(place):
        raise LibraryDamaged(
            f"{place} has lost its articles ({FILE} or {FILE}-wal is missing): "
            "restore it from a copy, or add the articles to a new library"
        )
    store.create()


def check_log(place: Path, revision: Callable[[], int]) -> None:
    """Make sure that the articles are no older than the search index.

    Raises:
        LibraryDamaged: they are.
    """
    newest = generations.newest(place)  # before the revision, which another may raise
    if newest > revision():
        raise LibraryDamaged(
            f"{place} is older than its {generations.path(place, newest).name} "
            f"({FILE}-wal is missing): restore it from a copy, or delete "
            f"{place}/generation-* to go on with what is left"
        )
