"""Characters that no reader sees, and that change what is read or hide in it."""

from __future__ import annotations

import re
import unicodedata

_TURNING = "\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(
    f"[{_TURNING}\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]"
    # Direction marks belong to text that runs both ways, joiners to the spelling of some scripts.
    "|[\u061c\u200e\u200f]|(?<=[0-9A-Za-z])[\u200c\u200d]+(?=[0-9A-Za-z])"
    # Tag characters spell the flags of some regions.
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
_MARKS = frozenset("\u061c\u200e\u200f")


def unseen_in(text: str) -> tuple[str, ...]:
    r"""Return the names of such characters, each once: ``"4\u202e0"`` → right-to-left override."""
    found = dict.fromkeys(char for match in _UNSEEN.finditer(text) for char in match.group())
    letters = (char for char in text if char not in _MARKS)
    both_ways = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in letters)
    return tuple(
        unicodedata.name(char, f"U+{ord(char):04X}").lower()
        for char in found
        if char not in _MARKS or not both_ways
    )
