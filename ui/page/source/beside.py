"""What the source panel is asked to show beside the place that somebody follows."""

from __future__ import annotations

from dataclasses import dataclass

from ui.page.render.markdown import Address


@dataclass(frozen=True, slots=True)
class Beside:
    """The other ``quotes`` of an answer, to be marked pale; ``words`` to be found, of whose finds
    the ``hit``-th (1-based) is gone to; or the place ``at`` in the text to go to.

    ``near``: the place is no evidence, only near to what was asked.
    """

    quotes: tuple[Address, ...] = ()
    near: bool = False
    words: str = ""
    hit: int = 0
    at: int | None = None


ALONE = Beside()
