"""How well a cell agrees with a question: by what names its row, and stands over both.

Each part is held against the question by late interaction in both directions: how much of what is
asked it speaks of, and how much of what it says was asked. Numbers, years and quarters have to be
the same; to an embedder 2021 is nearly 2022.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from text_to_num import alpha2digit

from index.embed.embedder import Embedder
from index.types import Encoding, Floats
from rag.question.encode import Question

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=20_000)
def numbers_of(text: str) -> frozenset[str]:
    """Return the numbers of a text, in words or digits: ``"second quarter, Q1"`` → {"2", "1"}."""
    digits = alpha2digit(text, "en", 0)
    return frozenset(found.group().replace(",", "") for found in _NUMBER.finditer(digits))


class Agreement:
    """A question, held against parts of tables; each part is encoded once.

    ``title`` is that of the article: its words are spoken of wherever they are asked.
    """

    def __init__(self, question: Question, embedder: Embedder, title: str = "") -> None:
        self.question = question
        self.numbers = numbers_of(question.text)
        """The numbers that were asked for."""
        self._embedder = embedder
        self._kept: dict[str, tuple[Floats, float]] = {}
        digits = [any(map(str.isdigit, word)) for word in question.words]
        self._exact = np.array([digits[word] for word in question.word_of], dtype=bool)
        words = {word.lower() for word in _WORD.findall(title)}
        inside = [question.words[word].lower() in words for word in question.word_of]
        self.titled = np.array(inside, dtype=np.float32)
        """(tokens,): 1 where the title has a token's word."""
        self._kept[""] = np.zeros(len(question.word_of), dtype=np.float32), 0.0

    def encode(self, parts: Collection[str]) -> None:
        """Encode parts at once."""
        new = [part for part in dict.fromkeys(parts) if part not in self._kept]
        encoded = self._embedder.encode(new, query=True) if new else []
        for part, encoding in zip(new, encoded, strict=True):
            self._kept[part] = self._hold(part, encoding)

    def covered(self, part: str) -> Floats:
        """Return for each token of the question how well a part speaks of it, in [0, 1]."""
        return self._kept[part][0]

    def asked(self, part: str) -> float:
        """Return how much of a part the question speaks of, in [0, 1]."""
        return self._kept[part][1]

    def lends(self, said: Collection[str]) -> NDArray[np.bool_]:
        """Return for each token whether a part that is not a cell's own may speak of it.

        Of a number only where that is ``said`` of the cell.
        """
        asked = [numbers_of(word) & self.numbers for word in self.question.words]
        plain = [not numbers or bool(numbers & set(said)) for numbers in asked]
        return np.array([plain[word] for word in self.question.word_of], dtype=bool)

    def by_word(self, covered: Floats) -> Floats:
        """Return the mean over the tokens of each of the question's words."""
        places, count = self.question.word_of, len(self.question.words)
        sums = np.bincount(places, weights=covered, minlength=count)
        pieces = np.maximum(np.bincount(places, minlength=count), 1)
        return np.asarray(sums / pieces, dtype=np.float32)

    def _hold(self, part: str, encoding: Encoding) -> tuple[Floats, float]:
        question = self.question
        cosines = np.maximum(encoding.token_vectors @ question.token_vectors.T, 0.0)
        words = {word.lower() for word in _WORD.findall(part)}
        numbers = numbers_of(part)
        for token in np.flatnonzero(self._exact):
            word = question.words[question.word_of[token]]
            cosines[:, token] = word.lower() in words or bool(numbers_of(word) & numbers)
        asked = []
        for row, (start, end) in zip(cosines, encoding.tokens.ranges.tolist(), strict=True):
            said = part[start:end]
            if any(map(str.isdigit, said)):
                asked.append(float(bool(numbers_of(said) & self.numbers)))
            elif any(map(str.isalnum, said)):
                asked.append(float(row[~self._exact].max(initial=0.0)))
        literal = [question.words[word].lower() in words for word in question.word_of]
        covered = np.maximum(cosines.max(axis=0, initial=0.0), np.array(literal, dtype=np.float32))
        return covered, float(np.mean(asked)) if asked else 0.0
