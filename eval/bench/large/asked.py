"""A library is asked in a process of its own: what that takes, and how often the gold is found."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np

from eval.bench.large.exact import fused, matched_by_words, nearest_vectors
from index import Library
from index.types import Json, Passage
from rag import ask
from rag.question.encode import Question, read_question
from rag.retrieval.candidates import DEPTH, Candidate, find_candidates
from rag.retrieval.late_interaction import score_evidence

EXACT = 100
"""How many questions are asked exactly as well: to search a million passages for every word of a
question takes seconds."""

FIRST = 10


class Asked(NamedTuple):
    """A question, and where its gold is: id of the article and half-open range."""

    text: str
    golds: list[tuple[str, int, int]]


def ask_apart(folder: Path, questions: Sequence[Asked]) -> Json:
    """Open and ask a library in a process of its own."""
    command = [sys.executable, "-m", "eval.bench.large", "--ask", str(folder)]
    done = subprocess.run(
        command, input=json.dumps(questions), stdout=subprocess.PIPE, text=True, check=True
    )
    found: Json = json.loads(done.stdout)
    return found


def ask_all(folder: Path, questions: Sequence[Asked]) -> Json:
    """Ask them one after the other, in this process: milliseconds, megabytes, shares."""
    start = perf_counter()
    with Library.open(folder, create=False) as library:
        with library.reading():
            opened = perf_counter() - start
        _seconds(questions[0].text, library)  # loads the model
        busy = process_time()
        took = [1000 * _seconds(question.text, library) for question in questions]
        busy = process_time() - busy
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        return {
            "open_s": round(opened, 2),
            "ask_p50_ms": round(float(np.percentile(took, 50)), 1),
            "ask_p95_ms": round(float(np.percentile(took, 95)), 1),
            "ask_cpu_ms": round(1000 * busy / len(questions), 1),
            "rss_mb": round(memory),
            **_compare(library, questions),
        }


def _seconds(question: str, library: Library) -> float:
    start = perf_counter()
    ask(question, library=library)
    return perf_counter() - start


def _compare(library: Library, questions: Sequence[Asked]) -> Json:
    """Return how often the gold is among the first hits, and how often by exact search.

    ``recall10``: how many of the ten nearest vectors are found.
    """
    read = [read_question(question.text, (), library) for question in questions]
    few = read[:EXACT]
    folder = Path(library.address)
    nearest, matched = nearest_vectors(folder, few), matched_by_words(folder, few)
    exact = [fused(library, near, said) for near, said in zip(nearest, matched, strict=True)]
    ideal = [_hits(q, candidates) for q, candidates in zip(few, exact, strict=True)]
    right = [_hits(question, find_candidates(question, library)) for question in read]
    found = [{n for n, _ in library.nearest(q.vector, DEPTH)[:FIRST]} for q in few]
    shares = [len(f & set(list(n)[:FIRST])) / FIRST for f, n in zip(found, nearest, strict=True)]
    return {
        "hit10": _share(questions, right[:EXACT]),
        "exact_hit10": _share(questions, ideal),
        "recall10": round(float(np.mean(shares)), 4),
        "hit10_all": _share(questions, right),
        "asked": len(questions),
    }


def _hits(question: Question, candidates: Sequence[Candidate]) -> list[Passage]:
    return [hit.passage for hit in score_evidence(question, candidates).hits[:FIRST]]


def _share(questions: Sequence[Asked], found: Sequence[Sequence[Passage]]) -> float:
    """Return for how many of the questions a passage with a part of the gold is found."""
    right = [_is_right(q, passages) for q, passages in zip(questions, found, strict=False)]
    return round(float(np.mean(right)), 4)


def _is_right(question: Asked, passages: Sequence[Passage]) -> bool:
    return any(
        passage.article_id == article and passage.start < end and start < passage.end
        for passage in passages
        for article, start, end in question.golds
    )
