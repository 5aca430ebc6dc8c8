"""How sure a number is: bootstrap intervals by cluster, and paired randomisation tests.

All of it is seeded: the same rows give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

RESAMPLES = 1000
PERMUTATIONS = 10_000
BATCH = 500
LEVEL = 95.0
SEED = 0


def mean_interval(values: Floats, clusters: Sequence[str]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of ``values`` (n,), resampling whole clusters.

    Percentile bootstrap (Efron 1979): questions on one article are not independent, so an article
    is drawn with all its questions.
    """
    _, place = np.unique(np.array(clusters), return_inverse=True)
    sums, sizes = np.bincount(place, values), np.bincount(place).astype(float)
    counts = _drawn(len(sums))
    return _middle((counts @ sums) / (counts @ sizes))


def intervals(
    statistics: Callable[[Places], Sequence[float]], clusters: Sequence[str]
) -> list[tuple[float, float]]:
    """Return the 95 % intervals of statistics of row numbers, resampling whole clusters."""
    _, place = np.unique(np.array(clusters), return_inverse=True)
    order = np.argsort(place, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(place))[:-1])
    found = []
    for counts in _drawn(len(members)).astype(int):
        rows = [members[c] for c in np.flatnonzero(counts) for _ in range(counts[c])]
        found.append(statistics(np.concatenate(rows)))
    return [_middle(column) for column in np.array(found).T]


def paired_p(differences: Floats) -> float:
    """Return the two-sided p-value that paired differences (n,) are zero in the mean.

    Randomisation test (Fisher 1935; for retrieval Smucker, Allan & Carterette 2007): each sign is
    as likely as the other.
    """
    moved = differences[differences != 0]
    if not len(moved):
        return 1.0
    random = np.random.default_rng(SEED)
    sums = []
    for _ in range(PERMUTATIONS // BATCH):
        signs = random.integers(0, 2, (BATCH, len(moved)), dtype=np.int8) * 2 - 1
        sums.append(np.abs(signs @ moved))
    return _tail(np.concatenate(sums), abs(float(moved.sum())))


def paired_statistic_p(
    statistic: Callable[[Floats], float], one: Floats, other: Floats, permutations: int = 1000
) -> float:
    """Return the same for a statistic of whole tables: rows of (n, m) are swapped at random."""
    random = np.random.default_rng(SEED)
    seen = abs(statistic(one) - statistic(other))
    found = []
    for _ in range(permutations):
        swap = random.integers(0, 2, (len(one), 1)) == 1
        found.append(
            abs(statistic(np.where(swap, other, one)) - statistic(np.where(swap, one, other)))
        )
    return _tail(np.array(found), seen)


def _tail(found: Floats, seen: float) -> float:
    """Return the share at least as large as what was seen, that itself included."""
    return (int((found >= seen - 1e-12).sum()) + 1) / (len(found) + 1)


@lru_cache(maxsize=2)
def _drawn(clusters: int) -> Floats:
    """Return (resamples, clusters): how often each cluster is drawn."""
    random = np.random.default_rng(SEED)
    return random.multinomial(clusters, np.full(clusters, 1 / clusters), RESAMPLES).astype(float)


def _middle(found: Floats) -> tuple[float, float]:
    kept = found[~np.isnan(found)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.percentile(kept, [50 - LEVEL / 2, 50 + LEVEL / 2])
    return float(low), float(high)
