"""Sentences by the words that they share with a question: for languages the embedder lacks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from index.backends.words.terms import terms
from index.types import Floats

Told = tuple[str, str]
"""A text, and the language that its article's words are stemmed in, "" if they are not."""


def share_words(question: str, texts: Sequence[Told], around: Iterable[Told]) -> Floats:
    """Return (texts,): how much of what a question's words tell each text has, in [0, 1].

    Words are those of the full-text index, stemmed in the language of each text. One that fewer of
    the passages ``around`` have tells more: the logarithm of how many have it (inverse document
    frequency).
    """
    asked: dict[str, list[str]] = {}
    held = _held(question, list(around), asked)
    found = _held(question, texts, asked)
    told = np.array([math.log(1 + (len(held) + 0.5) / (n + 0.5)) for n in held.sum(axis=0)])
    most = float(told.sum()) or 1.0
    return np.asarray(found @ told / most, dtype=np.float32)


def has_words(said: str, text: str, language: str) -> bool:
    """Tell whether a text has all words of what was said, and there are any."""
    wanted = terms(said, language).split()
    return bool(wanted) and set(wanted) <= set(terms(text, language).split())


def _held(question: str, texts: Sequence[Told], asked: dict[str, list[str]]) -> Floats:
    """Return (texts, words of the question): 1 where a text has the word.

    ``asked`` keeps the question's words in each language: there are as many in all of them.
    """
    rows = []
    once = _once(question)
    for text, language in texts:
        if language not in asked:
            words = terms(question, language).split()
            asked[language] = [words[place] for place in once]
        have = frozenset(terms(text, language).split())
        rows.append([float(word in have) for word in asked[language]])
    return np.array(rows, dtype=np.float32).reshape(len(texts), len(once))


def _once(question: str) -> list[int]:
    """Return the places of a question's words, each word once."""
    first: dict[str, int] = {}
    for place, word in enumerate(terms(question).split()):
        if any(map(str.isalnum, word)):
            first.setdefault(word, place)
    return list(first.values())
