"""What is read, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.types import NOT_READ, Span


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of an article that is read at once, and its sentences: ranges of it, in order."""

    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The best answer within one sentence: a range of the window's text.

    ``score`` is its logit against "the window does not say": above 0 an answer is likelier than
    none. A sentence that was not read, because the window is too long, has ``NOT_READ``.
    """

    score: float = NOT_READ
    start: int = 0
    end: int = 0


class Reader(Protocol):
    """What reads. Pure: what it makes of a text does not depend on what else is read with it.

    Raises:
        ReaderError: its file cannot be read, or is not the one that belongs here.
    """

    def read(self, question: str, windows: Sequence[Window]) -> list[tuple[Reading, ...]]:
        """Return for each window a reading of each of its sentences."""
