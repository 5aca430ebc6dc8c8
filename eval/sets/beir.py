"""BEIR folders: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/*.tsv``. A document is one item."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from eval.sets.lines import read_lines
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index.errors import InputError

Judgements = dict[str, dict[str, int]]
"""The grade of each document, by query."""


def load_beir(folder: Path) -> QuestionSet:
    """Load a BEIR folder. A query of several qrels files belongs to the first in ABC order.

    Raises:
        InputError: a file is missing or malformed, or a judged document is not in the corpus.
    """
    articles = {article.key: article for article in _articles(folder / "corpus.jsonl")}
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise InputError(f"{folder / 'qrels'} has no .tsv file: a BEIR folder needs one")
    texts = dict(_queries(folder / "queries.jsonl"))
    questions: dict[str, Question] = {}
    for file in files:
        for query, grades in _judgements(file).items():
            if query not in texts:
                raise InputError(f"{file}: query {query!r} is not in {folder / 'queries.jsonl'}")
            evidence = tuple(_gold(articles, key, grade, file) for key, grade in grades.items())
            question = Question(query, texts[query], (), evidence, split=file.stem)
            questions.setdefault(query, question)
    return QuestionSet(folder.name, tuple(articles.values()), tuple(questions.values()))


def _articles(path: Path) -> Iterator[SetArticle]:
    for number, record in read_lines(path):
        if "_id" not in record or "text" not in record:
            raise InputError(f"{path}, line {number}: '_id' and 'text' are needed")
        title = record.get("title") or ""
        text = record["text"] if record["text"].strip() else title
        if text.strip():
            yield SetArticle(str(record["_id"]), title, text, ((0, len(text)),))


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    for number, record in read_lines(path):
        if "_id" not in record or "text" not in record:
            raise InputError(f"{path}, line {number}: '_id' and 'text' are needed")
        yield str(record["_id"]), record["text"]


def _judgements(path: Path) -> Judgements:
    found: Judgements = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if number == 1 and row[-1:] == ["score"]:
                continue
            if len(row) != 3 or not row[2].lstrip("-").isdigit():
                raise InputError(f"{path}, line {number}: query, document and grade are expected")
            if int(row[2]) > 0:
                found.setdefault(row[0], {})[row[1]] = int(row[2])
    return found


def _gold(articles: dict[str, SetArticle], key: str, grade: int, file: Path) -> Gold:
    if key not in articles:
        raise InputError(f"{file}: document {key!r} is not in corpus.jsonl, or has no text")
    return Gold((Place(key, 0, len(articles[key].text)),), grade)
