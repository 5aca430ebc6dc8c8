"""Which names of an article are persons, and which are places.

A linear model over what the embedder made of a name's tokens when the article came in: so a name is
judged by the words around it as well. It was fitted on answers to questions that people asked of
texts (``python -m eval.lists.names --fit``): who, where, which company. Numbers of another embedder
mean nothing to it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.types import Floats, Passage, PassageTokens
from rag.language.names import Name, read_names
from rag.types import Span

FITTED_FILE = Path(str(files("rag.naming").joinpath("kinds.json")))
"""The fitted model, what it was fitted on, and for which embedder."""


class Kind(StrEnum):
    """What is told of a name. Organisations are told too seldom to be listed, but from the rest."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Called:
    """A name with its kind, how likely it is of it, and where it stands: passages and ranges.

    ``text`` is the fullest way in which it is written.
    """

    text: str
    kind: Kind
    sure: float
    places: tuple[tuple[Passage, Span], ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    name: Name
    passage: Passage
    chances: Floats


def find_called(read: Iterable[tuple[Passage, PassageTokens]]) -> tuple[Called, ...]:
    """Return the names of passages in the order in which they are first met.

    What is told of a name is the mean over the words of all its mentions; a surname is who has it,
    if one does.
    """
    groups: dict[tuple[str, ...], list[_Mention]] = defaultdict(list)
    for passage, tokens in read:
        for mention in _mentions(passage, tokens):
            groups[mention.name.words].append(mention)
    free = {words: met for words, met in groups.items() if not all(m.name.opens for m in met)}
    whole = {words: _whole(words, free) for words in free}
    joined: dict[tuple[str, ...], list[_Mention]] = defaultdict(list)
    for words, mentions in free.items():
        joined[whole[words]] += mentions
    return tuple(_called(mentions) for mentions in joined.values())


def vector_of(tokens: PassageTokens, start: int, end: int) -> Floats | None:
    """Return (dim,): the mean of the unit vectors of a range's tokens; None if it has none."""
    inside = (tokens.ranges[:, 0] < end) & (tokens.ranges[:, 1] > start)
    if not inside.any():
        return None
    rows = tokens.vectors[inside].astype(np.float32)
    mean: Floats = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)).mean(0)
    return mean


def fitted_for() -> str:
    """Return the name of the embedder whose vectors the model knows."""
    return _model()[0]


def _mentions(passage: Passage, tokens: PassageTokens) -> Iterator[_Mention]:
    for name in read_names(passage.text):
        vector = vector_of(tokens, name.start, name.end)
        if vector is not None:
            yield _Mention(name, passage, _chances(vector))


def _whole(words: tuple[str, ...], known: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the longer name that a single word is the last of, if there is one alone."""
    longer = [other for other in known if len(other) > 1 and other[-1:] == words]
    return longer[0] if len(longer) == 1 else words


def _called(mentions: Sequence[_Mention]) -> Called:
    words = [len(mention.name.words) for mention in mentions]
    chances = np.average([mention.chances for mention in mentions], axis=0, weights=words)
    best = int(chances.argmax())
    ranges = [(m.passage, _bare(m.passage, m.name)) for m in mentions]
    ranges.sort(key=lambda place: (place[0].start, place[1]))
    fullest = max((p.text[s - p.start : e - p.start] for p, (s, e) in ranges), key=len)
    return Called(fullest, _model()[1][best], float(chances[best]), tuple(ranges))


def _bare(passage: Passage, name: Name) -> Span:
    """Return the range of a name in its article, without the ending of a genitive."""
    end = name.end - 2 if name.text.endswith(("'s", "’s")) else name.end
    return passage.start + name.start, passage.start + end


def _chances(vector: Floats) -> Floats:
    _, _, bias, weights = _model()
    scores = bias + weights @ vector
    chances: Floats = np.exp(scores - scores.max())
    chances /= chances.sum()
    return chances


@cache
def _model() -> tuple[str, tuple[Kind, ...], Floats, Floats]:
    """Return the embedder's name, the kinds (k,), the bias (k,) and the weights (k, dim)."""
    stored = json.loads(FITTED_FILE.read_text(encoding="utf-8"))
    kinds = tuple(Kind(kind) for kind in stored["kinds"])
    bias, weights = (np.array(stored[name], dtype=np.float32) for name in ("bias", "weights"))
    return stored["embedder"], kinds, bias, weights
