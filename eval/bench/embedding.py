"""Part ``embedding``: Pullquote's embedder against ``SentenceTransformer.encode`` at its defaults.

Run with a job, it is the process that is measured.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from eval.bench.child import each, interleaved, own, read_job, tell
from eval.bench.compare import texts_of
from eval.bench.spread import quotients, spread
from eval.bench.types import Floor, Part, Plan, Table
from index.embed.embedder import DEFAULT_EMBEDDER, load_embedder, model_path
from index.types import Floats, Json

TEXTS = 512
QUESTIONS = 100
WARM = 32

ROOM = 8
"""Tokens that a paragraph leaves for a word more."""

MODULE = "eval.bench.embedding"
OURS, THEIRS = "Pullquote", "SentenceTransformer.encode"


def measure(plan: Plan) -> Part:
    """Encode the same paragraphs and questions with both, in processes of their own."""
    whole = fitting(plan)
    texts = random.Random(plan.seed).sample(whole, min(TEXTS, len(whole)))
    questions = [question.text for question in plan.questions.questions][:QUESTIONS]

    def job(system: str) -> Json:
        vectors = str(plan.scratch / f"{system}.npy")  # the last round's stay
        return {"system": system, "texts": texts, "questions": questions, "vectors": vectors}

    systems = {name: partial(own, MODULE, job(name), plan.scratch) for name in (OURS, THEIRS)}
    rounds = interleaved("embedding", plan.rounds, systems)
    speeds = each(rounds, lambda run: len(texts) / run.fact("texts")["seconds"])
    times = each(rounds, lambda run: float(run.fact("questions")["ms"]))
    peaks = each(rounds, lambda run: run.peak_mb)
    cosine = _lowest_cosine(plan.scratch)
    faster = quotients(speeds[OURS], speeds[THEIRS])
    measured = (speeds, times, peaks)
    rows = [(name, *(str(spread(of[name])) for of in measured)) for name in (OURS, THEIRS)]
    less = [str(quotients(found[THEIRS], found[OURS])) for found in (times, peaks)]
    rows.append(("Pullquote is better, times", str(faster), *less))
    table = Table(
        f"Embedding: {len(texts):,} paragraphs, {len(questions):,} questions one by one",
        ("", "paragraphs/s", "ms a question (p50)", "peak memory, MB"),
        tuple(rows),
        (
            f"Lowest cosine between the two vectors of a text: {cosine:.6f}. "
            "Pullquote's pass gives the vectors of the tokens too.",
        ),
    )
    floors = (
        Floor("embedding: throughput, times SentenceTransformer.encode", faster.median, 3.0, True),
        Floor("embedding: lowest cosine to its vectors", cosine, 0.9999, True),
    )
    figures = {"paragraphs_per_second": speeds, "question_ms": times, "peak_mb": peaks}
    return Part("embedding", (table,), floors, {**figures, "lowest_cosine": cosine})


def main(job: Json) -> None:
    """Encode what the job names, and save the vectors."""
    encode = _ours if job["system"] == OURS else _theirs()
    encode(job["texts"][:WARM], False)
    start = perf_counter()
    vectors = encode(job["texts"], False)
    tell("texts", seconds=perf_counter() - start)
    times = []
    for question in job["questions"]:
        start = perf_counter()
        encode([question], True)
        times.append((perf_counter() - start) * 1000)
    tell("questions", ms=median(times))
    np.save(job["vectors"], vectors)


def fitting(plan: Plan) -> list[str]:
    """Return the paragraphs of the set, of those that are not longer than the model reads."""
    texts = list(texts_of(plan.questions).values())
    embedder = load_embedder()
    limit = embedder.fingerprint.max_tokens - ROOM
    read = embedder.tokenize(texts)
    return [text for text, tokens in zip(texts, read, strict=True) if len(tokens.ids) <= limit]


def _ours(texts: Sequence[str], query: bool) -> Floats:
    return np.array([found.vector for found in load_embedder().encode(texts, query=query)])


def _theirs() -> Callable[[Sequence[str], bool], Floats]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_path(DEFAULT_EMBEDDER)))

    def encode(texts: Sequence[str], query: bool) -> Floats:
        found: Floats = model.encode(list(texts))
        return found

    return encode


def _lowest_cosine(folder: Path) -> float:
    ours, theirs = (np.load(folder / f"{name}.npy").astype(np.float64) for name in (OURS, THEIRS))
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return float(((ours * theirs).sum(axis=1) / lengths).min())


if __name__ == "__main__":
    main(read_job(sys.argv))
