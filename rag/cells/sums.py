"""Questions for what stands in no cell, but would have to be computed of two.

A linear model over what the embedder makes of a question, like that of its purpose, fitted on the
examples in ``sums.jsonl`` and on questions that people asked of texts. Where it is not sure, or the
embedder is another, a question asks for one cell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.embed.embedder import Embedder
from index.speaking.words import N_
from index.types import Floats
from rag.question.purpose import features

EXAMPLES_FILE = Path(str(files("rag.cells").joinpath("sums.jsonl")))
"""Examples, each with whether it asks for a sum, a difference, a growth or the like."""

FITTED_FILE = Path(str(files("rag.cells").joinpath("sums.json")))
"""The fitted model, and what it was fitted on."""

NOT_COMPUTED = N_("Nothing was added up or compared: these are the figures as they stand.")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A linear model; ``threshold`` is the least logit of a question for something computed."""

    embedder: str
    bias: float
    weights: Floats
    threshold: float


def wants_sum(question: str, embedder: Embedder) -> bool:
    """Tell whether a question asks for something that would have to be computed."""
    fitted = fitted_sums()
    if embedder.fingerprint.weights != fitted.embedder:
        return False
    [encoding] = embedder.encode([question], query=True)
    logit = float(features([encoding])[0] @ fitted.weights) + fitted.bias
    return logit >= fitted.threshold


@cache
def fitted_sums() -> Fitted:
    """Return the model that comes with the installation."""
    kept = json.loads(FITTED_FILE.read_text(encoding="utf-8"))
    weights = np.array(kept["weights"], dtype=np.float32)
    return Fitted(kept["embedder"], kept["bias"], weights, kept["threshold"])
