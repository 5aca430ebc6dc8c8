"""Whether two pictures of the page look the same to who reads it.

Both are blurred a little, so that a letter may be drawn a fraction of a pixel aside or have softer
edges; what then differs by more than ``STEP`` has changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

BLUR = 1.0
"""Pixels: the radius of the blur."""

STEP = 24
"""Of 255, in any channel."""

MOST = 0.0003
"""The largest share of changed pixels of two pictures that look the same: less than a chip."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``share`` of all pixels that changed, from 0 to 1, and a picture with these in red."""

    share: float
    drawn: Image.Image

    @property
    def is_seen(self) -> bool:
        return self.share > MOST


def compare(actual: Image.Image, expected: Image.Image) -> Difference:
    """Return how two pictures differ; those of different sizes do so everywhere."""
    if actual.size != expected.size:
        return Difference(1.0, actual.convert("RGB"))
    apart = np.abs(_blurred(actual) - _blurred(expected)).max(axis=2) > STEP
    pale = 255 - (255 - np.asarray(actual.convert("RGB"), dtype=np.int16)) // 3
    pale[apart] = (220, 0, 0)
    return Difference(float(apart.mean()), Image.fromarray(pale.astype(np.uint8)))


def _blurred(picture: Image.Image) -> np.ndarray:
    """Return (height, width, 3) int16."""
    soft = picture.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR))
    return np.asarray(soft, dtype=np.int16)
