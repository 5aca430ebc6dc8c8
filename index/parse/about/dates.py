"""Dates that stand at the head of a text, and which of several is when it was published.

``"Published: 7 March 2024"`` says it, ``"for the quarter that ended July 1, 2023"`` does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html import escape

from index.types import Role

NEAR = timedelta(days=2)
"""Dates no further apart agree: a page and its metadata may be of two time zones."""

BESIDE = 2
"""A line with so many words or fewer, the month's name among them, is nothing but a date."""

BESIDE_IN_DATELINE = 6
"""So many may stand before the dash of "PORTO, March 7 (Agency) --"."""

LONGEST_DATELINE = 90

HEAD = 8
"""Among so many blocks at the beginning a line may be the date of all the text ..."""

PARAGRAPHS = 2
"""... until so many have been paragraphs: blocks with more than ``BESIDE_IN_DATELINE`` words."""

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_DASH = re.compile(r"\s*(?:--|[–—])\s*|\s-\s")
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def find_date(text: str) -> str | None:
    """Return the day that a short text names, as ISO; None if none, or if it may be two.

    ``"By Ana Sá, March 7, 2024"`` → ``"2024-03-07"``; ``"05/07/2024"`` → None.
    """
    if not re.search(r"\d{4}", text):
        return None
    if found := _YEAR_FIRST.search(text):
        return _day(*map(int, found.groups()))
    if found := _NUMERIC.search(text):
        first, second, year = map(int, found.groups())
        if first <= 12 and second <= 12 and first != second:
            return None
        month, day = (first, second) if second > 12 else (second, first)
        return _day(year, month, day)
    return _spelled(text)


def _spelled(text: str) -> str | None:
    """Return a date whose month is a word. What is filled in for one without a day is no date."""
    from htmldate import find_date as find_in_page

    page = f"<html><body><p>{escape(text)}</p></body></html>"
    found = find_in_page(page, extensive_search=True, original_date=True)
    numbers = {int(number) for number in _NUMBER.findall(text)}
    if not found or {int(found[:4]), int(found[8:])} - numbers:
        return None
    return str(found) if _WORD.search(text) else None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def stated_dates(text: str, spans: Sequence[tuple[int, int, Role]]) -> list[str]:
    """Return the dates that the head of a text gives as its own, in order."""
    found = []
    paragraphs = 0
    for start, end, role in spans[:HEAD]:
        block = text[start:end].strip()
        line = len(block) <= LONGEST_DATELINE and len(_WORD.findall(block)) <= BESIDE
        head = block if line else _dateline(block)
        said = find_date(head) if head else None
        if said:
            found.append(said)
        paragraphs += role is Role.TEXT and len(_WORD.findall(block)) > BESIDE_IN_DATELINE
        if paragraphs == PARAGRAPHS:
            break
    return found


def _dateline(block: str) -> str:
    """Return what stands before the first dash of a paragraph, if that may be place and date."""
    found = _DASH.search(block, 0, LONGEST_DATELINE)
    before = block[: found.start()] if found else ""
    return before if len(_WORD.findall(before)) <= BESIDE_IN_DATELINE else ""


def choose_date(
    stated: Iterable[str], told: Sequence[str], modified: Sequence[str] = ()
) -> str | None:
    """Return when something was published: what its head states before what metadata tells.

    Metadata is believed where it agrees with the head, or the head with when it was ``modified``;
    where the head is silent, if all of it agrees. Of several dates at the head the first day
    counts, as the others are of changes. What lies ahead is none.
    """
    today = date.today().isoformat()
    at_head = sorted(each for each in stated if each <= today)
    own = [each for each in map(iso, told) if each and each <= today]
    agreed = own[0] if own and all(near(each, own[0]) for each in own) else None
    edited = [each for each in map(iso, modified) if each]
    if not at_head:
        return agreed
    for each in own:
        if any(near(each, head) for head in at_head):
            return each
    changed = any(near(head, each) for head in at_head for each in edited)
    return agreed if changed and agreed and agreed < at_head[0] else at_head[0]


def iso(told: str | None) -> str | None:
    """Return the date that a text begins with: ``"2025-05-07T09:00Z"`` → ``"2025-05-07"``."""
    found = _ISO.match((told or "").strip())
    if not found:
        return None
    try:
        date.fromisoformat(f"{found.group()}-01-01"[: len("2025-05-07")])
    except ValueError:
        return None
    return found.group()


def near(one: str, other: str) -> bool:
    """Tell whether two dates may be of one event; one that is less exact may be of any day."""
    if min(len(one), len(other)) < len("2025-05-07"):
        return one.startswith(other) or other.startswith(one)
    return abs(date.fromisoformat(one) - date.fromisoformat(other)) <= NEAR
