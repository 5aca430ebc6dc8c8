"""The numbers and dates of a text, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from text_to_num import text2num

from index.speaking.words import N_
from rag.language.units import read_unit, unit_of


class Bound(StrEnum):
    """What is said of a number beside its value."""

    NONE = ""
    OVER = N_("more than")
    UNDER = N_("less than")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``[start, end)``; a share is a fraction of 1. ``unit`` is ``""`` if not known."""

    value: float
    unit: str
    bound: Bound
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Date:
    """A date at ``[start, end)``; what it does not say is 0. ``weekday`` is ``""`` or a name."""

    year: int
    month: int
    day: int
    weekday: str
    start: int
    end: int


_MONTHS = "january february march april may june july august september october november december"
_MONTH_OF = {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)}
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_WEEKDAY = r"\b(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_DAY}(?: of)? {_MONTH},? {_YEAR}\b",
        rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?\b(?!\d|[.,]\d)",
        r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
        rf"\b{_DAY}(?: of)? {_MONTH}",
        rf"\b{_MONTH},?(?: of)? {_YEAR}\b",
        rf"(?<=[a-z,] )(?<!it )(?<!they )(?<!he )(?<!she )(?<!we )\b{_MONTH}(?! [a-z]+ed\b)",
        _WEEKDAY,
    )
)

_MAGNITUDES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0, "hundred": 1e2,
}  # fmt: skip
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_SMALL = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_NUMBER_WORD = rf"(?:{_SMALL}|hundred|thousand|million|billion)"
_WORDS = re.compile(rf"\b{_NUMBER_WORD}(?:(?:[\s-]+(?:and\s+)?){_NUMBER_WORD})*\b", re.I)
_DIGITS = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+)(?:[.:]\d+)?(?:\s?(?:st|nd|rd|th)\b)?"
)
_MAGNITUDE = re.compile(r"[\s-]?(thousand|million|billion|trillion|dozen|hundred|bn|mn|tn|[kmb])\b")
_FRACTION = re.compile(
    r"\b(?:(a|an|one|two|three|four|\d)[\s-])?(half|halves|third|quarter|fifth|tenth)(s?)\b"
    r"(?:\s+(?:a|an|of a)\s+(hundred|thousand|million|billion|trillion|dozen))?",
    re.I,
)
_DOZEN = re.compile(r"\b(?:a )?dozen\b", re.I)
_DECADE = re.compile(r"\b((?:1\d|20)\d0)['’]?s\b")
_CURRENCY = re.compile(r"(US\$|[$€£¥₹]|USD|EUR|GBP)\s?$")
_OVER = re.compile(
    r"(?:more|greater|higher|longer|larger|wider|older|over|above|exceed\w*|at least|upwards? of"
    r"|in excess of|minimum of|not less than|no fewer than|no less than|beyond|surpass\w*|topped"
    r"|longer than)\s(?:than\s)?(?:about\s|some\s|the\s|a\s|\W)*$",
    re.I,
)
_UNDER = re.compile(
    r"(?:(?:less|fewer|smaller|shorter|lower) than|under|below|at most|up to|nearly|almost"
    r"|just shy of|close to|not more than|no more than|not quite|maximum of)"
    r"\s(?:about\s|some\s|the\s|a\s|\W)*$",
    re.I,
)


@lru_cache(maxsize=2_000)
def read_dates(text: str) -> tuple[Date, ...]:
    """Return the dates of a text, in order. ``"on 29 March"`` → month 3, day 29, year 0."""
    found: list[Date] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(date.start < match.end() and match.start() < date.end for date in found):
                continue
            parts = match.groupdict()
            month = parts.get("month") or ""
            found.append(
                Date(
                    int(parts.get("year") or 0),
                    int(month) if month.isdigit() else _MONTH_OF.get(month[:3].lower(), 0),
                    int(parts.get("day") or 0),
                    parts.get("weekday") or "",
                    match.start(),
                    match.end(),
                )
            )
    return tuple(sorted(found, key=lambda date: date.start))


@lru_cache(maxsize=2_000)
def read_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text that are no part of a date, in order.

    ``"about $9.6 billion"`` → 9.6e9 in $; ``"six per cent"`` → 0.06 in %; ``"a quarter"`` → 0.25.
    The word "one" is no number, for it mostly is none.
    """
    taken = [(date.start, date.end) for date in read_dates(text)]
    found: list[Number] = []
    for value, unit, start, end in _candidates(text):
        if any(start < last and first < end for first, last in taken):
            continue
        taken.append((start, end))
        found.append(_with_unit(text, value, unit, start, end))
    return tuple(sorted(found, key=lambda number: number.start))


def _candidates(text: str) -> Iterator[tuple[float, str, int, int]]:
    for match in _DECADE.finditer(text):
        yield float(match.group(1)), "10a", match.start(), match.end()
    for match in _FRACTION.finditer(text):
        yield from _fraction(match)
    for match in _DIGITS.finditer(text):
        plain = re.sub(r"[,\u00a0\u202f ](?=\d{3})", "", match.group()).replace(":", ".")
        value = float(re.match(r"[\d.]+", plain)[0])  # type: ignore[index]
        yield _scaled(text, value, match.start(), match.end())
    for match in _WORDS.finditer(text):
        yield from _in_words(text, match)
    for match in _DOZEN.finditer(text):
        yield 12.0, "", match.start(), match.end()


def _fraction(match: re.Match[str]) -> Iterator[tuple[float, str, int, int]]:
    many, part, plural, of = match.groups()
    part = part.lower()
    if not many and part not in ("half", "quarter"):
        return  # "the third" is an ordinal
    if part == "quarter" and not many:
        return
    count = {None: 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}.get(
        many.lower() if many else None, 0
    ) or int(many)
    if count > 1 and not plural and part != "halves":
        return
    value = count / _FRACTIONS[part]
    yield value * (_MAGNITUDES[of.lower()] if of else 1.0), "", match.start(), match.end()


def _in_words(text: str, match: re.Match[str]) -> Iterator[tuple[float, str, int, int]]:
    words = match.group().lower()
    if words == "one":
        return
    try:
        value = float(text2num(words.replace("-", " "), "en"))
    except ValueError:
        for single in re.finditer(rf"\b{_NUMBER_WORD}\b", match.group(), re.I):
            if single.group().lower() != "one":
                value = float(text2num(single.group().lower(), "en"))
                start = match.start() + single.start()
                yield value, "", start, start + len(single.group())
        return
    yield _scaled(text, value, match.start(), match.end())


def _scaled(text: str, value: float, start: int, end: int) -> tuple[float, str, int, int]:
    magnitude = _MAGNITUDE.match(text, end)
    if magnitude and (len(magnitude.group(1)) > 1 or _CURRENCY.search(text, 0, start)):
        return value * _MAGNITUDES[magnitude.group(1).lower()], "", start, magnitude.end()
    return value, "", start, end


def _with_unit(text: str, value: float, unit: str, start: int, end: int) -> Number:
    currency = _CURRENCY.search(text, 0, start)
    if currency:
        unit = unit_of(currency.group(1))
        first = currency.start()
    else:
        first = start
        if not unit:
            unit, end = read_unit(text, end)
    if unit == "%":
        value /= 100
    return Number(value, unit, _bound(text, first, end), first, end)


def _bound(text: str, start: int, end: int) -> Bound:
    before = text[max(0, start - 40) : start]
    if _OVER.search(before) or re.match(r"\s+or more\b", text[end:]):
        return Bound.OVER
    if _UNDER.search(before) or re.match(r"\s+or (?:less|fewer)\b", text[end:]):
        return Bound.UNDER
    return Bound.NONE
