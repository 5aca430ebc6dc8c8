"""CLAPnq: natural questions, a passage each, and the sentences that people selected in it.

A passage is an article; passages that do not answer their question compete with those that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.sets.halves import half
from eval.sets.lines import Record, read_lines
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index.errors import InputError


def load_clapnq(files: Sequence[Path], name: str) -> QuestionSet:
    """Load CLAPnq files into one set.

    Raises:
        InputError: a file cannot be read, or a selected sentence is not in its passage.
    """
    articles: dict[str, SetArticle] = {}
    questions: list[Question] = []
    for file in files:
        for number, record in read_lines(file):
            try:
                article = _article(record, articles)
                questions.append(_question(record, article, f"{file}, line {number}"))
            except (KeyError, IndexError, TypeError) as error:
                message = f"{file}, line {number}: not CLAPnq ({error} is missing or misplaced)"
                raise InputError(message) from error
    return QuestionSet(name, tuple(articles.values()), tuple(questions))


def _article(record: Record, articles: dict[str, SetArticle]) -> SetArticle:
    """Return the record's passage; the same text is the same article."""
    (passage,) = record["passages"]
    text = passage["text"]
    new = SetArticle(record["id"], passage["title"], text, ((0, len(text)),))
    return articles.setdefault(text, new)


def _question(record: Record, article: SetArticle, where: str) -> Question:
    output = record["output"][0]
    places = list(_places(article, output["selected_sentences"], where))
    return Question(
        id=record["id"],
        text=record["input"],
        answers=(output["answer"],) if places else (),
        evidence=tuple(Gold((place,)) for place in places),
        kind="answerable" if places else "unanswerable",
        answerable=bool(places),
        split=half(record["input"]),
        about=article.key,
    )


def _places(article: SetArticle, sentences: Sequence[str], where: str) -> Iterator[Place]:
    """Yield the ranges of sentences, each sought after the one before it."""
    reached = 0
    for sentence in sentences:
        start = article.text.find(sentence, reached)
        start = start if start >= 0 else article.text.find(sentence)
        if start < 0:
            raise InputError(f"{where}: {sentence!r} is not in its passage")
        reached = start + len(sentence)
        yield Place(article.key, start, reached)
