"""Percentiles of how long a stage took."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

PERCENTILES = (50, 95, 99)


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return ``p50``, ``p95`` and ``p99`` of at least one value, linearly interpolated."""
    return {
        f"p{percentile}": float(np.percentile(milliseconds, percentile))
        for percentile in PERCENTILES
    }
