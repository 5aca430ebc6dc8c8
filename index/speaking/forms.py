"""Numbers, days, series and the names of languages, as the language that is spoken has them.

English ones are made here, so that nothing has to be read for them; all others are Babel's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.language import CODES
from index.speaking.words import ENGLISH, N_, _, spoken

OTHERS = {"Chinese": "zh", "Japanese": "ja", "Korean": "ko", "Thai": "th"}
"""Codes of languages that are told by their script."""

COMMA, SEMICOLON = N_(", "), N_("; ")


def number(value: int) -> str:
    """``1204`` → ``"1,204"``, in German ``"1.204"``."""
    if spoken() == ENGLISH:
        return f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, locale=spoken())


def day(when: date) -> str:
    """Return a day in words: ``"27 November 2026"``, in German ``"27. November 2026"``."""
    if spoken() == ENGLISH:
        return f"{when.day} {when:%B %Y}"
    from babel.dates import format_date

    return format_date(when, "long", locale=spoken())


def listed(items: Sequence[str], *, either: bool = False) -> str:
    """``["a", "b", "c"]`` → ``"a, b and c"``; ``either``: ``"a, b or c"``."""
    if spoken() == ENGLISH:
        *first, last = items or [""]
        return f"{', '.join(first)} {'or' if either else 'and'} {last}" if first else last
    from babel.lists import format_list

    return format_list(items, "or" if either else "standard", locale=spoken())


def in_a_row(items: Sequence[str], separator: str = COMMA) -> str:
    """Return items with the language's commas, or semicolons, between them."""
    return _(separator).join(items)


def language_name(name: str) -> str:
    """Return the name of a language, of its English one: ``"German"`` → ``"Deutsch"``."""
    code = CODES.get(name) or OTHERS.get(name)
    if spoken() == ENGLISH or code is None:
        return name
    from babel import Locale

    return str(Locale(spoken()).languages.get(code, name))
