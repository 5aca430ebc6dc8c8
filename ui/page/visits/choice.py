"""Which articles a visitor has searched, which are in front, and how their list is drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Entry

MAX_WORDS = 200
"""How long the words may be that titles are looked through for."""


class Order(StrEnum):
    """What the list begins with: what was added last, what has the newest date, or with A."""

    ADDED = "added"
    PUBLISHED = "published"
    TITLE = "title"


@dataclass
class Choice:
    """``left_out`` are the ids that are not searched, ``front`` those that were added last.

    ``words`` have to be in a title, so that the list shows it.
    """

    left_out: set[str] = field(default_factory=set)
    front: frozenset[str] = frozenset()
    words: str = ""
    order: Order = Order.ADDED

    def search(self, article_ids: Collection[str], searched: bool) -> None:
        """Search articles, or leave them out."""
        if searched:
            self.left_out.difference_update(article_ids)
        else:
            self.left_out.update(article_ids)
        self.front = frozenset()

    def only(self, article_id: str, entries: Sequence[Entry]) -> None:
        """Search this article alone; an id that is not among them is ignored."""
        seen = {entry.id for entry in entries}
        if article_id in seen:
            self.search(seen - {article_id}, searched=False)
            self.search([article_id], searched=True)

    def draw(self, words: str = "", order: str = "") -> None:
        """Show what has ``words`` in its title, in an order; one that is none is the first."""
        self.words = words[:MAX_WORDS]
        self.order = Order(order) if order in set(Order) else Order.ADDED

    def listed(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries that are to be shown, in their order."""
        words = _plain(self.words).split()
        found = [
            entry for entry in reversed(entries) if all(w in _plain(entry.title) for w in words)
        ]
        if self.order is Order.TITLE:
            return sorted(found, key=lambda entry: _plain(entry.title))
        if self.order is Order.PUBLISHED:
            return sorted(found, key=lambda entry: entry.published or "", reverse=True)
        return sorted(found, key=lambda entry: entry.added, reverse=True)


def _plain(text: str) -> str:
    """Return a text without case and accents: ``"Crème"`` → ``"creme"``."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
