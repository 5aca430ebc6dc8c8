"""Where visits are kept: in this process and a folder of its own, or where any process finds them.

With a library in a folder one process serves everybody: a visit is what that process knows of it.
With one in a database a visit is rows (``rows.py``), so that any process serves any visitor.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from ui.page.visits.joined_library import JoinedLibrary
from ui.private import private_folder

if TYPE_CHECKING:
    from index.library import Library
    from ui.page.visits.visit import Visit

MAX_ORIGINALS = 100_000_000
"""How many bytes of files a visit keeps so that their pages can be drawn; of more, the text."""


def id_of(secret: str) -> str:
    """Return by which name a visit is kept: 32 digits, from which nobody finds the secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()[:32]


class Place(Protocol):
    """Where visits are kept, with what visitors add; usable from threads.

    What concerns a database raises ``LibraryError`` where it cannot be reached, read or written.
    """

    @property
    def lasting(self) -> bool:
        """Whether another process can go on with a visit."""

    def own(self, visit: Visit, shared: Library) -> JoinedLibrary:
        """Make the library of what a visitor adds."""

    def find(self, page: str, id_: str) -> str:
        """Return the id of the visit that a page shows, or ``id_`` if that is kept; else ""."""

    def take_up(self, visit: Visit, shared: Library) -> bool:
        """Bring a visit to the state in which it is kept; False if it is kept no longer.

        One that this process has not kept, and that is not kept, stays as it is.
        """

    def keep(self, visit: Visit) -> None:
        """Keep a visit as it is now; nothing, where another process has kept it since."""

    def renew(self, visits: Collection[str]) -> None:
        """Keep the visits of these ids for longer, and sweep away what nobody has renewed."""

    def let_go(self, visit: Visit) -> None:
        """Hold nothing of a visit here any longer; it is deleted if no other process finds it."""


class InFolder:
    """A ``Place`` in this process; what visitors add lies in folders that nobody else reads."""

    lasting = False

    def __init__(self) -> None:
        self._folders: dict[str, tempfile.TemporaryDirectory[str]] = {}

    def own(self, visit: Visit, shared: Library) -> JoinedLibrary:
        """Make the library of what a visitor adds, in a folder of its own."""
        folder = tempfile.TemporaryDirectory(prefix="visit-", dir=private_folder())
        self._folders[visit.id] = folder
        own = JoinedLibrary.open(folder.name, embedder=shared.embedder)
        assert isinstance(own, JoinedLibrary)
        own.shared = shared
        own.keep_at_most(MAX_ORIGINALS)
        return own

    def find(self, page: str, id_: str) -> str:
        """Find nothing: what there is, this process knows."""
        return ""

    def take_up(self, visit: Visit, shared: Library) -> bool:
        """Leave a visit as it is."""
        return True

    def keep(self, visit: Visit) -> None:
        """Do nothing: it is kept as it is."""

    def renew(self, visits: Collection[str]) -> None:
        """Do nothing: this process knows which visits are over."""

    def let_go(self, visit: Visit) -> None:
        """Delete what a visitor has added."""
        folder = self._folders.pop(visit.id, None)
        if folder:
            folder.cleanup()


if TYPE_CHECKING:

    def _is_place(place: InFolder) -> Place:
        return place
