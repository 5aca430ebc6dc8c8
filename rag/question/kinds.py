"""What kind of thing a question asks for, and whether a sentence offers one that is new.

"When was it refloated?" wants a date: of two sentences that speak of refloating, the one with a
date that is not in the question is likelier to answer. English only; other languages get no bonus.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

_MONTHS = (
    "January|February|March|April|June|July|August|September|October|November|December"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_SPELLED = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundred"
    "|thousand|million|billion|half|third|quarter|dozen)s?"
)
_NUMBER = re.compile(rf"\d|^{_SPELLED}$", re.IGNORECASE)
_HAS_NUMBER = re.compile(rf"\d|(?<![^\W_]){_SPELLED}(?!\w)", re.IGNORECASE)
_DATE = re.compile(rf"\b(?:1\d{{3}}|20\d\d|{_MONTHS}|\d{{1,2}} May|May \d{{1,2}})\b")
_REASON = re.compile(
    r"\b(?:because|since|so that|in order to|due to|owing to|thanks to|as a result|reasons?"
    r"|caused?|therefore)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w.,’'-]*")

Offers = Callable[[str, Collection[str]], bool]


def _offers_number(sentence: str, asked: Collection[str]) -> bool:
    if not _HAS_NUMBER.search(sentence):  # most have none, and need not be cut into words
        return False
    words = (word.strip(".,’'") for word in _WORD.findall(sentence))
    return any(_NUMBER.search(word) and word.lower() not in asked for word in words)


def _offers_date(sentence: str, asked: Collection[str]) -> bool:
    return any(found.lower() not in asked for found in _DATE.findall(sentence))


def _offers_name(sentence: str, asked: Collection[str]) -> bool:
    words = (m.group().strip(".,’'") for m in _WORD.finditer(sentence) if m.start() > 1)
    return any(word[:1].isupper() and word.lower() not in asked for word in words)


def _offers_reason(sentence: str, asked: Collection[str]) -> bool:
    return _REASON.search(sentence) is not None


_KINDS: tuple[tuple[re.Pattern[str], Offers, float], ...] = (
    (
        re.compile(
            r"\bhow (?:many|much|old|long|far|tall|large|big|often|high|wide|deep|fast)\b"
            r"|\b(?:what|which) (?:percent|percentage|share|number|amount|sum|price|population)\b",
            re.I,
        ),
        _offers_number,
        1.0,
    ),
    (
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century)s?\b"
            r"|\bhow recently\b",
            re.I,
        ),
        _offers_date,
        1.0,
    ),
    (re.compile(r"\bwho(?:m|se)?\b|\bwhere\b", re.I), _offers_name, 0.5),
    (re.compile(r"\bwhy\b", re.I), _offers_reason, 0.5),
)


def kind_of(question: str) -> tuple[Offers, float] | None:
    """Return the test for what ``question`` asks for and its weight; None if it is not plain.

    ``"When was it freed?"`` → a test that looks for dates, 1.0.
    """
    return next(
        ((offers, weight) for asks, offers, weight in _KINDS if asks.search(question)), None
    )


def asks(sentence: str) -> bool:
    """Tell whether a sentence is itself a question, which answers none."""
    return sentence.endswith(("?", "？"))
