"""MTRAG and MTRAG-UN: the last turn of a conversation, and the contexts that people found for it.

A context is an article. For a question that is answerable, or in part, its contexts are the gold;
an underspecified question is neither answerable nor not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.sets.halves import half
from eval.sets.lines import Record, read_lines
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index.errors import InputError
from rag.types import Turn

ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False}


def load_mtrag(file: Path) -> QuestionSet:
    """Load one file of conversations.

    Raises:
        InputError: the file cannot be read, or a record is not of this format.
    """
    articles: dict[str, SetArticle] = {}
    questions: list[Question] = []
    for number, record in read_lines(file):
        try:
            found = list(_articles(record, articles))
            questions.append(_question(record, found))
        except (KeyError, IndexError, TypeError) as error:
            message = f"{file}, line {number}: not MTRAG ({error} is missing or misplaced)"
            raise InputError(message) from error
    return QuestionSet(file.parent.name, tuple(articles.values()), tuple(questions))


def _articles(record: Record, articles: dict[str, SetArticle]) -> Iterator[SetArticle]:
    """Yield the record's contexts; the same text is the same article."""
    for context in record["contexts"]:
        text = context["text"]
        title = context.get("title", "")
        new = SetArticle(context["document_id"], title, text, ((0, len(text)),))
        yield articles.setdefault(text, new)


def _question(record: Record, articles: list[SetArticle]) -> Question:
    label = record["answerability"][0]
    answerable = ANSWERABLE.get(label)
    places = [Place(a.key, 0, len(a.text)) for a in dict.fromkeys(articles)]
    return Question(
        id=record["task_id"],
        text=record["input"][-1]["text"],
        answers=tuple(turn["text"] for turn in record["targets"]) if answerable else (),
        evidence=tuple(Gold((place,)) for place in places) if answerable else (),
        kind=label.lower(),
        answerable=answerable,
        history=tuple(_history(record["input"][:-1])),
        split=half(record["task_id"]),
        about=record.get("Collection", ""),
    )


def _history(turns: list[Record]) -> Iterator[Turn]:
    """Yield each earlier question with what was answered."""
    question = ""
    for turn in turns:
        if turn["speaker"] == "user":
            question = turn["text"]
        else:
            yield Turn(question, turn["text"])
