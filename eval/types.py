"""What the evaluation speaks of: questions with their gold evidence, and what became of them.

Read after ``index/types.py`` and ``rag/types.py``. Gold evidence is a half-open character range of
an article's text, so no way of cutting passages is favoured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.types import Answer, Hit, Turn

Span = tuple[int, int]
"""A half-open character range."""


@dataclass(frozen=True, slots=True)
class Place:
    """``[start, end)`` of the article that the set calls ``article``."""

    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gold:
    """One thing that an answer has to rest on. Each of the ``places`` says it equally well.

    ``grade`` is how relevant it is, 1 or more, for nDCG.
    """

    places: tuple[Place, ...]
    grade: int = 1


@dataclass(frozen=True, slots=True)
class SetArticle:
    """An article of a set. ``paragraphs`` are its ranges that ranking metrics rank.

    ``path`` is the file it was read from, if it came as one.
    """

    key: str
    title: str
    text: str
    paragraphs: tuple[Span, ...]
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the answers that count as right, and the places that carry them.

    ``answerable`` is None where the set does not say. ``nearest`` are places that a refusal should
    show, ``unanswered`` is the part that the articles do not answer, ``about`` an article's key.
    """

    id: str
    text: str
    answers: tuple[str, ...] = ()
    evidence: tuple[Gold, ...] = ()
    kind: str = ""
    tags: tuple[str, ...] = ()
    split: str = ""
    answerable: bool | None = True
    history: tuple[Turn, ...] = ()
    nearest: tuple[Place, ...] = ()
    unanswered: str = ""
    about: str = ""

    def is_of(self, name: str) -> bool:
        """Tell whether ``name`` is the question's kind or one of its tags."""
        return name == self.kind or name in self.tags


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions and the articles that they are asked of. ``folder`` is where the gate lies."""

    name: str
    articles: tuple[SetArticle, ...]
    questions: tuple[Question, ...]
    folder: Path | None = None

    @property
    def digest(self) -> str:
        """A hash of every article's text and every question: the data that a result is of."""
        articles = [[a.key, a.title, a.text, a.paragraphs] for a in self.articles]
        questions = [_plain(question) for question in self.questions]
        text = json.dumps([articles, questions], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one question.

    ``scores`` are by metric name, only those that are defined for this question; ``error`` says why
    there is none. ``milliseconds`` are by stage. ``left_out``: its gold paragraphs were withheld.
    """

    question: Question
    answer: Answer | None = None
    hits: tuple[Hit, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    cluster: str = ""
    error: str = ""
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric's value over ``count`` questions, with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must not change an answer. ``broken`` holds ``question id: what changed``."""

    name: str
    asked: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate looked at. ``detail`` says what was found, and what was expected."""

    name: str
    passed: bool
    detail: str


def _plain(question: Question) -> list[object]:
    """The question as JSON can hold it, in a fixed order."""
    evidence = [[_ranges(gold.places), gold.grade] for gold in question.evidence]
    history = [[turn.question, turn.answer] for turn in question.history]
    return [
        question.id,
        question.text,
        question.answers,
        evidence,
        question.kind,
        question.tags,
        question.answerable,
        history,
        _ranges(question.nearest),
        question.unanswered,
    ]


def _ranges(places: tuple[Place, ...]) -> list[tuple[str, int, int]]:
    return [(place.article, place.start, place.end) for place in places]
