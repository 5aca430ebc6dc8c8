"""How well each language is found, and English from it.

``python -m eval.languages --benchmarks DIR``: in ``DIR`` is ``xquad/``. The test half of each
language is asked, all its paragraphs in one library; then the same of the English paragraphs.
AUROC: each is asked twice, the second time without the paragraphs that hold its answer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

import rag
from eval.metrics.refusal import auroc
from eval.metrics.summary import judged, outcomes
from eval.run import System, run, run_left_out
from eval.score import score_hits
from eval.sets.across import asked_of
from eval.sets.corpus import Corpus, open_corpus, quiet
from eval.sets.load import load_set, select
from eval.types import QuestionSet, Row
from index.embed.embedder import Embedder, load_embedder
from index.embed.forward import MULTILINGUAL
from index.terminal import make_console
from rag.types import Hit

ENGLISH = "en"

DEPTH = 10

_RETRIEVES = System(None, rag.retrieve)
_ANSWERS = System(rag.ask, rag.retrieve)


def by_words(questions: QuestionSet, corpus: Corpus) -> float:
    """Return how often BM25 alone ranks the right paragraph first."""
    right = []
    for question in questions.questions:
        ranked = corpus.library.match(question.text, DEPTH)
        found = corpus.library.passages([number for number, _ in ranked])
        hits = [Hit(found[n][0], score, found[n][0].sentences[0]) for n, score in ranked]
        right.append(score_hits(question, hits, corpus)["hit@1"])
    return float(np.mean(right))


def found(questions: QuestionSet, corpus: Corpus, *, twice: bool) -> Mapping[str, float]:
    """Return the share of first paragraphs and sentences that are right; AUROC too if ``twice``."""
    if twice:
        rows = run_left_out(questions, corpus, _ANSWERS, quiet)
        sure = {"auroc": auroc(outcomes(judged(rows)))}
    else:
        rows, sure = run(questions, corpus, _RETRIEVES, quiet), {}
    return {name: _mean(rows, name) for name in ("hit@1", "sentence_hit@1")} | sure


def _mean(rows: Sequence[Row], metric: str) -> float:
    return float(np.mean([row.scores[metric] for row in rows if metric in row.scores]))


def measure(
    sets: Mapping[str, QuestionSet], embedder: Embedder, *, twice: bool
) -> Mapping[str, Sequence[float]]:
    """Return for each language the cells of its row."""
    rows = {}
    english = open_corpus(sets[ENGLISH], quiet, embedder)
    with english.library:
        for name, questions in sets.items():
            corpus = open_corpus(questions, quiet, embedder)
            with corpus.library:
                cells = [by_words(questions, corpus)]
                cells += found(questions, corpus, twice=twice).values()
            if name != ENGLISH:
                across = asked_of(sets[ENGLISH], questions)
                cells += found(across, english, twice=False).values()
            rows[name] = cells
    return rows


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m eval.languages", description=__doc__)
    parser.add_argument("--benchmarks", type=Path, required=True, metavar="DIR")
    parser.add_argument("--embedder", default=MULTILINGUAL, metavar="NAME")
    parser.add_argument("--language", action="append", metavar="CODE", help="all, if not given")
    parser.add_argument("--limit", type=int, default=300, help="questions a language")
    parser.add_argument("--leave-gold-out", action="store_true", help="AUROC as well")
    given = parser.parse_args(argv)
    files = sorted((given.benchmarks / "xquad").glob("xquad.*.json"))
    wanted = {*(given.language or [file.suffixes[0][1:] for file in files]), ENGLISH}
    sets = {
        file.suffixes[0][1:]: select(load_set(file), "test", given.limit)
        for file in files
        if file.suffixes[0][1:] in wanted
    }
    rows = measure(sets, load_embedder(given.embedder), twice=given.leave_gold_out)
    names = ["BM25", "paragraph", "sentence", *(["AUROC"] if given.leave_gold_out else [])]
    names += ["of English: paragraph", "sentence"]
    table = Table("questions in", *names, title=given.embedder, box=None)
    for name, cells in rows.items():
        table.add_row(name, *(f"{cell:.3f}" for cell in cells))
    make_console(highlight=False, width=None if sys.stdout.isatty() else 140).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
