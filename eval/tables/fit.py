"""Fits the choice of cells on the calibration half, and what tells a question for a sum.

``python -m eval.tables --fit QA`` writes what ``rag.cells`` reads. QA are questions that people
asked of texts, JSON Lines, gzipped: examples of what asks for no sum.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.fit import fit_logistic
from eval.sets.lines import Record, read_lines
from eval.tables.cells import gold
from index.embed.embedder import Embedder
from index.library import Library
from index.types import Floats
from rag.cells import choice, sums
from rag.cells.options import NAMES, Holding, find_options
from rag.question.encode import read_question
from rag.question.purpose import features
from rag.reader.network import fitted_reader
from rag.reader.reading import read_evidence
from rag.retrieval.candidates import find_candidates
from rag.retrieval.late_interaction import score_evidence
from rag.types import Span

RIDGE = 0.1
STEPS = 200
FILLED = 12
"""How often a pattern of ``sums.jsonl`` is filled in."""

ANSWERED = 0.4
"""The least chance to be right that is worth an answer."""

APART = 0.1
"""What is wrong stays so far under "sure", in logits."""

SURE = 0.7
"""The confidence from which on an answer is told as sure (``rag.certainty``)."""

PLAIN = 1500
"""How many questions that people asked are examples of what asks for no sum."""

SUM_RIDGE = 1.0

RIGHTLY = 0.98
"""The threshold of sums is so high that of the examples that pass it so many ask for one."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question: how each cell agrees, which are right, and what the words are covered by."""

    article: str
    values: Floats
    right: Floats
    held: Sequence[Any]
    words: Sequence[Floats]


def examples(
    library: Library, records: Sequence[Record], ids: Mapping[str, str]
) -> Iterator[Example]:
    """Yield what the choice sees of questions for one cell, and of those that no table answers."""
    for record in records:
        if record["kind"] == "sum":
            continue
        article = library.article(ids[record["article"]])
        asked = read_question(record["question"], (), library)
        weighed = score_evidence(asked, find_candidates(asked, library, within=[article.id]))
        weighed = read_evidence(asked, weighed, fitted_reader(), library)
        options = find_options(weighed.sentences, library)
        if not options:
            continue
        holding = Holding(asked, options, library.embedder, article.title)
        held = [holding.hold(option) for option in options]
        spans = [cell for places in gold(record, article.text) for _, cell in places]
        right = [_is_at(o.cell.start, o.cell.end, spans) for o in options]
        values = np.array([each.values for each in held], dtype=np.float32)
        words = [holding.by_telling_word(each) for each in held]
        yield Example(record["article"], values, np.array(right, dtype=np.float32), held, words)


