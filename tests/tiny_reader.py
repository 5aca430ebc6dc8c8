"""A small deterministic reader whose scores can be computed by hand.

A sentence's score is ten times the share of the question's words in it, less five: above 0, if it
has more than half of them. The answer is its first word that the question does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.types import Reading, Window
from rag.types import Span

_WORD = re.compile(r"\w+")


class TinyReader:
    """A ``Reader`` without a model."""

    def read(self, question: str, windows: Sequence[Window]) -> list[tuple[Reading, ...]]:
        asked = _words(question)
        return [
            tuple(_read(asked, window.text, sentence) for sentence in window.sentences)
            for window in windows
        ]


class Fixed:
    """Gives each sentence with ``word`` the score ``high``, each other one ``low``."""

    def __init__(self, word: str, high: float, low: float = -99.0) -> None:
        self.word, self.high, self.low = word, high, low
        self.seen: list[Window] = []

    def read(self, question: str, windows: Sequence[Window]) -> list[tuple[Reading, ...]]:
        self.seen += windows
        return [
            tuple(self._score(window.text, *sentence) for sentence in window.sentences)
            for window in windows
        ]

    def _score(self, text: str, start: int, end: int) -> Reading:
        at = text.find(self.word, start, end)
        return Reading(self.high, at, at + len(self.word)) if at >= 0 else Reading(self.low)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _read(asked: set[str], text: str, sentence: Span) -> Reading:
    words = [(found.group().lower(), found.span()) for found in _WORD.finditer(text, *sentence)]
    new = [span for word, span in words if word not in asked]
    if not new:
        return Reading()
    held = asked & {word for word, _ in words}
    return Reading(10 * len(held) / len(asked) - 5, *new[0])
