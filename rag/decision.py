"""Whether the evidence answers the question: a probability, from a few scores."""

from __future__ import annotations

import json
import math
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files

from rag.evidence import Weighed
from rag.question import Question
from rag.words import FUNCTION_WORDS

STRONG = 0.75
"""A word that is matched this well is spoken of; two forms of one word are about this close."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision looks at, each in [0, 1] and higher where an answer is likelier."""

    sentence: float
    telling: float
    weakest: float
    spoken: float
    cosine: float


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
        return Signals(0.0, 0.0, 0.0, 0.0, 0.0)
    found = weighed.around
    weights = word_weights(question)
    telling = [i for i, word in enumerate(question.words) if tells(word)] or [
        max(range(len(found)), key=weights.__getitem__)
    ]
    total = sum(weights[i] for i in telling)
    return Signals(
        sentence=weighed.sentences[0].score,
        telling=sum(weights[i] * found[i] for i in telling) / total,
        weakest=min(found[i] for i in telling),
        spoken=sum(weights[i] for i in telling if found[i] >= STRONG) / total,
        cosine=max(0.0, weighed.cosine),
    )


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
    stored = json.loads(files("rag").joinpath("decision.json").read_text(encoding="utf-8"))
    return Model(stored["bias"], tuple(stored["weights"].values()), stored["threshold"])
