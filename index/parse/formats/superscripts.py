"""Superscripts and subscripts as a line of text: ``10<sup>6</sup>`` → ``10^6``; note marks go."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(
    r"(?:st|nd|rd|th|e|er|re|ère|ème|eme|me|lle|o|a|os|as|s|d|de|ten|ter|ste|tm|sm|r|c|™|®|©|º|ª)\.?",
    re.IGNORECASE,
)
"""What stands raised by custom and is read on: 1st, 2e, nº, Mme, trade marks."""

_UNIT = re.compile(
    r"(?:^|[\s\d(/·*×⋅.,])(?:[kcmdμµnpMGhT]?[mgsLlJWNVAΩK]|ft|in|yd|mi|cu|sq|Pa|kPa|MPa|cd|mol|px)\Z"
)
_NOTE = re.compile(r"[\[(].*[\])]|[*†‡§¶#‖※]+|\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*|[a-z]|[ivx]+")
_SYMBOL = re.compile(r"[\[(].*[\])]|[*†‡§¶#‖※]+", re.DOTALL)
_POWER = re.compile(r"[-+−–]?\w+")
_FRACTION = re.compile(r"\s*[/⁄∕]\s*\d")


def raised(before: str, text: str, after: str = "", *, linked: bool = False) -> str:
    """Return what a superscript is in a line, after ``before`` and ahead of ``after``.

    ``("10", "6")`` → ``"^6"``; ``("1", "st")`` → ``"st"``; the mark of a note, ``("ferry", "2")``
    or one that is ``linked``, → ``""``.
    """
    text = " ".join(text.split())
    if not text or (linked and len(text) <= 6) or _SYMBOL.fullmatch(text):
        return ""
    if text.isdecimal() and _FRACTION.match(after):
        return f" {text}" if before[-1:].isdecimal() else text
    if not before.strip() or before[-1:].isspace() or " " in text:
        return text if before[-1:].isspace() or not before else f" {text}"
    if _PLAIN.fullmatch(text) and not (len(text) == 1 and before[-1:] == ")"):
        return text
    if _NOTE.fullmatch(text) and not _takes_power(before):
        return ""
    return f"^{text}" if _POWER.fullmatch(text) else f"^({text})"


def lowered(before: str, text: str) -> str:
    """Return what a subscript is in a line: H2O and x1 as they are, 10_2 apart from its number."""
    apart = text[:1].isdecimal() and before[-1:].isdecimal()
    return f"_{text}" if apart else text


def _takes_power(before: str) -> bool:
    """Tell whether a number that is raised after this is a power: a number, a unit, a variable."""
    if unicodedata.normalize("NFKC", before[-1]) != before[-1]:
        return False
    letter = before[-1].isalpha() and not before[-2:-1].isalpha()
    return before[-1].isdecimal() or before[-1] == ")" or letter or bool(_UNIT.search(before))
