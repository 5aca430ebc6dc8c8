"""Questions of one set asked of the articles of another, which has the same in another language."""

from __future__ import annotations

from dataclasses import replace

from eval.types import QuestionSet


def asked_of(articles: QuestionSet, questions: QuestionSet) -> QuestionSet:
    """Return the set ``articles`` with those of its questions that ``questions`` has too, by their
    ids, as they are put there."""
    texts = {question.id: question.text for question in questions.questions}
    asked = tuple(replace(q, text=texts[q.id]) for q in articles.questions if q.id in texts)
    return replace(articles, name=f"{articles.name} from {questions.name}", questions=asked)
