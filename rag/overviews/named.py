"""What an article names: names, figures and dates, each with the sentence where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from index.library import Library
from rag.answer.citation import cite
from rag.language.names import read_names
from rag.language.quantities import Date, read_dates, read_numbers
from rag.overviews.types import Item
from rag.types import Evidence

MAX_SENTENCES = 1_000
"""Of a longer article only so many are looked at, from its beginning."""

SHOWN = 12
"""How many of each kind are kept."""

OFTEN = 2
"""In how many sentences a name has to stand."""

Found = tuple[str, Evidence, int]
Named = tuple[tuple[Item, ...], tuple[Item, ...], tuple[Item, ...]]


def read_named(sentences: Sequence[Evidence], before: int, library: Library) -> Named:
    """Return names, figures and dates; their citations are numbered on from ``before``."""
    looked_at = sentences[:MAX_SENTENCES]
    number = _numbering(before)
    kinds = (_names(looked_at), _figures(looked_at), _dates(looked_at))
    names, figures, dates = (
        tuple(
            Item(text, cite(each, number(each), library), times)
            for text, each, times in kind[:SHOWN]
        )
        for kind in kinds
    )
    return names, figures, dates


def _numbering(before: int) -> Callable[[Evidence], int]:
    """Return what gives one sentence one number."""
    known: dict[int, int] = {}

    def number(evidence: Evidence) -> int:
        return known.setdefault(evidence.sentence.start, before + len(known) + 1)

    return number


def _names(sentences: Sequence[Evidence]) -> list[Found]:
    """Return the names of two sentences or more, those of the most sentences first.

    A name goes by its longest form: "Newman" is counted with "Daniel Newman", whose sentence says
    who he is.
    """
    texts = tuple(each.text for each in sentences)
    places: dict[tuple[str, ...], tuple[str, dict[int, Evidence]]] = {}
    for each in sentences:
        for name in read_names(each.text, texts if len(texts) < 200 else ()):
            if name.sure and not (name.opens and len(name.text) < 3):
                shown = name.text.removesuffix("'s").removesuffix("’s")
                places.setdefault(name.words, (shown, {}))[1][each.sentence.start] = each
    for short in sorted(places, key=len):
        longer = [words for words in places if len(words) > len(short) and _ends(words, short)]
        if len(longer) == 1:
            places[longer[0]][1].update(places.pop(short)[1])
    found = [(shown, where[min(where)], len(where)) for shown, where in places.values()]
    often = [each for each in found if each[2] >= OFTEN]
    return sorted(often, key=lambda each: (-each[2], each[1].sentence.start))


def _ends(words: tuple[str, ...], short: tuple[str, ...]) -> bool:
    return words[-len(short) :] == short


def _figures(sentences: Sequence[Evidence]) -> list[Found]:
    """Return numbers with their units, in source order."""
    found: dict[str, Found] = {}
    for each in sentences:
        for number in read_numbers(each.text):
            text = each.text[number.start : number.end]
            if number.unit and text[0].isdigit() | (text[0] in "$€£¥"):
                found.setdefault(text, (text, each, 1))
    return list(found.values())


def _dates(sentences: Sequence[Evidence]) -> list[Found]:
    """Return dates that have a year, the oldest first."""
    dated = {(d.year, d.month, d.day): (text, each, 1) for d, text, each in _dated(sentences)}
    return [dated[key] for key in sorted(dated)]


def _dated(sentences: Sequence[Evidence]) -> Iterator[tuple[Date, str, Evidence]]:
    """Yield dates from the last sentence to the first, so that the first of equal ones is kept."""
    for each in reversed(sentences):
        for date in read_dates(each.text):
            if date.year:
                yield date, each.text[date.start : date.end], each
