"""What each rule of English and each hand-set weight brings: the evaluation with it and without it.

``python -m eval.ablation --set PATH`` asks the calibration half of the set, of our own if none is
named, and prints a row a rule: how much worse it is without, paired. A rule that does not bring
half a point anywhere goes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from rich.table import Table

import rag
from eval.metrics.refusal import auroc
from eval.metrics.statistics import paired_p
from eval.metrics.summary import judged, outcomes
from eval.run import System, run
from eval.sets.corpus import Corpus, open_corpus, quiet
from eval.sets.load import load_set, own_set, select
from eval.types import QuestionSet, Row
from index.embed.embedder import load_embedder
from index.terminal import make_console

_RANK = "rag.retrieval.late_interaction"

RULES: Mapping[str, Mapping[str, Any]] = {
    "the kind that is asked for": {f"{_RANK}.KIND_WEIGHT": 0.0},
    "a sentence that asks answers nothing": {f"{_RANK}.ASKING_WEIGHT": 0.0},
    "numbers have to be there": {f"{_RANK}._has_numbers": lambda *_: 1.0},
    "words of the title": {f"{_RANK}.TITLE_LOAN": 0.0},
    "words of the passage": {f"{_RANK}.PASSAGE_LOAN": 0.0},
    "the sentence before": {f"{_RANK}.BEFORE_WEIGHT": 0.0},
    "what only announces brings the next": {"rag.reader.choice._announces": lambda *_: False},
    "further sentences": {"rag.reader.choice.MAX_SENTENCES": 1},
    "parts of a question": {"rag.finding.split_parts": lambda question: (question,)},
    "passages beside the one that is read": {"rag.reader.windows.CONTEXT": 0},
    "the reader": {
        "rag.asking.choose_reader": lambda *_: None,
        "rag.searching.choose_reader": lambda *_: None,
    },
}
"""What is put in the place of each rule, to be without it."""

METRICS = ("hit@1", "sentence_hit@1", "citation_precision", "citation_recall_all", "short_f1")


def ablate(corpus: Corpus, questions: QuestionSet) -> dict[str, tuple[Row, ...]]:
    """Return the rows of the whole system, under "", and those without each rule."""
    found = {}
    for name, patches in {"": {}, **RULES}.items():
        with ExitStack() as replaced:
            for place, instead in patches.items():
                replaced.enter_context(patch(place, instead))
            found[name] = run(questions, corpus, System(rag.ask, rag.retrieve), quiet)
    return found


def loss(whole: Sequence[Row], without: Sequence[Row], metric: str) -> tuple[float, float]:
    """Return by how much a metric is worse without, and the p-value that it is not."""
    pairs = [
        (one.scores[metric], other.scores.get(metric, 0.0))
        for one, other in zip(whole, without, strict=True)
        if metric in one.scores
    ]
    differences = np.array([one - other for one, other in pairs])
    return float(differences.mean()) if len(pairs) else 0.0, paired_p(differences)


def _table(name: str, found: Mapping[str, Sequence[Row]]) -> Table:
    whole = found[""]
    table = Table(f"{name}: without", *METRICS, "AUROC", "false refusals", "refused", box=None)
    for rule, rows in found.items():
        cells = []
        for metric in METRICS:
            worse, p = loss(whole, rows, metric)
            star = "*" if p < 0.05 else ""
            cells.append(f"{worse:+.3f}{star}" if rule else f"{_mean(rows, metric):.3f}")
        sure = [auroc(outcomes(judged(each))) for each in (whole, rows)]
        cells.append(f"{sure[0] - sure[1]:+.3f}" if rule else f"{sure[0]:.3f}")
        cells += [f"{_mean(rows, metric):.3f}" for metric in ("false_refusals", "refusal_recall")]
        table.add_row(rule or "nothing (the values)", *cells)
    return table


def _mean(rows: Sequence[Row], metric: str) -> float:
    return float(np.mean([row.scores[metric] for row in rows if metric in row.scores]))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table of each set."""
    parser = argparse.ArgumentParser(prog="python -m eval.ablation", description=__doc__)
    parser.add_argument("--set", type=Path, action="append", default=[], metavar="PATH")
    parser.add_argument("--limit", type=int, default=300, help="questions a set (%(default)s)")
    given = parser.parse_args(argv)
    console = make_console(highlight=False, width=None if sys.stdout.isatty() else 140)
    for whole in [load_set(path) for path in given.set] or [own_set()]:
        questions = select(whole, "calibration", given.limit)
        corpus = open_corpus(questions, quiet, load_embedder())
        with corpus.library:
            console.print(_table(questions.name, ablate(corpus, questions)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
