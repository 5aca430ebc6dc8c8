"""What is found when a statement is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.speaking.forms import in_a_row
from index.speaking.words import N_, _, ngettext
from rag.types import Citation, Piece, Verdict


class Standing(StrEnum):
    """How a statement of a draft stands beside the articles, for people; ``said`` is in words."""

    SUPPORTED = N_("supported")
    ALTERED = N_("altered")
    NOT_FOUND = N_("not found")

    @property
    def said(self) -> str:
        """What it is called in the language that is spoken."""
        return _(self.value)


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement, and what the articles make of it.

    ``start`` and ``end`` are its half-open range in the draft, as that was read. ``support`` is
    how far they carry it, in [0, 1]. ``citations`` are the places that it rests on, or
    those nearest to it; ``faults`` say why it does not hold, ``difference`` holds its words and
    theirs, in order.
    """

    statement: str
    start: int
    end: int
    standing: Standing
    verdict: Verdict
    support: float
    citations: tuple[Citation, ...]
    faults: tuple[str, ...] = ()
    difference: tuple[Piece, ...] = ()


def summed(found: Sequence[Proof]) -> str:
    """``"3 sentences: 2 supported, 1 not found"``."""
    if not found:
        return _("there is no sentence to check")
    counts = [(each, sum(one.standing is each for one in found)) for each in Standing]
    sentences = ngettext("1 sentence", "{count} sentences", len(found))
    return f"{sentences}: " + in_a_row([f"{many} {each.said}" for each, many in counts if many])
