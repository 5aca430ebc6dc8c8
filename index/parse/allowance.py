"""More time for a file, once it is known why it takes long. The process that parses grants it."""

from __future__ import annotations

from collections.abc import Callable

Seen = Callable[[int, int], None]
"""Called with the pages whose letters were recognised so far, and those whose letters will be."""

_granting: list[Callable[[int, int, int], None]] = []


def allow(seconds: int, done: int, total: int) -> None:
    """Let the file that is being parsed take so many seconds from now on.

    ``done`` of ``total`` pages were recognised.
    """
    for grant in _granting:
        grant(seconds, done, total)


def granted_by(grant: Callable[[int, int, int], None]) -> None:
    """Have ``grant`` called with each allowance."""
    _granting[:] = [grant]
