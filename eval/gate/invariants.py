"""What must not change an answer: copies, the order of adding, other articles, and a removal."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from eval.run import FAILURES, NOTHING, Ask
from eval.sets.corpus import Track, fill, quiet
from eval.types import Invariant, Place, Question, QuestionSet, SetArticle
from index import Library
from index.embed.embedder import Embedder
from rag.types import Answer

DISTRACTORS = Path(__file__).parents[1] / "own" / "distractors"
"""Articles on something else."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A sample of a set, and what it is put to."""

    articles: tuple[SetArticle, ...]
    sample: tuple[Question, ...]
    ask: Ask
    embedder: Embedder | None
    track: Track


def check_invariants(
    questions: QuestionSet,
    ask: Ask,
    count: int,
    track: Track,
    embedder: Embedder | None = None,
) -> tuple[Invariant, ...]:
    """Ask ``count`` questions, evenly taken, of libraries that ought to make no difference."""
    every = max(len(questions.questions) // count, 1)
    sample = questions.questions[::every][:count]
    trial = Trial(questions.articles, sample, ask, embedder, track)
    copies = [
        replace(a, key=f"copy of {a.key}", text=f"{a.text}\n", path=None) for a in trial.articles
    ]
    others = [
        SetArticle(f"distractor {path.stem}", "", path.read_text(encoding="utf-8"), ())
        for path in sorted(DISTRACTORS.glob("*.md"))
    ]
    plain = _answers(trial, trial.articles, "as it is")
    variants = {
        "duplicated articles": [*trial.articles, *copies],
        "shuffled adding": trial.articles[::-1],
        "added distractors": [*others, *trial.articles],
    }
    found = [_compared(n, trial, plain, _answers(trial, a, n)) for n, a in variants.items()]
    return (*found, _removed(trial))


def _answers(trial: Trial, articles: Sequence[SetArticle], name: str) -> list[str]:
    """Return what is asked and answered, as one comparable line for each question."""
    with _library(trial) as library:
        fill(library, articles, quiet)
        return [_line(trial.ask, q, library) for q in trial.track(trial.sample, name)]


def _line(ask: Ask, question: Question, library: Library) -> str:
    """Return the quotes of an answer in their order, or that it was refused, or failed."""
    try:
        answer = _answer(ask, question, library)
    except FAILURES as error:
        return f"{type(error).__name__}: {error}"
    quotes = [" ".join(citation.quote.split()) for citation in answer.citations]
    return "refused" if answer.refused else " | ".join(quotes)


def _compared(name: str, trial: Trial, plain: Sequence[str], found: Sequence[str]) -> Invariant:
    pairs = zip(trial.sample, plain, found, strict=True)
    broken = [f"{q.id}: {was[:80]} → {now[:80]}" for q, was, now in pairs if was != now]
    return Invariant(name, len(plain), tuple(broken))


def _removed(trial: Trial) -> Invariant:
    """Ask without the articles that hold the gold: none of them may be cited."""
    asked = [question for question in trial.sample if question.evidence]
    broken = []
    with _library(trial) as library:
        corpus = fill(library, trial.articles, quiet)
        for question in trial.track(asked, "gold article removed"):
            gone = {place.article for place in _places(question)} & set(corpus.ids)
            for key in gone:
                library.remove(corpus.ids[key])
            wrong = _cites(trial.ask, question, library, {corpus.ids[key] for key in gone})
            broken += [f"{question.id}: {wrong}"] if wrong else []
            fill(library, [a for a in trial.articles if a.key in gone], quiet)
    return Invariant("gold article removed", len(asked), tuple(broken))


def _cites(ask: Ask, question: Question, library: Library, removed: set[str]) -> str:
    """Say what is wrong if an answer shows one of ``removed``, or there is none; else nothing."""
    try:
        answer = _answer(ask, question, library)
    except FAILURES as error:
        return f"{type(error).__name__}: {error}"
    shown = {citation.article_id for citation in (*answer.citations, *answer.nearest)}
    return "cites an article that was removed" if shown & removed else ""


def _places(question: Question) -> list[Place]:
    return [place for gold in question.evidence for place in gold.places]


def _answer(ask: Ask, question: Question, library: Library) -> Answer:
    return ask(question.text, library=library, history=question.history, without=NOTHING)


@contextmanager
def _library(trial: Trial) -> Iterator[Library]:
    """Lend an empty library that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="pullquote-eval-") as folder,
        Library.open(folder, embedder=trial.embedder) as library,
    ):
        yield library
