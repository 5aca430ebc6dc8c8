"""How far adding an article is."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from index.speaking.words import N_


class Stage(StrEnum):
    """What is being done, in this order."""

    QUEUED = N_("queued")
    READING = N_("reading")
    RECOGNISING = N_("recognising")
    CUTTING = N_("cutting")
    EMBEDDING = N_("embedding")


Progress = Callable[[Stage, int, int], None]
"""Called with a stage, what of it is done and what there is to do: pages while their letters are
recognised, characters while it is cut, passages while it is embedded; 0 of 0 where nobody knows.
While it is queued, the first number is how many files wait before it.
What it raises ends the adding."""


def unseen(stage: Stage, done: int, total: int) -> None:
    """Be a progress that nobody looks at."""
