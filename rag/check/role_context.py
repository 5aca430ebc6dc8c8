"""Whether names and numbers stand in the company that they have in the source, or were swapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.speaking.words import _
from rag.language.names import Name, read_names, same
from rag.language.quantities import Date, Number, read_dates, read_numbers
from rag.language.terms import Term, read_terms

WINDOW = 3
"""How many words to either side of a name are its company."""

MARGIN = 2
"""How many more words a number must share with another one's place than with its own."""

_STANDS_FOR = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|the (?:last|former|latter|other|first|second"
    r"|company|firm|ship|line|man|woman|group|institute|country|owner|authority|post|venture"
    r"|programme|announcement|vessel))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at a place of a text, and the stems of the words before and behind it.

    ``thing`` is None for a word that stands for a name, like ``she``.

    ``by``: it acts, in a passive.
    """

    thing: Name | Number | Date | None
    left: frozenset[str]
    right: frozenset[str]
    by: bool


def stand_ins(text: str) -> list[tuple[int, int]]:
    """Return the ranges of words that stand for a name: ``he``, ``the company``."""
    return [found.span() for found in _STANDS_FOR.finditer(text)]


@lru_cache(maxsize=2_000)
def read_slots(text: str, known: tuple[str, ...] = ()) -> tuple[Slot, ...]:
    """Return the names, numbers and dates of a text, and what stands for a name."""
    names = read_names(text, known)
    things: list[Name | Number | Date] = [*names, *read_numbers(text), *read_dates(text)]
    taken = [(thing.start, thing.end) for thing in things]
    terms = [
        term
        for term in read_terms(text)
        if (term.content or term.text == "long")
        and not any(s < term.end and term.start < e for s, e in taken)
    ]
    places: list[tuple[Name | Number | Date | None, int, int]]
    places = [(thing, thing.start, thing.end) for thing in things]
    places += [(None, start, end) for start, end in stand_ins(text)]
    return tuple(_slot(text, thing, start, end, terms) for thing, start, end in places)


def swapped(said: Sequence[Slot], source: Sequence[Slot]) -> Iterator[str]:
    """Say which numbers and dates of a statement stand where the source has another one.

    Only those are looked at that the source has at all.
    """
    for slot in said:
        if not isinstance(slot.thing, Number | Date):
            continue
        own = [company(slot, other) for other in source if same_thing(slot, other)]
        others = [
            company(slot, other)
            for other in source
            if type(other.thing) is type(slot.thing) and not same_thing(slot, other)
        ]
        if own and others and max(others) >= max(own) + MARGIN:
            yield _fault(slot.thing)


def company(one: Slot, other: Slot) -> float:
    """Count the words that two places share, side by side; a passive turns the sides around."""
    straight = len(one.left & other.left) + len(one.right & other.right)
    crossed = len(one.left & other.right) + len(one.right & other.left)
    return max(straight, crossed if one.by != other.by else crossed / 2)


def _slot(
    text: str, thing: Name | Number | Date | None, start: int, end: int, terms: Sequence[Term]
) -> Slot:
    left = [term.stem for term in terms if term.end <= start][-WINDOW:]
    right = [term.stem for term in terms if term.start >= end][:WINDOW]
    by = re.search(r"\bby (?:the |a |an )?$", text[:start]) is not None
    return Slot(thing, frozenset(left), frozenset(right), by)


def same_thing(one: Slot, other: Slot) -> bool:
    """Tell whether two places hold the same name, number or date."""
    match one.thing, other.thing:
        case Name() as name, Name() as known:
            return same(name, known)
        case Number() as number, Number() as known:
            return number.value == known.value
        case Date() as date, Date() as known:
            return (date.month, date.day) == (known.month, known.day)
    return False


def _fault(thing: Number | Date) -> str:
    if isinstance(thing, Date):
        return _("“the date” stands where the source has another date")
    said = f"{thing.value:g}"
    return _("“{words}” stands where the source has another number", words=said)
