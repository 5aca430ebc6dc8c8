"""How far a text carries a statement, where no rule says so: by words and by what they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from index.types import Encoding, Floats
from rag.language.terms import Term, read_terms

Encode = Callable[[str], Encoding]
"""A text → its token vectors."""

NEARBY = 0.75
"""What a word counts that stands near to the cited sentence, but not in it."""

FAR = 0.3
"""A word whose best cosine is no better than this has nothing of its meaning in the source."""


def bigram_precision(said: str, source: str) -> float:
    """Return the share of a statement's pairs of words that stand in the source, in [0, 1]."""
    words, there = ([term.stem for term in read_terms(text)] for text in (said, source))
    if len(words) < 2:
        return float(set(words) <= set(there))
    pairs = set(pairwise(there))
    return sum(pair in pairs for pair in pairwise(words)) / (len(words) - 1)


def support(said: str, source: str, around: str, encode: Encode) -> float:
    """Return how far ``source`` carries a statement, in [0, 1]; higher is better.

    The mean of two values. One is what the text means as a whole, as a cosine. The other is the
    mean over the words that say something: 1 if the word stands in the source, else how near its
    meaning comes to a word of it, at least ``NEARBY`` if it stands in the text ``around``.
    """
    terms = [term for term in read_terms(said) if term.content]
    if not terms:
        return 0.0
    there = {term.stem for term in read_terms(source)}
    near = {term.stem for term in read_terms(around)}
    matches = word_matches(said, source, terms, encode)
    values = [
        1.0
        if term.stem in there
        else max(NEARBY if term.stem in near else 0.0, (match - FAR) / (1 - FAR))
        for term, match in zip(terms, matches, strict=True)
    ]
    return (sum(values) / len(values) + likeness(said, source, encode)) / 2


def likeness(said: str, source: str, encode: Encode) -> float:
    """Return the cosine of two texts, at least 0."""
    return max(0.0, float(encode(said).vector @ encode(source).vector))


def word_matches(said: str, source: str, terms: Sequence[Term], encode: Encode) -> list[float]:
    """Return for each of the statement's ``terms`` its best cosine with the source's tokens."""
    ours, theirs = encode(said), encode(source)
    if not len(ours.token_vectors) or not len(theirs.token_vectors):
        return [0.0] * len(terms)
    best: Floats = (ours.token_vectors @ theirs.token_vectors.T).max(axis=1)
    starts, ends = ours.tokens.ranges[:, 0], ours.tokens.ranges[:, 1]
    found = []
    for term in terms:
        inside = best[(starts < term.end) & (ends > term.start)]
        found.append(float(np.clip(inside.mean(), 0, 1)) if len(inside) else 0.0)
    return found
