"""One conversation of a visit, and what it is kept as."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock

from index.types import Json
from rag.types import Answer
from ui.page.render.messages import Message


@dataclass
class Exchange:
    """A question and what became of it.

    ``answer`` grows while it is given; ``state`` is ``"asked"``, ``"answered"``, ``"stopped"`` or
    ``"failed"``, and ``failure`` says why; ``opinion`` is what the visitor thinks of it. ``shown``
    is its message once it is whole: an article that is removed later takes nothing from it.
    ``follow_up``: whether the visitor wants it to follow from what was said before; None: no wish.
    ``at`` is when it was asked; ``own`` are the ids of the visitor's own articles that were
    searched for it, or for what it follows; ``kept`` is what it was restored from, None of what was
    asked in this visit.
    """

    question: str
    answer: Answer | None = None
    state: str = "asked"
    failure: str = ""
    opinion: str = ""
    shown: Message | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    follow_up: bool | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    own: frozenset[str] = frozenset()
    kept: Json | None = None

    @property
    def by_itself(self) -> bool:
        """Whether the visitor wants it asked without what was said before."""
        return self.follow_up is False


@dataclass(eq=False)
class Talk:
    """A conversation. ``revision`` counts how often it was kept, 0 while it was not.

    ``unsaved`` says why it could not be kept as it is now; "" where it is.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    revision: int = 0
    unsaved: str = ""
    saving: RLock = field(default_factory=RLock, repr=False)
