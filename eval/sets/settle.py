"""Texts as a library keeps them: without byte-order mark, line ends as one character.

Ranges of a public set are of the text as it was published, so they move with it.
"""

from __future__ import annotations

from dataclasses import replace

from eval.types import Gold, Place, Question, QuestionSet, SetArticle, Span

_MARK = "\ufeff"


def settle(questions: QuestionSet) -> QuestionSet:
    """Return the set with canonical texts, and all ranges moved accordingly."""
    raw = {a.key: a.text for a in questions.articles if a.text != _canonical(a.text)}
    if not raw:
        return questions
    return replace(
        questions,
        articles=tuple(_article(a) if a.key in raw else a for a in questions.articles),
        questions=tuple(_question(question, raw) for question in questions.questions),
    )


def _canonical(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix(_MARK)


def _moved(text: str, place: int) -> int:
    """Return where the ``place``-th character of ``text`` stands in the canonical text."""
    return max(place - text.startswith(_MARK), 0) - text.count("\r\n", 0, place)


def _span(text: str, start: int, end: int) -> Span:
    return _moved(text, start), _moved(text, end)


def _article(article: SetArticle) -> SetArticle:
    spans = tuple(_span(article.text, *span) for span in article.paragraphs)
    return replace(article, text=_canonical(article.text), paragraphs=spans)


def _question(question: Question, raw: dict[str, str]) -> Question:
    def place(old: Place) -> Place:
        if old.article not in raw:
            return old
        return Place(old.article, *_span(raw[old.article], old.start, old.end))

    golds = [Gold(tuple(map(place, g.places)), g.grade) for g in question.evidence]
    return replace(question, evidence=tuple(golds), nearest=tuple(map(place, question.nearest)))
