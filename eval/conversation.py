"""``python -m eval.conversation SET``: what a question should borrow from the one before it.

The last question alone, the last two always, and ours, which borrows for a follow-up only.
``--talk`` holds the project's own conversations, turn by turn, and counts what was right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

from eval.metrics.statistics import paired_p
from eval.run import DEPTH
from eval.score import Scores, score_hits
from eval.sets.corpus import Corpus, open_corpus, quiet
from eval.sets.lines import Record
from eval.sets.load import load_set, own_set
from eval.types import Question
from index import PullquoteError
from index.library import Library
from index.terminal import make_console
from rag import Answer, ask, retrieve
from rag.answer.citation import spoken
from rag.libraries import bundled_article, library_of
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

OWN = Path(__file__).parent / "own"
TALKS = OWN / "conversations.jsonl"
"""Each line a conversation; a turn ``cites`` words of any sentence that is right, none if it is to
be refused; with ``refusal`` it may be refused as well. ``reading`` is what kind of turn it is."""

OUTCOMES = ("right", "wrongly refused", "wrong", "of these sure", "said again")

FLOOR = 0.70
"""The share of turns that are answered rightly: what is held today, less what chance may take."""

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
    """Print the table; 1 if the floor of conversations is not held, 2 if a set cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.conversation", description=__doc__)
    parser.add_argument("set", type=Path, nargs="?", help="a set of questions (our own)")
    parser.add_argument("--split", default="test", help="test, calibration or all (test)")
    parser.add_argument("--talk", action="store_true", help="hold the project's conversations")
    given = parser.parse_args(argv)
    console = make_console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    if given.talk:
        library = library_of([bundled_article(), *OWN.glob("*.md"), *OWN.glob("passages/*.md")])
        talks = [json.loads(line) for line in TALKS.read_text("utf-8").splitlines()]
        chosen = [talk for talk in talks if given.split in (talk["split"], "all")]
        found = hold(chosen, library)
        console.print(_talk_table(found))
        return 0 if right(found) >= FLOOR else 1
    try:
        questions = load_set(given.set) if given.set else own_set()
        corpus = open_corpus(questions, quiet)
    except PullquoteError as error:
        make_console(stderr=True, soft_wrap=True).print(f"eval: {error}", markup=False)
        return 2
    asked = [q for q in questions.questions if given.split in (q.split, "all")]
    console.print(_table(measure(asked, corpus)))
    return 0


def hold(talks: Sequence[Record], library: Library) -> dict[str, Counter[str]]:
    """Ask every turn after what was really answered before; count ``OUTCOMES`` by reading."""
    found: dict[str, Counter[str]] = {}
    for talk in talks:
        history: list[Turn] = []
        for turn in talk["turns"]:
            answer = ask(turn["question"], library=library, history=history)
            count = found.setdefault(turn["reading"], Counter())
            count.update(["turns", *_outcomes(turn, answer, history)])
            history.append(Turn(turn["question"], answer.text))
    return found


def right(found: Mapping[str, Counter[str]]) -> float:
    """Return the share of all turns that were answered rightly."""
    whole = sum(found.values(), Counter())
    return whole["right"] / whole["turns"]


def _outcomes(turn: Record, answer: Answer, history: Sequence[Turn]) -> Iterator[str]:
    quotes = [spoken(citation.quote) for citation in answer.citations]
    if any(quote in spoken(before.answer) for quote in quotes for before in history):
        yield "said again"
    if answer.refused:
        yield "wrongly refused" if turn["cites"] and not turn.get("refusal") else "right"
    elif any(words in quote for words in turn["cites"] for quote in quotes):
        yield "right"
    else:
        yield "wrong"
        if answer.certainty == "sure":
            yield "of these sure"


def _talk_table(found: Mapping[str, Counter[str]]) -> Table:
    table = Table("turns that", "turns", *OUTCOMES, box=None)
    for reading, counts in found.items():
        table.add_row(reading, *(str(counts[each]) for each in ("turns", *OUTCOMES)))
    return table


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