def _is_at(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(start < last and first < end for first, last in spans)


def fit_cells(found: Sequence[Example]) -> Floats:
    """Return the weights (names,) that make the right cells likeliest among all of a question."""
    import torch

    shown = [(torch.tensor(e.values), torch.tensor(e.right)) for e in found if e.right.any()]
    weights = torch.zeros(len(NAMES), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Any:
        optimizer.zero_grad()
        each = [
            torch.logsumexp(values @ weights, 0) - torch.logsumexp((values @ weights)[right > 0], 0)
            for values, right in shown
        ]
        whole = torch.stack(each).sum() + RIDGE / 2 * weights.square().sum()
        whole.backward()
        return whole

    optimizer.step(loss)
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def fitted_choice(found: Sequence[Example], embedder: Embedder) -> dict[str, Any]:
    """Return both models as their file has them.

    Doubt is so large that "sure" is said only above all that would be wrong, as models tell it that
    were fitted without the article.
    """
    weights, (bias, *signals) = _fit_both(found)
    wrong: list[float] = []
    for article in sorted({example.article for example in found}):
        theirs = [example for example in found if example.article == article]
        cells, model = _fit_both([example for example in found if example.article != article])
        looks = _looks(theirs, cells)
        chances = 1 / (1 + np.exp(-model[0] - looks.signals @ model[1:])) * looks.in_row
        wrong += chances[looks.wrong].tolist()
    doubt = max(0.0, _logit(max(wrong)) + APART - _logit(SURE))
    return {
        "embedder": embedder.fingerprint.weights,
        "fitted_on": {"questions": len(found)},
        "cells": dict(zip(NAMES, weights.tolist(), strict=True)),
        "bias": bias,
        "signals": dict(zip(choice.SIGNALS, signals, strict=True)),
        "threshold": ANSWERED,
        "doubt": round(doubt, 2),
    }


def _fit_both(found: Sequence[Example]) -> tuple[Any, Any]:
    """Return the weights of the cells, and bias and weights of the signals."""
    weights = np.array([round(float(value), 2) for value in fit_cells(found)])
    looks = _looks(found, weights)
    return weights, fit_logistic(looks.signals, looks.row_right).round(2)


@dataclass(frozen=True, slots=True)
class Looks:
    """Of each question's best cell: its signals, whether its row is right, its chance within it.

    That is 1 where it would not be marked. ``wrong``: what would be answered is not so.
    """

    signals: Any
    row_right: Any
    in_row: Any
    wrong: Any


def _looks(found: Sequence[Example], weights: Any) -> Looks:
    rows, rights, chances, wrong = [], [], [], []
    for example in found:
        scores = example.values @ weights
        best = int(np.argmax(scores))
        if any(len(number) >= choice.EXACT for number in example.held[best].missing):
            continue
        row, cell = choice.shares(scores, example.held, best)
        rows.append(choice.signals(float(scores[best]), row, example.words[best]))
        like = [choice.rows_of(each) == choice.rows_of(example.held[best]) for each in example.held]
        rights.append(float(example.right[like].any()))
        marked = cell > choice.LIKELIER
        chances.append(cell if marked else 1.0)
        wrong.append(not (example.right[best] if marked else rights[-1]))
    return Looks(*map(np.array, (rows, rights, chances, wrong)))


def _logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def sum_examples(chance: random.Random) -> Iterator[tuple[str, bool, float]]:
    """Yield a question, whether it asks for something computed, and what it weighs."""
    lines = [line for _, line in read_lines(sums.EXAMPLES_FILE)]
    slots = {line["slot"]: line["words"] for line in lines if "slot" in line}
    for line in lines:
        if "slot" in line:
            continue
        texts = {
            re.sub(r"\{(\w+)\}", lambda found: chance.choice(slots[found[1]]), line["question"])
            for _ in range(FILLED)
        }
        for text in sorted(texts):
            yield text, line["sum"], 1 / len(texts)


def plain_questions(file: Path, chance: random.Random) -> list[str]:
    """Return questions that people asked of texts, which ask for what stands there."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found = sorted({row["question"] for row in map(json.loads, lines)})
    return chance.sample(found, PLAIN)


def fitted_sums(file: Path, embedder: Embedder) -> dict[str, Any]:
    """Return the model that tells questions for something computed, as its file has it."""
    chance = random.Random(1)
    rows = list(sum_examples(chance))
    patterns = len(rows)
    rows += [(text, False, 1.0) for text in plain_questions(file, chance)]
    found = features(embedder.encode([text for text, *_ in rows], query=True)).astype(np.float64)
    labels = np.array([float(wants) for _, wants, _ in rows])
    weights = fit_logistic(found, labels, SUM_RIDGE)
    logits = found @ weights[1:] + weights[0]
    order = np.argsort(-logits)
    rightly = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    last = int(np.flatnonzero(rightly >= RIGHTLY)[-1])
    return {
        "embedder": embedder.fingerprint.weights,
        "fitted_on": {"examples": patterns, "plain": PLAIN},
        "threshold": round(float(logits[order[last]]), 2),
        "bias": round(float(weights[0]), 3),
        "weights": [round(float(value), 2) for value in weights[1:]],
    }


def write_fitted(
    library: Library, records: Sequence[Record], ids: Mapping[str, str], file: Path
) -> None:
    """Fit both models and write them where they are read."""
    found = list(examples(library, records, ids))
    chosen = fitted_choice(found, library.embedder)
    choice.FITTED_FILE.write_text(json.dumps(chosen, indent=2) + "\n", encoding="utf-8")
    computed = json.dumps(fitted_sums(file, library.embedder))
    sums.FITTED_FILE.write_text(computed + "\n", encoding="utf-8")
