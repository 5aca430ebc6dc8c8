"""Whether the evidence answers the question: a probability, from a few scores."""

from __future__ import annotations

import json
import math
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from rag.evidence import Weighed
from rag.question import Question
from rag.words import FUNCTION_WORDS

DECISION_FILE = Path(str(files("rag").joinpath("decision.json")))
"""The fitted model, and what it was fitted on. ``python -m eval.fit`` writes it."""

STRONG = 0.75
"""A word that is matched this well is spoken of; two forms of one word are about this close."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision looks at; both are higher where an answer is likelier.

    ``rank`` is that of the best sentence; ``telling``, in [0, 1], is how well its passage and title
    match the words that say what is asked. The worst match, the worst matched name and the cosine
    of the nearest passage were tried as well and added nothing to these two.
    """

    rank: float
    telling: float


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model over ``Signals``, and the least probability that is worth an answer."""

    bias: float
    weights: tuple[float, ...]
    threshold: float


def confidence(signals: Signals, model: Model) -> float:
    """Return the probability in [0, 1] that the evidence answers the question."""
    pairs = zip(model.weights, astuple(signals), strict=True)
    return 1 / (1 + math.exp(-model.bias - sum(weight * signal for weight, signal in pairs)))


def read_signals(question: Question, weighed: Weighed) -> Signals:
    """Sum up the evidence of the passage with the best sentence."""
    if not weighed.sentences:
        return Signals(0.0, 0.0)
    weights = word_weights(question)
    telling = telling_words(question)
    total = sum(weights[i] for i in telling)
    matched = sum(weights[i] * weighed.around[i] for i in telling)
    return Signals(weighed.sentences[0].rank, matched / total)


def telling_words(question: Question) -> list[int]:
    """Return the places of the words that say what is asked; at least one."""
    weights = word_weights(question)
    telling = [i for i, word in enumerate(question.words) if tells(word)]
    return telling or [max(range(len(weights)), key=weights.__getitem__)]


def word_weights(question: Question) -> list[float]:
    """Return the weight of each word, summing to 1."""
    weights = [0.0] * len(question.words)
    for word, weight in zip(question.word_of, question.weights.tolist(), strict=True):
        weights[word] += weight
    return weights


def tells(word: str) -> bool:
    """Tell whether a word of a question asks for something, rather than joins other words."""
    return word.isalnum() and word.lower() not in FUNCTION_WORDS


@cache
def fitted_model() -> Model:
    """Return the model that comes with the project; its file says what it was fitted on."""
    stored = json.loads(DECISION_FILE.read_text(encoding="utf-8"))
    return Model(stored["bias"], tuple(stored["weights"].values()), stored["threshold"])
