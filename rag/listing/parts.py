"""The single things that words name: ``"Vodafone, Orange and China Mobile"`` are three."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Span

_BETWEEN = re.compile(
    r"\s*[,;](?!\d)\s*(?:(?:and|or)\s+)?|\s+(?:and|or|as well as)\s+|\s*[.!?]\s+", re.IGNORECASE
)
_LEAD = re.compile(r"\s*(?:(?:and|or|among them|including|such as|namely)\s+)?", re.IGNORECASE)
_EDGES = " \t\n,;:.!?"


def split_listed(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return the ranges of the things that ``text[start:end]`` names side by side, in order."""
    return tuple(_trimmed(text, start, end))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for found in [*_BETWEEN.finditer(text, start, end), None]:
        until = found.start() if found else end
        lead = _LEAD.match(text, at, until)
        first = lead.end() if lead else at
        while first < until and text[until - 1] in _EDGES:
            until -= 1
        if first < until:
            yield first, until
        at = found.end() if found else end
