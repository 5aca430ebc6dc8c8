"""Exact cosines, as every backend computes them: to the last bit the same."""

from __future__ import annotations

import numpy as np

from index.types import Floats


def ranked_exactly(vectors: Floats, vector: Floats, limit: int) -> list[tuple[int, float]]:
    """Return ``(row, cosine)`` of the unit rows (n, dim) nearest to ``vector``, best first.

    Equal ones stay in order. It is what FAISS makes of them in an exact index of a small library.
    """
    import faiss

    if not len(vectors):
        return []
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    scores, rows = index.search(vector.reshape(1, -1), min(limit, len(vectors)))
    return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]


def cosines(vectors: Floats, vector: Floats) -> Floats:
    """Return the cosines (n,) of unit rows (n, dim), as a large library ranks what was proposed.

    Each row is summed by itself, so that a cosine does not depend on what else is here.
    """
    found: Floats = (vectors.reshape(-1, vector.size) * vector).sum(axis=1)
    return np.asarray(found, dtype=np.float32)
