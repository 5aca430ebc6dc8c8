"""Fits what tells a person from a place: from answers to questions that people asked of texts.

What answers "who" is a person, what answers "where" or "which city" a place, "which company" an
organisation, and a name that answers anything else is something else. That is wrong for one in
seven ("Who won the match?"), so what the other answers surely speak against is called what they
say, a few times over. Those words make examples here; no question of a user's is judged by them.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.fitting.softmax import as_file, fit_softmax, rounded
from index.embed.embedder import DEFAULT_EMBEDDER, load_embedder
from index.types import Encoding, Floats
from rag.language.names import read_names
from rag.naming.kinds import FITTED_FILE, Kind

SETS = ("squad_train_part", "squadshifts_wiki", "qamr", "selqa")
MOST = {Kind.PERSON: 3000, Kind.ORGANISATION: 2500, Kind.PLACE: 2500, Kind.OTHER: 3000}
"""How many answers of a kind are taken."""

ASKS = {
    Kind.PLACE: r"^(?:in )?where\b|\b(?:what|which) (?:\w+ )?(?:city|cities|country|countries"
    r"|state|nation|town|region|county|continent|island|village|province|district|location"
    r"|capital|port|territory)\b",
    Kind.ORGANISATION: r"\b(?:what|which) (?:\w+ )?(?:company|companies|organi[sz]ations?|agency"
    r"|agencies|team|university|college|group|band|party|newspaper|magazine|network|label|club"
    r"|firm|bank|league|department|ministry|union|institution|corporation|airline|publisher)\b",
    Kind.PERSON: r"^(?:by |to |from )?(?:who|whom|whose)\b|\b(?:what|which) (?:\w+ )?(?:person"
    r"|man|woman|actor|actress|author|president|king|queen|singer|scientist|player|politician)\b",
}
"""How questions ask for each kind; the first that fits is taken."""

LONGEST = 500
"""Characters of a sentence."""

SURE = 0.6
"""What the other answers say of one this surely is believed, ..."""

DOUBTFUL = 0.12
"""... and an answer whose kind they give less than this is left out."""

ROUNDS = 3
PARTS = 5
RIDGE = 1.0
STEPS = 400
BATCH = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """A name at ``[start, end)`` of a sentence, and what the question asked for."""

    kind: Kind
    sentence: str
    start: int
    end: int


def answers(file: Path) -> list[Answer]:
    """Return names that answer questions of ``qa.jsonl.gz``."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["set"] in SETS and row["start"] >= 0]
    random.Random(1).shuffle(rows)
    taken: Counter[Kind] = Counter()
    found = []
    for each in (answer for row in rows for answer in _answer(row)):
        if taken[each.kind] < MOST[each.kind]:
            taken[each.kind] += 1
            found.append(each)
    return found


def _answer(row: dict[str, Any]) -> Iterator[Answer]:
    """Yield the name that a question is answered with, if it is one name and nothing more."""
    text, start, end = row["context"], row["start"], row["end"]
    first = text.rfind(". ", 0, start) + 2 if ". " in text[:start] else 0
    last = text.find(". ", end)
    sentence = text[first : last + 1 if last >= 0 else len(text)][:LONGEST]
    names = [n for n in read_names(sentence) if n.start < end - first and start - first < n.end]
    if len(names) == 1 and len(text[start:end].split()) <= len(names[0].words) + 2:
        asks = (kind for kind, words in ASKS.items() if re.search(words, row["question"], re.I))
        yield Answer(next(asks, Kind.OTHER), sentence, names[0].start, names[0].end)


def vectors(found: list[Answer]) -> Floats:
    """Return (n, dim): the mean of the unit vectors of each name's tokens."""
    embedder = load_embedder(DEFAULT_EMBEDDER)
    rows = []
    for at in range(0, len(found), BATCH):
        batch = found[at : at + BATCH]
        encoded = embedder.encode([each.sentence for each in batch])
        rows += [_mean(each, encoding) for each, encoding in zip(batch, encoded, strict=True)]
        sys.stderr.write(f"\r{len(rows):,} of {len(found):,} names")
    sys.stderr.write("\n")
    return np.array(rows, dtype=np.float32)


def _mean(answer: Answer, encoding: Encoding) -> Floats:
    ranges = encoding.tokens.ranges
    inside = (ranges[:, 0] < answer.end) & (ranges[:, 1] > answer.start)
    mean: Floats = encoding.token_vectors[inside].mean(axis=0)
    return mean


def fit(found: Floats, labels: np.ndarray[Any, Any]) -> tuple[Floats, Floats]:
    """Return bias (k,) and weights (dim, k) of the likeliest model; all kinds weigh alike."""
    counts = np.maximum(np.bincount(labels, minlength=len(Kind)), 1)
    weighs = (len(labels) / len(Kind) / counts)[labels].tolist()
    return fit_softmax(found, labels.tolist(), weighs, len(Kind), ridge=RIDGE, steps=STEPS)


def believed(found: Floats, asked: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """Return the kinds (n,) that answers are taken to be of, and which of them are kept."""
    part = np.random.default_rng(1).integers(PARTS, size=len(asked))
    labels, kept = asked, np.ones(len(asked), dtype=bool)
    for _ in range(ROUNDS):
        chances = np.zeros((len(asked), len(Kind)), dtype=np.float32)
        for each in range(PARTS):
            bias, weights = fit(found[part != each], labels[part != each])
            scores = found[part == each] @ weights + bias
            chances[part == each] = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        labels = np.where(chances.max(axis=1) > SURE, chances.argmax(axis=1), asked)
        kept = chances[np.arange(len(labels)), labels] > DOUBTFUL
    return labels, kept


def write_fitted(file: Path) -> None:
    """Fit the model on the answers of ``qa.jsonl.gz``, and write it where it is read."""
    found = answers(file)
    kinds = list(Kind)
    rows = vectors(found)
    labels, kept = believed(rows, np.array([kinds.index(each.kind) for each in found]))
    values = {
        "embedder": load_embedder(DEFAULT_EMBEDDER).fingerprint.weights,
        "fitted_on": {kind.value: int((labels[kept] == n).sum()) for n, kind in enumerate(kinds)},
        "kinds": kinds,
        **rounded(*fit(rows[kept], labels[kept])),
    }
    FITTED_FILE.write_text(as_file(values), encoding="utf-8")
