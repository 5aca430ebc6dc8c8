"""The questions that went wrong, with what was cited against what was right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.result import Result
from eval.types import Row, SetArticle, Span

MOST = 6
"""Questions shown of each sort."""

AROUND = 500
"""Characters shown on either side of a range, at most."""

FAILED = "Failed"
ALTERED = "Quoted what does not stand there"
INVENTED = "Answered although the articles do not say"
WRONG = "Cited the wrong place"
REFUSED = "Refused although the articles say it"
INCOMPLETE = "Left out a part of the evidence"
LOOSE = "Cited more than the evidence"
UNFOUND = "Not among the first five paragraphs"
SORTS = (FAILED, ALTERED, INVENTED, WRONG, REFUSED, INCOMPLETE, LOOSE, UNFOUND)


@dataclass(frozen=True, slots=True)
class Extract:
    """A range in its paragraph: ``before`` + ``marked`` + ``after`` is verbatim text.

    ``right`` says that it is gold evidence, or shares a character with it.
    """

    title: str
    before: str
    marked: str
    after: str
    right: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question that went wrong: what was cited (or would have been), and what is right."""

    row: Row
    cited: tuple[Extract, ...]
    right: tuple[Extract, ...]


def worst(result: Result) -> Mapping[str, tuple[int, tuple[Case, ...]]]:
    """Return, for each sort of mistake that was made, how often, and the clearest cases."""
    sorts: dict[str, list[Row]] = {sort: [] for sort in SORTS}
    for row in result.rows:
        sort = sort_of(row)
        if sort:
            sorts[sort].append(row)
    articles = {article.key: article for article in result.questions.articles}
    return {
        sort: (len(rows), tuple(_case(row, articles) for row in _clearest(sort, rows)))
        for sort, rows in sorts.items()
        if rows
    }


def sort_of(row: Row) -> str:
    """Return what went wrong with a question, the gravest first; empty if nothing did."""
    scores = row.scores
    if row.error:
        return FAILED
    if scores.get("quote_exactness", 1.0) < 1 or scores.get("dangling_marks", 0.0) > 0:
        return ALTERED
    if "refused" not in scores:
        return UNFOUND if scores.get("hit@5") == 0 else ""
    if scores["refused"]:
        return REFUSED if scores["answerable"] else ""
    if not scores["answerable"]:
        return INVENTED
    if not scores["right"]:
        return WRONG
    if scores.get("citation_recall", 1.0) < 1:
        return INCOMPLETE
    return LOOSE if scores.get("citation_precision", 1.0) < 1 else ""


def extract(title: str, text: str, span: Span, right: bool) -> Extract:
    """Return ``span`` with the rest of its line, of which at most ``AROUND`` characters a side."""
    start, end = span
    first = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    line_end = text.find("\n", end)
    last = min(len(text) if line_end < 0 else line_end, end + AROUND)
    return Extract(title, text[first:start], text[start:end], text[end:last], right)


def _clearest(sort: str, rows: Sequence[Row]) -> list[Row]:
    """Return the first of a sort: the surest where it was wrong to answer, else the least sure."""
    sign = 1 if sort == REFUSED else -1
    return sorted(rows, key=lambda row: sign * row.scores.get("confidence", 0.0))[:MOST]


def _case(row: Row, articles: Mapping[str, SetArticle]) -> Case:
    question = row.question
    gold = [place for gold in question.evidence for place in gold.places[:1]]
    right = [
        extract(articles[p.article].title, articles[p.article].text, (p.start, p.end), True)
        for p in gold or question.nearest
    ]
    return Case(row, tuple(_cited(row, articles)), tuple(right))


def _cited(row: Row, articles: Mapping[str, SetArticle]) -> Iterator[Extract]:
    if not row.answer:
        for hit in row.hits[:2]:
            yield Extract("", "", hit.passage.text, "", False)
        return
    gold = [place for gold in row.question.evidence for place in gold.places]
    for c in row.answer.citations or row.answer.nearest:
        right = any(
            articles[p.article].text == c.article.text and p.start < c.end and c.start < p.end
            for p in gold
        )
        yield extract(c.title, c.article.text, (c.start, c.end), right)
