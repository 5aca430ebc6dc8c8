"""Questions with no content of their own, "Tell me more": they ask for the next evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from index.embed.embedder import Embedder
from index.types import Floats
from rag.types import Turn

MOST_BACK = 10
"""How many turns back the question is looked for that is gone on with."""


@cache
def _known() -> tuple[tuple[str, ...], float]:
    """Return the examples and the least cosine with one of them, halfway between the calibration
    questions that go on and the others; the file says of how many."""
    stored = json.loads(files("rag.question").joinpath("going_on.json").read_text("utf-8"))
    return tuple(stored["examples"]), stored["least"]


_vectors: dict[str, Floats] = {}


def gone_on_with(question: str, history: Sequence[Turn | str], embedder: Embedder) -> Turn | None:
    """Return the turn that a question goes on with; None if it asks something itself.

    ``("Tell me more.", [Turn("Who pays?", "Partners."), Turn("Go on.")])`` → the first of them.
    It is judged by its nearness to a few examples.
    """
    if not history:
        return None
    turns = [Turn(turn) if isinstance(turn, str) else turn for turn in history[-MOST_BACK:]]
    if not _goes_on(question, embedder):
        return None
    return next((t for t in reversed(turns) if not _goes_on(t.question, embedder)), None)


def _goes_on(text: str, embedder: Embedder) -> bool:
    examples, least = _known()
    name = repr(embedder.fingerprint)
    if name not in _vectors:
        encoded = embedder.encode(examples, query=True)
        _vectors[name] = np.array([each.vector for each in encoded])
    (asked,) = embedder.encode([text], query=True)
    return bool((_vectors[name] @ asked.vector).max() >= least)
