"""The passages nearest to a vector. In a large library codes propose, and exact vectors decide."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import numpy as np

from index.backends.backend import Ranking
from index.backends.sqlite.reading import passage_ids
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.generation import Generation
from index.types import Floats

SHORTLIST = 6
"""How many passages codes propose for each that is wanted."""

FEW = 10_000
"""If a question is asked of so few passages, all of their vectors are read, and no codes."""


def nearest(
    store: Store,
    generation: Generation,
    vector: Floats,
    limit: int,
    within: Collection[str] | None = None,
) -> Ranking:
    """Return ``(passage id, cosine)`` of the passages nearest to ``vector`` (dim,), best first.

    Equal cosines are ordered by article and place. ``within``: the ids of the articles to search.
    """
    among = None if within is None else passage_ids(store, within)
    if generation.exact:
        return generation.search(vector, limit, among)
    return _rank(store, vector, _propose(generation, vector, limit, among), limit)


def _propose(
    generation: Generation, vector: Floats, limit: int, among: Sequence[int] | None
) -> list[int]:
    """Return the ids of passages that may be the nearest, several for each that is wanted."""
    count = SHORTLIST * limit
    if among is None:
        return [number for number, _ in generation.search(vector, count)]
    known = [n for n, held in zip(among, generation.holds(among), strict=True) if held]
    if len(known) <= FEW:
        return known
    allowed = set(known)
    wider = count * len(generation.ids) // len(known)
    found = [number for number, _ in generation.search(vector, wider) if number in allowed]
    return found[:count]


def _rank(store: Store, vector: Floats, ids: Sequence[int], limit: int) -> Ranking:
    """Order passages by their stored vectors; one that has gone since is left out."""
    with store.guard():
        rows = store.connection.execute(
            "SELECT id, article_id, start, vector FROM passages"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        ).fetchall()
        matrix = np.frombuffer(b"".join(row[3] for row in rows), dtype=np.float32)
        # Each row is summed by itself, so that a cosine does not depend on what else is here.
        cosines = (matrix.reshape(len(rows), vector.size) * vector).sum(axis=1)
    scored = zip(rows, cosines.tolist(), strict=True)
    best = sorted(scored, key=lambda hit: (-hit[1], hit[0][1], hit[0][2]))[:limit]
    return [(int(row[0]), score) for row, score in best]
