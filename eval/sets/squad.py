"""SQuAD 1.1 and 2.0, and what shares their JSON, such as XQuAD.

An article's paragraphs are joined by a blank line; the gold is each annotated answer's range.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.sets.halves import half
from eval.sets.lines import Record, read_json
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index.errors import InputError

GAP = "\n\n"


def load_squad(path: Path) -> QuestionSet:
    """Load a SQuAD file, all its articles in one set.

    Raises:
        InputError: the file cannot be read, or an answer is not where it is said to be.
    """
    articles: list[SetArticle] = []
    questions: list[Question] = []
    try:
        for number, record in enumerate(read_json(path)["data"]):
            article = _article(record, number)
            articles.append(article)
            questions += _questions(record, article, path)
    except (KeyError, TypeError) as error:
        raise InputError(f"{path} is not SQuAD JSON: {error} is missing or misplaced") from error
    return QuestionSet(path.stem, tuple(articles), tuple(questions))


def _article(record: Record, number: int) -> SetArticle:
    contexts = [paragraph["context"] for paragraph in record["paragraphs"]]
    spans, start = [], 0
    for context in contexts:
        spans.append((start, start + len(context)))
        start += len(context) + len(GAP)
    title = record.get("title", f"article {number + 1}").replace("_", " ")
    return SetArticle(f"{number}: {title}", title, GAP.join(contexts), tuple(spans))


def _questions(record: Record, article: SetArticle, path: Path) -> Iterator[Question]:
    for paragraph, (offset, _) in zip(record["paragraphs"], article.paragraphs, strict=True):
        for asked in paragraph["qas"]:
            impossible = bool(asked.get("is_impossible", False))
            golds = [] if impossible else asked["answers"]
            places = [_place(gold, article, offset, f"{path}, {asked['id']}") for gold in golds]
            yield Question(
                id=asked["id"],
                text=asked["question"].strip(),
                answers=tuple(dict.fromkeys(gold["text"] for gold in golds)),
                evidence=(Gold(tuple(dict.fromkeys(places))),) if places else (),
                kind="impossible" if impossible else "answerable",
                answerable=not impossible,
                split=half(record.get("title", article.key)),
                about=article.key,
            )


def _place(gold: Record, article: SetArticle, offset: int, where: str) -> Place:
    start = offset + gold["answer_start"]
    end = start + len(gold["text"])
    if article.text[start:end] != gold["text"]:
        raise InputError(f"{where}: {gold['text']!r} is not at answer_start of its context")
    return Place(article.key, start, end)
