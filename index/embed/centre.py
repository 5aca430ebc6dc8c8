"""What all vectors of an embedder have in common, taken off them so that cosines tell something.

Any two texts are near to each other for multilingual-e5-small (cosines from 0.7 on), because its
vectors point one way. Without that, unrelated texts have cosines about 0, as other embedders have
them (Mu and Viswanath, "All-but-the-top", 2018, the mean alone).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.types import Floats

CENTRE_FILE = Path(str(files("index.embed").joinpath("centre.json")))
"""The means that come with the project, and what they are of: see ``eval.languages.centre``."""


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """The mean of texts' vectors of unit length (dim,), and that of their tokens' (dim,)."""

    vector: Floats
    tokens: Floats

    @classmethod
    def load(cls) -> Centre:
        """Return the one that comes with the project."""
        kept = json.loads(CENTRE_FILE.read_text(encoding="utf-8"))
        return cls(*(np.array(kept[name], dtype=np.float32) for name in ("vector", "tokens")))

    @classmethod
    def none(cls, dimension: int) -> Centre:
        """Return one that leaves vectors as they are."""
        return cls(np.zeros(dimension, dtype=np.float32), np.zeros(dimension, dtype=np.float32))

    def sealed(self, weights: str) -> str:
        """Return the hash of an embedder whose weights have this one, and of this."""
        held = self.vector.tobytes() + self.tokens.tobytes()
        return hashlib.sha256(weights.encode() + held).hexdigest()
