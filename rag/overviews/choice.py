"""Which sentences carry an article: central ones, early ones, of every section, none said twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.types import Floats
from rag.language.quantities import read_dates, read_numbers
from rag.overviews.sentences import Sentences

FEWEST, MOST = 3, 7
"""Sentences of an overview."""

PER_SENTENCE = 6
"""There is one sentence for about so many of the article's."""

LONG = 30
"""Words from which on a sentence does not gain by being longer."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each thing counts beside a cosine; chosen by ``python -m eval.overviews --fit``.

    ``central``: the cosine to the article's mean; ``first``: being in the first section, less with
    every sentence; ``opens``: beginning a paragraph; ``length``; ``exact``: holding a number or a
    date; ``again``: the cosine to what is chosen already; ``section``: its section has one already.
    """

    central: float = 1.0
    first: float = 0.6
    opens: float = 0.0
    length: float = 0.6
    exact: float = 0.2
    again: float = 0.6
    section: float = 0.2


def choose(found: Sentences, weights: Weights = Weights(), most: int = MOST) -> list[int]:
    """Return the rows of the sentences that carry an article, in source order.

    Greedy, by maximal marginal relevance (Carbonell & Goldstein 1998): each next one is the best by
    its own merit and by how little is like it among those that were taken. Fewer than wanted where
    fewer can stand by themselves.
    """
    rows = [row for row, whole in enumerate(found.whole) if whole] or list(
        range(len(found.evidence))
    )
    wanted = min(most, len(rows), max(FEWEST, round(len(found.evidence) / PER_SENTENCE)))
    merit = _merit(found, weights)
    chosen: list[int] = []
    while len(chosen) < wanted:
        taken = [found.sections[row] for row in chosen]

        def gain(row: int, taken: list[int] = taken) -> float:
            like = float((found.vectors[chosen] @ found.vectors[row]).max()) if chosen else 0.0
            crowded = taken.count(found.sections[row])
            return float(merit[row]) - weights.again * like - weights.section * crowded

        chosen.append(max((row for row in rows if row not in chosen), key=gain))
    return sorted(chosen)


def _merit(found: Sentences, weights: Weights) -> Floats:
    """Return (n,) how much each sentence carries by itself, higher is better."""
    mean = found.vectors.sum(axis=0)
    central = found.vectors @ (mean / max(float(np.linalg.norm(mean)), 1e-6))
    texts = [each.text for each in found.evidence]
    begins = found.sections[0] if found.sections else 0
    early = np.array(
        [1 / (1 + row / 4) if at == begins else 0.0 for row, at in enumerate(found.sections)]
    )
    length = np.array([min(len(text.split()), LONG) / LONG for text in texts])
    exact = np.array([bool(read_numbers(text) or read_dates(text)) for text in texts])
    merit: Floats = (
        weights.central * central
        + weights.first * early
        + weights.opens * np.array(found.opens)
        + weights.length * length
        + weights.exact * exact
    ).astype(np.float32)
    return merit
