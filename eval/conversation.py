"""``python -m eval.conversation SET``: what a question should borrow from the one before it.

The last question alone, the last two always, and ours, which borrows for a follow-up only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

from eval.metrics.statistics import paired_p
from eval.run import DEPTH
from eval.score import Scores, score_hits
from eval.sets.corpus import Corpus, open_corpus, quiet
from eval.sets.load import load_set, own_set
from eval.types import Question
from index import PullquoteError
from index.terminal import make_console
from rag import retrieve
from rag.question.followup import borrow
from rag.types import Turn

WIDTH = 110
METRICS = ("recall@5", "hit@1", "mrr@10", "ndcg@10")
OURS = "ours"
WAYS = ("the last question alone", "the last two always", OURS)
KINDS = {
    "follows": "follow-ups, which lean on it",
    "alone": "questions that stand alone",
    "switched": "first questions, put after one on another article",
}

Scored = Mapping[str, Scores]
"""The scores of a question by each of ``WAYS``."""


def measure(questions: Sequence[Question], corpus: Corpus) -> dict[str, list[Scored]]:
    """Return the scores of all questions with evidence that come after another, by kind."""
    found: dict[str, list[Scored]] = {kind: [] for kind in KINDS}
    for kind, question, history in _asked(questions):
        before = history[-1].question
        asked = {
            WAYS[0]: (question.text, ()),
            WAYS[1]: (f"{before} {question.text}", ()),
            OURS: (question.text, history),
        }
        ranked = {
            way: retrieve(text, library=corpus.library, k=DEPTH, history=turns)
            for way, (text, turns) in asked.items()
        }
        found[kind].append(
            {way: score_hits(question, hits, corpus) for way, hits in ranked.items()}
        )
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 2 if the set cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.conversation", description=__doc__)
    parser.add_argument("set", type=Path, nargs="?", help="a set of questions (our own)")
    parser.add_argument("--split", default="test", help="test, calibration or all (test)")
    given = parser.parse_args(argv)
    try:
        questions = load_set(given.set) if given.set else own_set()
        corpus = open_corpus(questions, quiet)
    except PullquoteError as error:
        make_console(stderr=True, soft_wrap=True).print(f"eval: {error}", markup=False)
        return 2
    chosen = [q for q in questions.questions if given.split in (q.split, "all")]
    console = make_console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(_table(measure(chosen, corpus)))
    return 0


def _asked(questions: Sequence[Question]) -> Iterator[tuple[str, Question, tuple[Turn, ...]]]:
    """Yield each question with its kind and what was said before it."""
    first = [question for question in questions if question.evidence and not question.history]
    for question in questions:
        if question.evidence and question.history:
            kind = "follows" if borrow(question.text, question.history) else "alone"
            yield kind, question, question.history
    for place, question in enumerate(first):
        here = _articles(question)
        others = first[place + 1 :] + first[:place]
        before = next((q for q in others if here.isdisjoint(_articles(q))), None)
        if before:
            yield "switched", question, (Turn(before.text, " ".join(before.answers[:1])),)


def _articles(question: Question) -> set[str]:
    return {at.article for gold in question.evidence for at in gold.places}


def _table(found: Mapping[str, Sequence[Scored]]) -> Table:
    table = Table("", "questions", *METRICS, "p of recall@5", box=None)
    real = [*found["follows"], *found["alone"]]
    for heading, rows in (
        ("questions that come after another", real),
        *((KINDS[kind], found[kind]) for kind in KINDS),
    ):
        if not rows:
            continue
        table.add_row(heading, str(len(rows)), style="bold")
        for way in WAYS:
            means = [f"{np.mean([row[way][metric] for row in rows]):.3f}" for metric in METRICS]
            paired = np.array([row[OURS][METRICS[0]] - row[way][METRICS[0]] for row in rows])
            p = "" if way == OURS else f"{paired_p(paired):.3f}"
            table.add_row(f"  {way}", "", *means, p)
    return table


if __name__ == "__main__":
    sys.exit(main())
