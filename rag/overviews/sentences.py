"""An article → its sentences as evidence, with what their choice depends on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.library import Library
from index.types import Floats, Passage, PassageTokens, Role
from rag.check.injection import instructs
from rag.language.function_words import POINTS_BACK
from rag.types import Evidence

MAX_PASSAGES = 2_000
"""Of a longer article so many passages are looked at, evenly spread over it."""

OPENING = 3
"""Words at the beginning of a sentence that must not point back to another one."""

FEWEST_WORDS = 7
"""A shorter sentence carries nothing by itself."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of an article, n of them, in source order.

    ``vectors`` is (n, dim) float32 unit rows; ``sections`` (n,) counts the headings before each;
    ``opens`` tells which begin their paragraph; ``whole`` which can stand by themselves.
    """

    evidence: Sequence[Evidence]
    vectors: Floats
    sections: Sequence[int]
    opens: Sequence[bool]
    whole: Sequence[bool]


def read_sentences(article_id: str, library: Library) -> Sentences:
    """Return what can be quoted of an article; what it is made of is stored, nothing is embedded.

    Raises:
        LibraryError: the library cannot be read.
    """
    ids = library.passages_of(article_id)
    if len(ids) > MAX_PASSAGES:
        ids = [ids[at] for at in np.linspace(0, len(ids) - 1, MAX_PASSAGES).astype(int)]
    passages = library.passages(ids)
    headings = [p.start for p in library.paragraphs(article_id) if p.role is Role.HEADING]
    evidence: list[Evidence] = []
    rows: list[Floats] = []
    for passage, tokens in (passages[number] for number in ids if number in passages):
        evidence += [Evidence(passage, each, 0.0, 0.0, ()) for each in passage.sentences]
        rows += sentence_vectors(passage, tokens)
    paragraphs = [each.passage.paragraph for each in evidence]
    opens = [now != before for before, now in zip([0, *paragraphs], paragraphs, strict=False)]
    sections = [bisect_right(headings, each.sentence.start) for each in evidence]
    whole = [stands_alone(each.text) for each in evidence]
    return Sentences(evidence, np.array(rows, dtype=np.float32), sections, opens, whole)


def stands_alone(text: str) -> bool:
    """Tell whether a sentence can be read without the one before it.

    ``"It was built in 1890."`` → False. What tells its reader to do something cannot, either.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    points = any(word in POINTS_BACK for word in words[:OPENING])
    return len(words) >= FEWEST_WORDS and not points and text[-1:] != "?" and not instructs(text)


def sentence_vectors(passage: Passage, tokens: PassageTokens) -> list[Floats]:
    """Return a unit vector for each sentence: the mean of its tokens, read in their passage."""
    vectors = tokens.vectors.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    starts = tokens.ranges[:, 0] + passage.start
    found = []
    for sentence in passage.sentences:
        inside = vectors[(starts >= sentence.start) & (starts < sentence.end)]
        mean = inside.sum(axis=0)
        found.append(mean / max(float(np.linalg.norm(mean)), 1e-6))
    return found
