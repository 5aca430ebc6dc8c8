"""Sentences by the words that they share with a question: for languages the embedder lacks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from index.backends.sqlite.words.fulltext import terms, words
from index.types import Floats


def share_words(question: str, texts: Sequence[str], around: Iterable[str]) -> Floats:
    """Return (texts,): how much of what a question's words tell each text has, in [0, 1].

    Words are those of the full-text index. One that fewer of the passages ``around`` have tells
    more: the logarithm of how many have it (inverse document frequency).
    """
    asked = words(question)
    held = [frozenset(terms(text).split()) for text in around]
    have = Counter(word for each in held for word in asked if word in each)
    told = {word: math.log(1 + (len(held) + 0.5) / (have[word] + 0.5)) for word in asked}
    most = sum(told.values()) or 1.0
    found = [frozenset(terms(text).split()) for text in texts]
    sums = [sum(told[word] for word in asked if word in each) / most for each in found]
    return np.array(sums, dtype=np.float32)
