"""Whether names and numbers stand in the company that they have in the source, or were swapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.check.names import Name, read_names, same
from rag.check.quantities import Date, Number, read_dates, read_numbers
from rag.check.terms import Term, read_terms

WINDOW = 3
"""How many words to either side of a name are its company."""

MARGIN, NAME_MARGIN = 2, 3
"""How many more words a number or a name must share with another one's place than with its own."""

_STANDS_FOR = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|the (?:last|former|latter|other|first|second"
    r"|company|firm|ship|line|man|woman|group|institute|country|owner|authority|post|venture"
    r"|programme|announcement|vessel))\b",
    re.IGNORECASE,
)

_APPOSITION = re.compile(r"[A-Z]\w*, (?:the |an? )?[^,.;]{1,40} (?:of|at|for) (?:the )?$")


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at a place of a text, and the stems of the words before and behind it.

    ``thing`` is None for a word that stands for a name, like ``she``.

    ``by``: it acts, in a passive; ``apposed``: it says more of a name, ``Ann, the head of Acme``.
    """

    thing: Name | Number | Date | None
    left: frozenset[str]
    right: frozenset[str]
    by: bool
    apposed: bool


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
    """Say which names, numbers and dates of a statement stand where the source has another one.

    Only those are looked at that the source has at all.
    """
    for slot in said:
        if slot.thing is None:
            continue
        margin = NAME_MARGIN if isinstance(slot.thing, Name) else MARGIN
        own = [company(slot, other) for other in source if same_thing(slot, other)]
        others = [company(slot, other) for other in source if _could_be(slot, other, said)]
        if own and others and max(others) >= max(own) + margin:
            yield f"“{_shown(slot)}” stands where the source has another {_kind(slot)}"


def _could_be(slot: Slot, other: Slot, said: Sequence[Slot]) -> bool:
    """Tell whether ``other`` is of the same kind, another one and, a name, in the statement too."""
    if type(other.thing) is not type(slot.thing) or same_thing(slot, other):
        return False
    if not isinstance(other.thing, Name):
        return True
    return not other.apposed and any(same_thing(each, other) for each in said)


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
    apposed = _APPOSITION.search(text[:start]) is not None
    return Slot(thing, frozenset(left), frozenset(right), by, apposed)


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


def _shown(slot: Slot) -> str:
    match slot.thing:
        case Name() as name:
            return name.text
        case Number() as number:
            return f"{number.value:g}"
    return "the date"


def _kind(slot: Slot) -> str:
    return type(slot.thing).__name__.lower()
