"""Asks every question of a set once, and keeps what became of it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from eval.score import Scores, score
from eval.sets.corpus import Corpus, Track
from eval.types import Question, QuestionSet, Row
from index import Library, PullquoteError
from rag.types import Answer, Hit, Turn

DEPTH = 20
"""Hits that are asked for: enough for ten paragraphs where some give several passages."""

MANY_ARTICLES = 10
"""From this many on, questions on one article are drawn together when intervals are made."""

FAILURES = (PullquoteError, ValueError, ArithmeticError, LookupError)
"""What a question may fail with and the run still goes on, to fail at its end."""

Withheld = frozenset[tuple[str, int]]
"""``(article id, paragraph number)`` of paragraphs that are not to be used."""

NOTHING: Withheld = frozenset()


class Ask(Protocol):
    """``rag.ask``, as far as the evaluation needs it."""

    def __call__(
        self, question: str, *, library: Library, history: Sequence[Turn], without: Withheld
    ) -> Answer:
        """Return the answer, as if the paragraphs ``without`` were not in the library."""


class Retrieve(Protocol):
    """``rag.retrieve``, as far as the evaluation needs it."""

    def __call__(
        self, question: str, *, library: Library, k: int, history: Sequence[Turn]
    ) -> Sequence[Hit]:
        """Return at most ``k`` hits, best first."""


@dataclass(frozen=True, slots=True)
class System:
    """What is evaluated. ``ask`` None: nothing but retrieval."""

    ask: Ask | None
    retrieve: Retrieve


def run(questions: QuestionSet, corpus: Corpus, system: System, track: Track) -> tuple[Row, ...]:
    """Ask every question of the set and return a row for each, in the order of the set."""
    rows = (_row(question, corpus, system) for question in track(questions.questions, "asking"))
    return cluster(tuple(rows), len(questions.articles))


def run_left_out(
    questions: QuestionSet, corpus: Corpus, system: System, track: Track
) -> tuple[Row, ...]:
    """Ask every question with evidence twice: with its gold paragraphs, and without them.

    The second row's question counts as unanswerable.
    """
    rows: list[Row] = []
    for question in track([q for q in questions.questions if q.evidence], "asking twice"):
        withheld = gold_paragraphs(question, corpus)
        bare = replace(
            question,
            id=f"{question.id} without its paragraph",
            answers=(),
            evidence=(),
            kind="left out",
            answerable=False,
        )
        rows.append(_row(question, corpus, system))
        rows.append(replace(_row(bare, corpus, system, withheld), left_out=True))
    return cluster(tuple(rows), len(questions.articles))


def gold_paragraphs(question: Question, corpus: Corpus) -> frozenset[tuple[str, int]]:
    """Return the library's paragraphs that hold any of the question's gold evidence."""
    places = [corpus.range(place) for gold in question.evidence for place in gold.places]
    return frozenset(
        (article, paragraph.number)
        for article, start, end in places
        if article in corpus.texts
        for paragraph in corpus.library.paragraphs(article)
        if paragraph.start < end and start < paragraph.end
    )


def cluster(rows: Sequence[Row], articles: int) -> tuple[Row, ...]:
    """Give each row the name of what it is drawn with: its article, or itself if they are few."""
    if articles < MANY_ARTICLES:
        return tuple(replace(row, cluster=row.question.id.split(" without ")[0]) for row in rows)
    return tuple(replace(row, cluster=row.question.about or row.question.id) for row in rows)


def _row(question: Question, corpus: Corpus, system: System, without: Withheld = NOTHING) -> Row:
    try:
        answer, hits, milliseconds = _ask(question, corpus, system, without)
        scores = score(question, answer, hits, corpus)
    except FAILURES as error:
        return Row(question, error=f"{type(error).__name__}: {error}".split("\n")[0])
    wrong = _not_finite(scores)
    return Row(question, answer, tuple(hits), scores, milliseconds, error=wrong)


def _ask(
    question: Question, corpus: Corpus, system: System, without: Withheld
) -> tuple[Answer | None, Sequence[Hit], Mapping[str, float]]:
    text, library, history = question.text, corpus.library, question.history
    hits: Sequence[Hit] = ()
    answer: Answer | None = None
    milliseconds: dict[str, float] = {}
    if not without:
        start = time.perf_counter()
        hits = system.retrieve(text, library=library, k=DEPTH, history=history)
        milliseconds["retrieve"] = 1000 * (time.perf_counter() - start)
    if system.ask:
        start = time.perf_counter()
        answer = system.ask(text, library=library, history=history, without=without)
        milliseconds["ask"] = 1000 * (time.perf_counter() - start)
        milliseconds |= {f"ask: {stage}": spent for stage, spent in answer.timings.items()}
    return answer, hits, milliseconds


def _not_finite(scores: Scores) -> str:
    """Name what is no number, or a confidence that is no probability; empty if all is well."""
    wrong = [name for name, value in scores.items() if not math.isfinite(value)]
    if wrong:
        return f"{wrong[0]} is {scores[wrong[0]]}"
    sure = scores.get("confidence", 0.0)
    return "" if 0 <= sure <= 1 else f"confidence is {sure}, not between 0 and 1"
