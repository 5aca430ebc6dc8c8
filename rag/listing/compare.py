"""``compare_articles``: the same asked of several articles, side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import combinations

from index.errors import QuestionError
from index.library import Library
from index.speaking.words import _
from rag.answer.citation import claims_of
from rag.language.names import Name, read_names, same
from rag.listing.types import Cell, Comparison
from rag.reader.dates import apart, differ
from rag.types import REFUSAL, Answer, Citation, Short, answer_text

Asks = Callable[[str, Collection[str] | None], Answer]
"""Answers a question from the articles with these ids; from all, if None."""


def compare_articles(
    question: str, library: Library, articles: Sequence[str], answer_of: Asks
) -> Comparison:
    """Return what each article says of the question, those with a date from the oldest on.

    Args:
        question: what is asked of each, whole.
        library: where the articles are.
        articles: the ids of two or more.
        answer_of: asks; mostly ``ask`` with its library.

    Raises:
        QuestionError: fewer than two articles were named, or what ``answer_of`` raises.
    """
    held = [library.article(each) for each in dict.fromkeys(articles)]
    if len(held) < 2:
        raise QuestionError("fewer than two were named: name what is compared with what")
    held.sort(key=lambda article: (article.published is None, article.published or ""))
    answers = [answer_of(question, [article.id]) for article in held]
    names = [(article.title, article.published or "") for article in held]
    return _joined(question, names, answers)


def _joined(
    question: str, names: Sequence[tuple[str, str]], answers: Sequence[Answer]
) -> Comparison:
    cells, number = [], 0
    for (name, dated), answer in zip(names, answers, strict=True):
        if answer.refused:
            cells.append(Cell(name, dated))
            continue
        number += 1
        citation, short = _best(answer)
        citation = replace(citation, number=number)
        cells.append(Cell(name, dated, citation, short and replace(short, citation=citation)))
    citations = tuple(cell.citation for cell in cells if cell.citation)
    claims = claims_of(citations)
    said = [answer.confidence for answer in answers if not answer.refused]
    unsaid = [answer.confidence for answer in answers if answer.refused]
    nearest = () if citations else answers[0].nearest
    return Comparison(
        question,
        answer_text(claims, ()) if claims else _(REFUSAL),
        claims,
        citations,
        not claims,
        min(said) if said else max(unsaid),
        nearest,
        _together(answers),
        () if claims else (question,),
        short=tuple(cell.short for cell in cells if cell.short),
        cells=tuple(cells),
        apart=any(cells_differ(one, other) for one, other in combinations(cells, 2)),
    )


def _best(answer: Answer) -> tuple[Citation, Short | None]:
    """Return the citation that answers best, and the few words in it that do."""
    short = next(iter(answer.short), None)
    return (short.citation if short else answer.citations[0]), short


def cells_differ(one: Cell, other: Cell) -> bool:
    """Tell whether two short answers have different numbers, dates or names.

    Nothing is told of what has no short answer.
    """
    if not (one.short and other.short):
        return False
    if differ(one.short.text, other.short.text):
        return True
    return apart(_names(one.short), _names(other.short), same)


def _names(short: Short) -> list[Name]:
    """Return the names of a quote that stand in its short answer."""
    start, end = short.inside
    return [n for n in read_names(short.citation.quote) if start <= n.start and n.end <= end]


def _together(answers: Sequence[Answer]) -> dict[str, float]:
    total: dict[str, float] = {}
    for answer in answers:
        for stage, spent in answer.timings.items():
            total[stage] = round(total.get(stage, 0.0) + spent, 3)
    return total
