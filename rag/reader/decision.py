"""Whether the evidence answers the question: a probability, from a few scores."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from rag.language.function_words import FUNCTION_WORDS
from rag.question.encode import Question
from rag.retrieval.late_interaction import ScoredEvidence
from rag.types import Hit

DECISION_FILE = Path(str(files("rag.reader").joinpath("decision.json")))
"""The fitted model, and what it was fitted on. ``python -m eval.fit`` writes it."""

STRONG = 0.75
"""A word that is matched this well is spoken of; two forms of one word are about this close."""

UNSPOKEN = 0.4
"""A word that nothing in a passage matches better than this is not spoken of there."""

FOLLOWERS = 5
"""How many passages behind the best one its lead is measured against."""

SURE = 8.0
"""A reader's score beyond this, either way, counts as this."""

LONE_LEAD = 0.3
"""The lead of a passage that has no other behind it: about that of a right one."""

_WHY = re.compile(r"(?:(?:and|but|so)[ ,]+)?(?:why|how come)\b", re.IGNORECASE)
_ANYTHING = frozenset(
    "want wants wanted become became make made take took get got come came happen happened need"
    " needed try tried think thought say said important people".split()
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision looks at; all are higher where an answer is likelier.

    ``read`` is what the reader thinks of the best sentence, within ±``SURE``; ``rank`` is its rank;
    ``telling``, in [0, 1], is how well its passage and title match the words that say what is
    asked; ``lead`` is how far the best passage is ahead of the next ones: where nothing answers,
    many are about equally near. The worst match, the worst matched name and the cosine of the
    nearest passage were tried as well and added nothing.
    """

    read: float
    rank: float
    telling: float
    lead: float


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model over some ``Signals``, and the least probability that is worth an answer."""

    bias: float
    weights: Mapping[str, float]
    threshold: float


def answerability(question: Question, weighed: ScoredEvidence, model: Model) -> float:
    """Return the probability in [0, 1] that the evidence answers the question."""
    if takes_for_granted_what_is_not_said(question, weighed):
        return 0.0
    return confidence(read_signals(question, weighed), model)


def confidence(signals: Signals, model: Model) -> float:
    """Return the model's probability in [0, 1]."""
    terms = (weight * getattr(signals, name) for name, weight in model.weights.items())
    return 1 / (1 + math.exp(-model.bias - sum(terms)))


def read_signals(question: Question, weighed: ScoredEvidence) -> Signals:
    """Sum up the evidence of the passage with the best sentence."""
    if not weighed.sentences:
        return Signals(-SURE, 0.0, 0.0, 0.0)
    weights = word_weights(question)
    telling = telling_words(question)
    total = sum(weights[i] for i in telling)
    matched = sum(weights[i] * weighed.around[i] for i in telling)
    best = weighed.sentences[0]
    return Signals(bounded(best.read), best.rank, matched / total, _lead(weighed.hits))


def bounded(score: float) -> float:
    """Return a reader's score within ±``SURE``."""
    return max(-SURE, min(SURE, score))


def _lead(hits: Sequence[Hit]) -> float:
    """Return how far the best passage is ahead of the mean of the next; copies count once."""
    distinct = {hit.passage.text: hit.score for hit in reversed(hits)}
    first, *others = sorted(distinct.values(), reverse=True)[: 1 + FOLLOWERS]
    return first - sum(others) / len(others) if others else LONE_LEAD


def takes_for_granted_what_is_not_said(question: Question, weighed: ScoredEvidence) -> bool:
    """Tell whether a "why" rests on something that the best passage does not speak of.

    "Why did the ship sink?" is no question about a ship that did not sink, however much is said of
    ships: each word of it has to be spoken of, save those that could be said of anything.
    """
    if not _WHY.match(question.text) or not weighed.sentences:
        return False
    return any(
        weighed.around[i] < UNSPOKEN and question.words[i].lower() not in _ANYTHING
        for i in telling_words(question)
        if question.own[i]
    )


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
def fitted_model(read: bool, embedder: str = "") -> Model:
    """Return the model that comes with the project, for evidence that was read or was not.

    An ``embedder`` whose scores mean something else has one of its own. The file says what each
    was fitted on.
    """
    kept = json.loads(DECISION_FILE.read_text(encoding="utf-8"))
    name = "read" if read else "unread"
    stored = kept.get(embedder, {}).get(name, kept[name])
    return Model(stored["bias"], stored["weights"], stored["threshold"])
