"""Where conversations and clippings are kept as rows, beside the articles of a library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from index.backends.beside import Beside, Link
from index.errors import InputError, LibraryError
from ui.keeping.store import KeepError, Storage

MOST_BYTES = 20_000_000_000
"""How much all browsers together may keep. Then nothing new is kept; what is there stays."""


class RowStore:
    """A ``Storage`` that all processes see which serve the same library."""

    lasting = True

    def __init__(self, beside: Beside) -> None:
        self._beside = beside

    def close(self) -> None:
        """Do nothing: the connections are the library's."""

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """See what is kept. Raises ``KeepError``."""
        with self._told(self._beside.reading()) as link:
            yield link

    @contextmanager
    def changing(self) -> Iterator[Link]:
        """Change what is kept, all of it or nothing. Raises ``KeepError``."""
        with self._told(self._beside.changing("keeps")) as link:
            yield link

    def refuse_full(self, link: Link) -> None:
        """Raise ``KeepError`` where as much is kept as may be."""
        size = "SELECT pg_total_relation_size('talks') + pg_total_relation_size('clips')"
        if link.execute(size).fetchone()[0] > MOST_BYTES:
            raise KeepError("as much as may be kept is kept already: delete some of it")

    @contextmanager
    def _told(self, opened: AbstractContextManager[Link]) -> Iterator[Link]:
        """Say what the database says."""
        try:
            with opened as link:
                yield link
        except (InputError, LibraryError) as error:
            raise KeepError(f"{error}; nothing new is kept") from error


if TYPE_CHECKING:

    def _is_storage(store: RowStore) -> Storage:
        return store
