"""A number of days as a date: ``(45419.5, "yyyy-mm-dd hh:mm")`` → ``"2024-05-07 12:00"``."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import datetime, timedelta

DATE_TOKEN = r"\[h+\]|\[m+\]|\[s+\]|am/pm|a/p|y+|m+|d+|h+|s+(?:\.0+)?"
"""What stands for a part of a date or a time in a format."""

_DAY = 86_400
_LAST = 2_958_466
"""Days after which no calendar goes on: the year 10000."""

Token = tuple[str, str]


def date_shown(value: float, tokens: Sequence[Token], *, since_1904: bool = False) -> str:
    """Return a number of days as the tokens of a format show it; "" for one that is no day.

    Days are counted from 1900 as if that had been a leap year, or from 1904.
    """
    fine = any(kind == "date" and "." in says for kind, says in tokens)
    seconds = round(value * _DAY, 3 if fine else 0)
    if not 0 <= seconds < _LAST * _DAY:
        return ""
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    if not since_1904 and value < 60:
        first += timedelta(days=1)
    when = first + timedelta(seconds=seconds)
    dated = [says.lower() for kind, says in tokens if kind == "date"]
    by_half = any("/" in says for says in dated)
    shown, place = [], -1
    for kind, says in tokens:
        if kind == "date":
            place += 1
            minutes = _is_minutes(dated, place)
            shown.append(_date_part(dated[place], when, seconds, minutes=minutes, half=by_half))
        elif kind in {"point", "comma"} or kind in {"quoted", "escaped", "money", "literal"}:
            shown.append(says)
    return "".join(shown).strip()


def _is_minutes(dated: Sequence[str], place: int) -> bool:
    """Tell whether ``m`` means minutes: right after hours, or right before seconds."""
    before = dated[place - 1] if place else ""
    after = dated[place + 1] if place + 1 < len(dated) else ""
    return before.strip("[")[:1] == "h" or after.strip("[")[:1] == "s"


def _date_part(says: str, when: datetime, seconds: float, *, minutes: bool, half: bool) -> str:
    size, letter = len(says), says[0]
    if letter == "[":
        unit = {"h": 3600, "m": 60, "s": 1}[says[1]]
        return str(int(seconds // unit)).zfill(size - 2)
    if letter == "a":
        told = "AM" if when.hour < 12 else "PM"
        return told if size > 3 else told[0]
    if letter == "y":
        return f"{when.year:04}" if size > 2 else f"{when.year % 100:02}"
    if letter == "d":
        name = calendar.day_name[when.weekday()]
        return name if size > 3 else name[:3] if size == 3 else f"{when.day:0{size}}"
    if letter == "m" and not (minutes and size < 3):
        name = calendar.month_name[when.month]
        named = {3: name[:3], 4: name, 5: name[:1]}
        return named.get(size, f"{when.month:0{min(size, 2)}}")
    if letter == "s":
        whole, _, fine = says.partition(".")
        part = f".{when.microsecond:06}"[: len(fine) + 1] if fine else ""
        return f"{when.second:0{min(len(whole), 2)}}{part}"
    number = when.minute if letter == "m" else (when.hour % 12 or 12) if half else when.hour
    return f"{number:0{min(size, 2)}}"
