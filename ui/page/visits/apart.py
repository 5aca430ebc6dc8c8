"""Keeping an article in a library that the page is not over: the user's own, while it has none."""

from __future__ import annotations

from collections.abc import Callable

from index.apart.adding import Offer, Read, add_here
from index.library import Library
from index.progress import Progress

KeepIn = Callable[[], Library]
"""Returns the library that an article is put in to be kept."""


def keep_apart(offer: Offer, library: Library, progress: Progress) -> None:
    """Add something to ``library``, which chooses its embedder by its first article.

    Raises:
        InputError: it cannot be taken in.
        LibraryError: the library cannot be written.
    """

    def admit(read: Read) -> Library | None:
        return None if library.titles([read.id]) else library

    add_here(offer, admit, progress)
