"""What became of the words of a source in a statement that somebody else wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Edit(StrEnum):
    """What happened to words on their way from a source into a statement."""

    SAME = "same"
    ADDED = "added"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words side by side with one fate."""

    edit: Edit
    text: str
