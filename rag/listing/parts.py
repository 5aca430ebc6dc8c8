"""The single things that words name: ``"Vodafone, Orange and China Mobile"`` are three."""

from __future__ import annotations

import re

from rag.types import Span

_SEMICOLON = re.compile(r"\s*;\s*(?:(?:and|or)\s+)?")
_COMMA = re.compile(r"\s*,(?!\d)\s*(?:(?:and|or)\s+)?")
_COMMA_AND = re.compile(r",\s*(?:and|or)\s")
_AND = re.compile(r"\s+(?:and|or|as well as)\s+")
_LEAD = re.compile(r"\s*(?:(?:and|or|among them|including|such as|namely)\s+)?")
_EDGES = " \t\n,;:.!?"


def split_listed(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return the ranges of the things that ``text[start:end]`` names side by side, in order.

    Where semicolons part them, commas do not; where the last is behind ``", and"``, no other "and"
    does; else the last "and" parts the last two.
    """
    cuts = [found.span() for found in _SEMICOLON.finditer(text, start, end)]
    if not cuts:
        cuts = [found.span() for found in _COMMA.finditer(text, start, end)]
        last = cuts[-1][1] if cuts else start
        joints = [*_AND.finditer(text, last, end)]
        if joints and not _COMMA_AND.search(text, start, end):
            cuts += [joint.span() for joint in (joints if not cuts else joints[:1])]
    firsts = [start, *(after for _, after in cuts)]
    lasts = [*(before for before, _ in cuts), end]
    pieces = (_trimmed(text, *piece) for piece in zip(firsts, lasts, strict=True))
    return tuple((first, last) for first, last in pieces if first < last)


def _trimmed(text: str, start: int, end: int) -> Span:
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead else start
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    return start, end
