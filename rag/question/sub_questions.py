"""A question of two parts → its parts, so that each is answered or refused by itself."""

from __future__ import annotations

import re

MAX_PARTS = 3

_ASKS = (
    "who|whom|whose|what|when|where|why|how|which"
    "|(?:in|for|by|at|from|to|of|with|on) (?:who|whom|whose|what|where|which)"
    "|do|does|did|is|are|was|were|has|have|had|can|could|will|would"
)
_JOINT = re.compile(rf"(?:,\s+(?:and|but|or)|\s+and|;|\?)\s+(?=(?:{_ASKS})\b)", re.IGNORECASE)
_QUESTION = re.compile(rf"(?:{_ASKS})\b", re.IGNORECASE)
_FEWEST_WORDS = 3


def split_parts(question: str) -> tuple[str, ...]:
    """Return the parts of a question, at least itself.

    ``"When was it built, and for what price?"`` → ``("When was it built", "for what price?")``.
    A part is one only if it starts as questions do and has at least three words.
    """
    pieces = [piece.strip() for piece in _JOINT.split(question.strip()) if piece.strip()]
    sound = all(_QUESTION.match(p) and len(p.split()) >= _FEWEST_WORDS for p in pieces)
    return tuple(pieces) if sound and 1 < len(pieces) <= MAX_PARTS else (question,)
