"""What a file may cost. Every refusal names the limit, and every limit can be set by a caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from index.errors import InputError


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may bring with it, and what parsing it may use.

    ``unpacked_bytes``, ``entries`` and ``ratio`` (unpacked to packed) are for formats that are ZIP
    archives; ``memory_bytes`` and the seconds hold in the process that parses. Of so many
    ``recognised_pages`` the letters may be told from a picture; each has a minute of its own.
    """

    file_bytes: int = 50_000_000
    pages: int = 2_000
    recognised_pages: int = 200
    characters: int = 20_000_000
    entries: int = 2_000
    unpacked_bytes: int = 100_000_000
    ratio: int = 100
    memory_bytes: int = 2_000_000_000
    cpu_seconds: int = 120
    wall_seconds: int = 240


DEFAULT_LIMITS = Limits()


def read_limits(settings: Iterable[str]) -> Limits:
    """Return the limits with those changed that are given as ``name=number``.

    ``["pages=5000"]`` → ``Limits(pages=5000)``.

    Raises:
        InputError: there is no such limit, or it is no whole number above 0.
    """
    names = [field.name for field in fields(Limits)]
    chosen = DEFAULT_LIMITS
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in names or not number.replace("_", "").isdecimal() or int(number) < 1:
            raise InputError(
                f"{setting!r} is not a limit: write NAME=NUMBER with one of {', '.join(names)}"
            )
        chosen = replace(chosen, **{name: int(number)})
    return chosen
