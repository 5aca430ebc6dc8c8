"""The project's own format: questions as JSON Lines, articles as files. See ``schema.json``.

Gold evidence is a quote, which must stand in its article exactly once, or a character range.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

from eval.sets.lines import Record, read_lines
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index.errors import InputError
from index.parse.document import read_document
from index.types import Role
from rag.types import Turn

SCHEMA = Path(__file__).parents[1] / "own" / "schema.json"


def load_own(file: Path, paths: Sequence[Path]) -> QuestionSet:
    """Load a question file and its articles; an article's key is its file's name without ending.

    Raises:
        InputError: a file cannot be read, a record does not fit the schema, an article is unknown,
            a quote does not stand in its article exactly once.
    """
    articles = _articles(paths)
    questions = tuple(
        _question(record, articles, f"{file}, line {number}") for number, record in read_lines(file)
    )
    return QuestionSet(file.stem, tuple(articles.values()), questions, file.parent)


def _articles(paths: Sequence[Path]) -> dict[str, SetArticle]:
    found: dict[str, SetArticle] = {}
    for path in paths:
        document = read_document(path)
        spans = tuple((start, end) for start, end, role in document.spans if role is Role.TEXT)
        if path.stem in found:
            raise InputError(f"{path}: there is another article {path.stem!r}: rename one of them")
        found[path.stem] = SetArticle(path.stem, document.title, document.text, spans, path)
    return found


def _question(record: Record, articles: Mapping[str, SetArticle], line: str) -> Question:
    error = next(iter(_validator().iter_errors(record)), None)
    if error is not None:
        raise InputError(f"{line}: {'.'.join(map(str, error.path))} {error.message}".strip())
    where = f"{line} ({record['id']})"
    evidence = tuple(_gold(item, articles, where) for item in record.get("evidence", ()))
    history = record.get("history", ())
    return Question(
        id=record["id"],
        text=record["question"],
        answers=tuple(record.get("answers", ())),
        evidence=evidence,
        kind=record.get("kind", ""),
        tags=tuple(record.get("tags", ())),
        split=record.get("split", ""),
        answerable=bool(evidence),
        history=tuple(Turn(turn["question"], turn["answer"]) for turn in history),
        nearest=tuple(resolve(item, articles, where) for item in record.get("nearest", ())),
        unanswered=record.get("unanswered", ""),
        about=record.get("about") or "",
    )


def _gold(item: Record, articles: Mapping[str, SetArticle], where: str) -> Gold:
    places = [item, *item.get("also", ())]
    return Gold(tuple(resolve(place, articles, where) for place in places))


def resolve(item: Record, articles: Mapping[str, SetArticle], where: str) -> Place:
    """Return the range of a quote, or the given range, in the article that ``item`` names.

    Raises:
        InputError: no such article; the quote is not in it, or more than once; the range is not in
            it, or does not hold the quote.
    """
    article = articles.get(item["article"])
    if article is None:
        known = ", ".join(sorted(articles)) or "none"
        raise InputError(f"{where}: no article {item['article']!r} was given (known: {known})")
    name = article.path or article.key
    if "start" in item:
        return _checked(item, article, f"{where}: {name}")
    quote = item["quote"]
    count = article.text.count(quote)
    if not count:
        raise InputError(f"{where}: {quote!r} is not in {name}: copy it as it stands there")
    if count > 1:
        raise InputError(
            f"{where}: {quote!r} is {count} times in {name}: make it longer, or give start and end"
        )
    start = article.text.index(quote)
    return Place(article.key, start, start + len(quote))


def _checked(item: Record, article: SetArticle, where: str) -> Place:
    start, end = item["start"], item["end"]
    if not start < end <= len(article.text):
        size = len(article.text)
        raise InputError(f"{where} has no range {start}–{end}: it has {size:,} characters")
    found = article.text[start:end]
    if item.get("quote", found) != found:
        raise InputError(f"{where}, {start}–{end} is {found!r}, not {item['quote']!r}")
    return Place(article.key, start, end)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
