"""Logits of starts and ends → the best answer within each sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.types import Floats, Ints
from rag.reader.types import Reading
from rag.types import Span

LONGEST = 40
"""Tokens that a short answer has at most."""


def read_spans(
    logits: Floats, ranges: Ints, inside: Sequence[bool], sentences: Sequence[Span]
) -> tuple[Reading, ...]:
    """Return for each sentence the best answer that lies within it.

    Args:
        logits: (n, 2), of each token as the first and as the last one of the answer. Those of token
            0 stand for "there is none" (Devlin et al. 2019, on SQuAD 2.0).
        ranges: (n, 2), each token's half-open characters of the window.
        inside: (n,), whether the token is one of the window.
        sentences: ranges of the window.
    """
    none = float(logits[0].sum())
    places = np.flatnonzero(np.array(inside))
    readings = []
    for start, end in sentences:
        held = places[(ranges[places, 0] >= start) & (ranges[places, 1] <= end)]
        if not len(held):
            readings.append(Reading())
            continue
        score, first, last = _best(logits[held])
        span = int(ranges[held[first], 0]), int(ranges[held[last], 1])
        readings.append(Reading(score - none, *span))
    return tuple(readings)


def _best(logits: Floats) -> tuple[float, int, int]:
    """Return the sum, the first and the last token of the best span of at most ``LONGEST``."""
    sums = logits[:, 0, None].astype(np.float64) + logits[None, :, 1]
    allowed = np.tril(np.triu(np.ones(sums.shape, dtype=bool)), LONGEST - 1)
    first, last = divmod(int(np.argmax(np.where(allowed, sums, -np.inf))), len(logits))
    return float(sums[first, last]), first, last
