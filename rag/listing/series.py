"""Words that answer → the whole series that they stand in.

A reader takes one thing of many, or the first few: ``"Google Cloud"`` of ``"three providers: Google
Cloud, Microsoft Azure and AWS"``. What stands beside it in the same series is named as well.
"""

from __future__ import annotations

import re

from rag.language.names import read_names
from rag.language.quantities import read_numbers
from rag.listing.parts import split_listed
from rag.types import Span

LONGEST = 90
"""Characters of one thing of a series, at most."""

_JOINT = re.compile(r"(?:\s*,\s*|\s+)(?:(?:and|or)\s+)?(?:the\s+|an?\s+)?")
_COMMA = re.compile(r"\s*,\s")
_LAST = re.compile(r",?\s+(?:and|or)\s+")
_STOP = re.compile(r",\s|;|\.\s|\.$|[:!?]|\s[–—]\s|$")
_COLON = re.compile(r":\s")


def series_of(text: str, start: int, end: int) -> Span:
    """Return the range of the series in a sentence that ``[start, end)`` of it stands in."""
    announced = _after_colon(text, start, end)
    if announced:
        return announced
    if _is_name(text, start, end):  # what follows a name is mostly who that is
        return _of_names(text, start, end)
    named = _of_names(text, start, end)
    return named if named != (start, end) else _to_the_last(text, start, end)


def _is_name(text: str, start: int, end: int) -> bool:
    return any((name.start, name.end) == (start, end) for name in read_names(text))


def is_count(text: str) -> int:
    """Return the number that words are, 0 if they are none: ``"four kinds"`` → 4."""
    numbers = read_numbers(text)
    whole = len(numbers) == 1 and not text[: numbers[0].start].strip()
    few = whole and numbers[0].value == int(numbers[0].value) and 2 <= numbers[0].value <= 9
    return int(numbers[0].value) if few else 0


def _after_colon(text: str, start: int, end: int) -> Span | None:
    """Return what a colon announces, if the words stand in it, or count it."""
    colons = [found.end() for found in _COLON.finditer(text)]
    for at in reversed(colons):
        counted = end < at and is_count(text[start:end]) > 0
        if (at <= start or counted) and len(split_listed(text, at, len(text))) > 1:
            stop = text.find(";", at)
            return at, stop if stop > max(at, end) else len(text)
    return None


def _to_the_last(text: str, start: int, end: int) -> Span:
    """Go on over commas to the thing behind the last "and", which a series ends with."""
    begun = "," in text[start:end] and not _LAST.search(text[start:end])
    if not _COMMA.match(text, end) and not (begun and _LAST.match(text, end)):
        return start, end
    last = _LAST.search(text, end)
    if last is None or any(
        after - before > LONGEST for before, after in split_listed(text, end, last.start())
    ):
        return start, end
    stop = _STOP.search(text, last.end())
    until = stop.start() if stop else len(text)
    clause = re.search(r"[;:]|\.\s", text[end : last.start()])
    return (start, end) if clause or until - last.end() > LONGEST else (start, until)


def _of_names(text: str, start: int, end: int) -> Span:
    """Take in the names on both sides that only a comma or "and" parts from a name."""
    names = [(name.start, name.end) for name in read_names(text)]
    if not any(start <= first and last <= end for first, last in names):
        return start, end
    for first, last in names:
        gap = text[end:first]
        owned = text[:end].endswith(("'s", "’s"))
        if first >= end and _JOINT.fullmatch(gap) and (owned or gap.strip()):
            end = last
    for first, last in reversed(names):
        gap = text[last:start]
        if last <= start and _JOINT.fullmatch(gap) and gap.strip():
            start = first
    return start, end
