"""Fits what tells purposes apart: a linear model by maximum likelihood, with a ridge."""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.fitting.softmax import as_file, fit_softmax, rounded
from eval.sets.lines import read_lines
from index.embed.embedder import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.types import Floats
from rag.question.purpose import EXAMPLES_FILE, FITTED_FILE, Purpose, features

FACTS: Mapping[str, int] = {
    "squad_train_part": 6000,
    "squadshifts_wiki": 1500,
    "nq_swap": 1000,
    "fairytaleqa": 1000,
    "selqa": 500,
    "qamr": 1000,
}
"""How many questions of each set are examples of a fact."""

YES_NO = 2500
"""How many questions are examples of yes or no."""

ASKED = 0.25
"""What a question that people asked weighs beside an example."""

FILLED = 12
"""How often a pattern is filled in at most; all of these together weigh as one example."""

RIDGE = 0.0333
"""Chosen, as the threshold was, on the calibration halves."""

THRESHOLD = 0.5

STEPS = 200
BATCH = 256

Example = tuple[str, Purpose, float]
"""A question, what it wants, and what it weighs."""


def examples(chance: random.Random) -> Iterator[Example]:
    """Yield the examples, patterns filled in, each with a question mark and without."""
    lines = [line for _, line in read_lines(EXAMPLES_FILE)]
    slots = {line["slot"]: line["words"] for line in lines if "slot" in line}
    for line in lines:
        if "slot" in line:
            continue
        pattern = line["question"]
        times = FILLED if "{" in pattern else 1
        texts = sorted({_filled(pattern, slots, chance) for _ in range(times)})
        for text in texts:
            bare = text.rstrip(" ?!？")
            other = f"{bare}?" if bare == text else bare
            for each in (text, other):
                yield each, Purpose(line["purpose"]), 1 / len(texts)


def _filled(pattern: str, slots: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: chance.choice(slots[found[1]]), pattern)


def asked(questions: Path, yes_no: Path, chance: random.Random) -> Iterator[Example]:
    """Yield questions that people asked of texts: for a fact, and for yes or no."""
    for name, count in FACTS.items():
        for text in _sample(questions, count, chance, name):
            yield text, Purpose.FACT, ASKED
    for text in _sample(yes_no, YES_NO, chance):
        yield text, Purpose.YES_NO, ASKED


def _sample(path: Path, count: int, chance: random.Random, name: str = "") -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = map(json.loads, file)
        texts = sorted({row["question"].strip() for row in rows if name in ("", row["set"])})
    chance.shuffle(texts)
    return texts[:count]


def write_fitted(questions: Path, yes_no: Path) -> None:
    """Fit the model and write it where it is read."""
    chance = random.Random(1)
    rows = [*examples(chance), *asked(questions, yes_no, chance)]
    embedder = load_embedder(DEFAULT_EMBEDDER)
    found = []
    for start in range(0, len(rows), BATCH):
        texts = [text for text, _, _ in rows[start : start + BATCH]]
        found.append(features(embedder.encode(texts, query=True)))
        sys.stderr.write(f"\r{start + len(texts):,} of {len(rows):,} questions")
    sys.stderr.write("\n")
    FITTED_FILE.write_text(fitted(rows, np.concatenate(found), embedder), encoding="utf-8")


def fitted(rows: Sequence[Example], found: Floats, embedder: Embedder) -> str:
    """Return the model of these examples, whose features are ``found``, as its file has it."""
    kinds = list(Purpose)
    wanted = [kinds.index(kind) for _, kind, _ in rows]
    weighs = [weight for *_, weight in rows]
    model = fit_softmax(found, wanted, weighs, len(kinds), ridge=RIDGE, steps=STEPS)
    patterns = sum("question" in line for _, line in read_lines(EXAMPLES_FILE))
    values = {
        "embedder": embedder.fingerprint.weights,
        "fitted_on": {"examples": patterns, **FACTS, "yes_no": YES_NO},
        "threshold": THRESHOLD,
        "purposes": kinds,
        **rounded(*model),
    }
    return as_file(values)
