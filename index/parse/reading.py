"""What it depends on, besides the file, what is read of it."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

PLACES = "boxes pages"
"""What is kept of a file besides its text and its tables."""


@cache
def can_recognise() -> bool:
    """Tell whether the extra that recognises letters in pictures is installed."""
    return find_spec("rapidocr") is not None


def way_of_reading() -> str:
    """Return a name that is another where another text, or more, would be read of a file."""
    return f"{PLACES} recognised" if can_recognise() else PLACES
