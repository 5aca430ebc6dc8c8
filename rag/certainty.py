"""How sure an answer is, in words."""

from __future__ import annotations

from index.speaking.words import N_, _

_CERTAINTY = ((0.7, N_("sure")), (0.2, N_("fairly sure")), (0.0, N_("unsure")))
"""The least confidence for each word. Of the calibration questions that people would ask, nine in
ten answers are right where it is sure, three in four where it is fairly sure."""


def certainty_of(confidence: float) -> str:
    """Return how sure an answer of this confidence is, by its name: for programs, in English."""
    return next(words for least, words in _CERTAINTY if confidence >= least)


def say_certainty(certainty: str) -> str:
    """Return what it is called in the language that is spoken."""
    return _(certainty)
