"""What stands on a slide, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block

BAND = 0.04
"""What begins within this share of a slide's height below another thing stands beside it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A box, a table or a drawing with text, at ``(x, y)`` from the upper left."""

    blocks: tuple[Block, ...]
    x: float
    y: float
    title: bool = False


def check_count(count: int, name: str, limits: Limits) -> None:
    """Make sure that there are no more slides than pages may be.

    Raises:
        InputError: there are.
    """
    if count > limits.pages:
        raise InputError(f"{name} has {count:,} slides, the limit is {limits.pages:,}: split it")


def in_order(shapes: Iterable[Shape], height: float) -> Iterator[Block]:
    """Yield what is on a slide: its title, then from the top, side by side from the left."""
    waiting = sorted(shapes, key=lambda each: (not each.title, each.y))
    while waiting:
        first = waiting[0]
        beside = [
            each
            for each in waiting
            if each.title == first.title and each.y - first.y <= BAND * height
        ]
        for each in sorted(beside, key=lambda shape: shape.x):
            yield from each.blocks
        waiting = waiting[len(beside) :]


def left_out(hidden: list[int], drawn: int) -> str:
    """``([3], 2)`` → ``"hidden slide 3 is left out; 2 charts are not read"``."""
    told = []
    if hidden:
        named = ", ".join(map(str, hidden[:10])) + (" and more" if len(hidden) > 10 else "")
        several = len(hidden) > 1
        told.append(f"hidden slide{'s' * several} {named} {'are' if several else 'is'} left out")
    if drawn:
        told.append(f"{drawn:,} charts are not read" if drawn > 1 else "a chart is not read")
    return "; ".join(told)
