"""How long the stages of an answer take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Add up in ``timings`` how many milliseconds a stage took."""
    start = perf_counter()
    try:
        yield
    finally:
        spent = (perf_counter() - start) * 1000
        timings[stage] = round(timings.get(stage, 0.0) + spent, 3)
