"""Keeping an article in a library, by what adds there: this process, or workers of its queue."""

from __future__ import annotations

from collections.abc import Callable

from index.apart.adding import Add, Admit, Offer, Read, add_here
from index.errors import LibraryError
from index.library import Library
from index.progress import Progress
from index.queued.putting import add_offer

AT_ONCE = 8
"""How many things of its visitors a page has workers add at the same time."""

KeepIn = Callable[[], Library]
"""Returns the library that an article is put in to be kept."""


def keep_apart(offer: Offer, library: Library, progress: Progress) -> None:
    """Add something to ``library``, which the page is not over: the user's own, while it has none.

    It chooses its embedder by its first article.

    Raises:
        InputError: it cannot be taken in.
        LibraryError: the library cannot be written.
    """

    def admit(read: Read) -> Library | None:
        return None if library.titles([read.id]) else library

    by_workers(library, add_here)(offer, admit, progress)


def by_workers(library: Library, add: Add) -> Add:
    """Return what adds to ``library``: its workers while there are some, else ``add``."""
    queue = library.worked()
    if queue is None:
        return add

    def added(offer: Offer, admit: Admit, progress: Progress) -> tuple[Read, bool]:
        read, new = add_offer(library, queue, offer, progress)
        admit(read)  # it may have something to put away
        return read, new

    return added


def at_once(library: Library) -> int:
    """Return how many things may be added to a library at the same time (1 or more)."""
    try:
        return AT_ONCE if library.worked() else 1
    except LibraryError:
        return 1  # whoever adds is told
