"""Articles of different dates that answer differently: newest first, and none is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isclose
from typing import TypeVar

from index.library import Library
from rag.check.injection import instructs
from rag.language.names import Name, read_names, same
from rag.language.quantities import Date, Number, read_dates, read_numbers
from rag.reader.choice import CLOSE
from rag.retrieval.candidates import Candidate
from rag.retrieval.late_interaction import ScoredEvidence
from rag.types import Evidence

_T = TypeVar("_T")

MAX_OTHERS = 2
"""How many more dates are cited, the newest of those that there are."""


def add_other_dates(
    candidates: Sequence[Candidate],
    weighed: ScoredEvidence,
    chosen: Sequence[Evidence],
    library: Library,
    answers: Callable[[Sequence[Candidate]], bool],
) -> tuple[tuple[Evidence, ...], bool]:
    """Return ``chosen`` with what articles of other dates say instead, and whether there is any.

    Another article counts if, asked alone, it would answer as well (``answers`` tells of candidates
    whether they would, by the same decision), with a sentence that ranks near the best one, and
    that has another number, date or name in its place. If there is any, all are ordered by date,
    newest first.
    """
    if not chosen:
        return (), False
    best = weighed.sentences[0]
    dates = {each: library.article(each).published or "" for each in _articles(chosen)}
    rivals = []
    for rival in _rivals(weighed.sentences, chosen):
        article = rival.passage.article_id
        dates[article] = library.article(article).published or ""
        if not _of_one_date(dates[article], dates[best.passage.article_id]):
            rivals.append(rival)
    added: list[Evidence] = []
    for rival in sorted(rivals, key=lambda each: dates[each.passage.article_id], reverse=True):
        if (
            len(added) < MAX_OTHERS
            and all(differ(rival.text, each.text) for each in added)
            and answers([each for each in candidates if _same_article(each, rival)])
        ):
            added.append(rival)
    everything = (*chosen, *added)
    if added:
        newest = sorted(everything, key=lambda e: dates[e.passage.article_id], reverse=True)
        everything = tuple(newest)
    return everything, bool(added)


def _rivals(sentences: Sequence[Evidence], chosen: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yield the best sentence of each article that is not cited, if it says something else."""
    best, seen = sentences[0], _articles(chosen)
    for evidence in sentences:
        if evidence.rank < CLOSE * best.rank:
            return
        if evidence.passage.article_id in seen or instructs(evidence.text):
            continue
        seen.add(evidence.passage.article_id)
        if all(differ(evidence.text, each.text) for each in chosen):
            yield evidence


def _articles(evidence: Sequence[Evidence]) -> set[str]:
    return {each.passage.article_id for each in evidence}


def _of_one_date(one: str, other: str) -> bool:
    """Tell whether two dates may be one: ``"2021"`` and ``"2021-05"``, or one is not known."""
    return one.startswith(other) or other.startswith(one)


def _same_article(candidate: Candidate, evidence: Evidence) -> bool:
    return candidate.passage.article_id == evidence.passage.article_id


def differ(one: str, other: str) -> bool:
    """Tell whether each has a number, date or name of a kind where the other has another.

    ``("It cost 12 million.", "It cost 15 million.")`` → True; what only says more does not differ.
    """
    return (
        apart(read_numbers(one), read_numbers(other), _same_number)
        or apart(read_dates(one), read_dates(other), _same_date)
        or apart(_names(one), _names(other), same)
    )


def apart(ours: Sequence[_T], theirs: Sequence[_T], alike: Callable[[_T, _T], bool]) -> bool:
    """Tell whether each side has something that the other has not."""
    return any(not any(alike(a, b) for b in theirs) for a in ours) and any(
        not any(alike(a, b) for a in ours) for b in theirs
    )


def _names(text: str) -> list[Name]:
    return [name for name in read_names(text) if name.sure and not name.opens]


def _same_number(one: Number, other: Number) -> bool:
    units = one.unit == other.unit or not (one.unit and other.unit)
    return units and isclose(one.value, other.value)


def _same_date(one: Date, other: Date) -> bool:
    """Tell whether nothing that both dates say is different."""
    parts = (
        (one.year, other.year),
        (one.month, other.month),
        (one.day, other.day),
        (one.weekday, other.weekday),
    )
    return all(ours == theirs or not (ours and theirs) for ours, theirs in parts)
