"""Words looked for in an article, as people type them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from index.types import Range

MOST = 5_000
"""No more finds are counted."""

_ALSO = {"'": "'‘’", '"': '"“”„', "-": "-‐‑–—"}
"""What is printed for what is typed."""


def find_words(text: str, words: str) -> list[Range]:
    """Return where words stand, in order: in either case, across lines and pages.

    ``"it\'s  10"`` is found in ``"It’s\\n10"``.
    """
    pieces = ["".join(map(_letter, word)) for word in words.split()]
    if not pieces:
        return []
    found = re.finditer(r"\s+".join(pieces), text, re.IGNORECASE)
    return [each.span() for each in islice(found, MOST)]


def gone_to(hits: Sequence[Range], hit: int) -> Range | None:
    """Return the ``hit``-th find (1-based), counted on from the end; None for 0, or of none."""
    return hits[(hit - 1) % len(hits)] if hits and hit else None


def _letter(letter: str) -> str:
    return f"[{_ALSO[letter]}]" if letter in _ALSO else re.escape(letter)
