"""What a question wants: a fact, a list, an overview …, told by where it lies among examples.

A linear model over what the embedder makes of the question: the vector of the whole, which knows
what it speaks of, and those of its first two tokens, which know how it asks. It was fitted on the
examples in ``purposes.jsonl`` and on questions that people asked of texts; ``python -m
eval.purposes --fit`` does so again. Numbers of another embedder mean nothing to it: then, and where
it is not sure, a question is taken to ask for a fact, as every one was that is looked up.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.embed.embedder import Embedder
from index.types import Encoding, Floats

EXAMPLES_FILE = Path(str(files("rag.question").joinpath("purposes.jsonl")))
"""Examples, each with its purpose; a ``{slot}`` stands for any word of the slot of that name."""

FITTED_FILE = Path(str(files("rag.question").joinpath("purposes.json")))
"""The fitted model, and what it was fitted on."""

OPENING = 2
"""How many of a question's first tokens are looked at one by one."""


_SLOT = re.compile(r"\{\w+\}s?")
_WORD = re.compile(r"\w+")


class Purpose(StrEnum):
    """What a question wants.

    ``ABOUT_ARTICLE``: who wrote it, when, how long it is, how many there are. ``ABOUT_PULLQUOTE``:
    what it can do. ``OPINION``: a judgement or advice that no article settles. ``TOPIC``: whatever
    is said about something.
    """

    FACT = "fact"
    OVERVIEW = "overview"
    TOPIC = "topic"
    LIST = "list"
    COMPARISON = "comparison"
    YES_NO = "yes_no"
    ABOUT_ARTICLE = "about_article"
    ABOUT_PULLQUOTE = "about_pullquote"
    SMALL_TALK = "small_talk"
    OPINION = "opinion"


UNQUOTED = frozenset(
    {Purpose.ABOUT_ARTICLE, Purpose.ABOUT_PULLQUOTE, Purpose.SMALL_TALK, Purpose.OPINION}
)
"""What is answered without the articles' words: no quote, and no word for how sure it is."""


UNWEIGHED = UNQUOTED | {Purpose.OVERVIEW, Purpose.TOPIC}
"""What is not weighed against the question, so that nothing says how sure it is."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A linear model: ``weights`` is (features, purposes), ``bias`` (purposes,).

    ``embedder`` is the hash of the weights of the embedder that it was fitted with; a purpose that
    is less likely than ``threshold`` is not believed.
    """

    embedder: str
    purposes: tuple[Purpose, ...]
    bias: Floats
    weights: Floats
    threshold: float


def find_purpose(text: str, embedder: Embedder) -> Purpose:
    """Return what a question wants; ``FACT`` where that is not plain, or the embedder another.

    So it is of a question in another script than Latin, which the embedder reads letter by letter.
    """
    fitted = fitted_purposes()
    if embedder.fingerprint.weights != fitted.embedder or not _is_latin(text):
        return Purpose.FACT
    [encoding] = embedder.encode([text], query=True)
    return choose_purpose(features([encoding])[0] @ fitted.weights + fitted.bias, fitted)


def _is_latin(text: str) -> bool:
    """Tell whether at least half of the letters of a text are Latin ones."""
    letters = [unicodedata.name(each, "") for each in text if each.isalpha()]
    return 2 * sum(name.startswith("LATIN") for name in letters) >= len(letters)


def choose_purpose(scores: Floats, fitted: Fitted) -> Purpose:
    """Return the likeliest purpose, if it is likely enough; ``scores`` (purposes,) are logits."""
    chances = np.exp(scores - scores.max())
    best = int(np.argmax(chances))
    if chances[best] / chances.sum() < fitted.threshold:
        return Purpose.FACT
    return fitted.purposes[best]


def features(encodings: Sequence[Encoding]) -> Floats:
    """Return (n, dim · (1 + OPENING)): the vector of each text, then those of its first tokens.

    A text that has fewer tokens has zeros in their place.
    """
    found = []
    for encoding in encodings:
        first = np.zeros((OPENING, len(encoding.vector)), dtype=np.float32)
        tokens = encoding.token_vectors[:OPENING]
        first[: len(tokens)] = tokens
        found.append(np.concatenate([encoding.vector, first.ravel()]))
    return np.array(found, dtype=np.float32)


@cache
def framing_words(purpose: Purpose) -> frozenset[str]:
    """Return the words of a purpose's examples outside of their slots: they ask, and are no topic.

    With the words of the slot ``text``, which name an article.
    """
    lines = [json.loads(line) for line in EXAMPLES_FILE.read_text(encoding="utf-8").splitlines()]
    patterns = [each["question"] for each in lines if each.get("purpose") == purpose]
    named = [word for each in lines if each.get("slot") == "text" for word in each["words"]]
    framed = [_SLOT.sub(" ", pattern) for pattern in patterns]
    return frozenset(word.lower() for text in [*framed, *named] for word in _WORD.findall(text))


@cache
def fitted_purposes() -> Fitted:
    """Return the model that comes with the installation."""
    kept = json.loads(FITTED_FILE.read_text(encoding="utf-8"))
    return Fitted(
        embedder=kept["embedder"],
        purposes=tuple(map(Purpose, kept["purposes"])),
        bias=np.array(kept["bias"], dtype=np.float32),
        weights=np.array(kept["weights"], dtype=np.float32).T,
        threshold=kept["threshold"],
    )
