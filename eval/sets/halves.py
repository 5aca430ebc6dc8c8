"""Splits for published sets, which have none of ours."""

from __future__ import annotations

from zlib import crc32


def half(name: str) -> str:
    """Return ``"calibration"`` or ``"test"``, for ever the same for the same name.

    What is chosen on one half is reported on the other. Where many questions share an article,
    ``name`` is the article's, so that no article is on both sides.
    """
    return "test" if crc32(name.encode()) % 2 else "calibration"
