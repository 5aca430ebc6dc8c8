"""What asking reads of the passages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from index.backends.backend import Ranking
from index.backends.exact import cosines, ranked_exactly
from index.backends.passages import ANY_TOKEN, Packed, unpack
from index.backends.postgres.adapting import Vector
from index.backends.postgres.connections import Connections
from index.types import Floats, Passage, PassageTokens

SHORTLIST = 6
"""How many passages the index proposes for each that is wanted."""

SPARE = 16
"""So many more than are wanted are ranked again where the search is exact: PostgreSQL sums in
another order, which may put two in another order that differ by less than it rounds."""

FEW = 10_000
"""If a question is asked of so few passages, all of their vectors are compared, and no index."""

EFFORT = 400, 1_000
"""How many candidates the index keeps at least and at most while it looks (``hnsw.ef_search``)."""

PACKED = (
    'SELECT p.id, p.article_id, p.paragraph, p.start, p."end", p.text, p.prompt_tokens,'
    " p.sentences, p.vector, coalesce(t.tokens, ''::bytea), coalesce(t.vectors, ''::bytea),"
    " p.sha256, p.words FROM passages p LEFT JOIN passage_tokens t ON t.passage = p.id"
)
"""The columns of ``Packed``."""


def read_passages(at: Connections, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
    """Return the passages of ``ids`` that are there, each with its token vectors.

    Raises:
        LibraryDamaged: one of them is not what was stored.
    """
    wanted = [int(number) for number in ids]
    rows = at.all(f"{PACKED} WHERE p.id = ANY(%s::integer[]) AND t.passage IS NOT NULL", (wanted,))
    with at.guard():
        return {row[0]: unpack(Packed(*row)) for row in rows}


def packed_of(at: Connections, article_id: str) -> list[Packed]:
    """Return the passages of one article as they are stored, in source order."""
    rows = at.all(f"{PACKED} WHERE p.article_id = %s ORDER BY p.start", (article_id,))
    return [Packed(*row) for row in rows]


def passages_of(at: Connections, article_id: str) -> list[int]:
    """Return the ids of the passages of one article, in source order."""
    rows = at.all("SELECT id FROM passages WHERE article_id = %s ORDER BY start", (article_id,))
    return [number for (number,) in rows]


def passage_ids(at: Connections, article_ids: Collection[str]) -> list[int]:
    """Return the ids of the passages of those articles."""
    rows = at.all("SELECT id FROM passages WHERE article_id = ANY(%s)", (list(article_ids),))
    return [number for (number,) in rows]


def frequencies(at: Connections, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
    """Return the number of passages, and in how many of them each of ``tokens`` is."""
    wanted = [ANY_TOKEN, *map(int, tokens)]
    rows = at.all(
        "SELECT token, passages FROM frequencies WHERE token = ANY(%s::integer[])", (wanted,)
    )
    found = dict(rows)
    total = int(found.pop(ANY_TOKEN, 0))
    return total, {int(t): max(0, min(int(n), total)) for t, n in found.items()}


def nearest(
    at: Connections, vector: Floats, limit: int, within: Collection[str] | None, *, large: bool
) -> Ranking:
    """Return ``(passage id, cosine)`` of the passages nearest to ``vector`` (dim,), best first.

    Equal cosines are ordered by article and place. ``within``: the ids of the articles to search.
    """
    asked = {
        "vector": Vector(vector.astype(np.float32).tobytes()),
        "within": None if within is None else list(within),
    }
    among = "" if within is None else " AND article_id = ANY(%(within)s)"
    if not large or (within is not None and len(passage_ids(at, within)) <= FEW):
        count = limit + SPARE if not large else SHORTLIST * limit
        rows = at.all(
            f"SELECT id, article_id, start, vector FROM passages WHERE true{among}"
            " ORDER BY vector <#> %(vector)s, article_id, start LIMIT %(count)s",
            {**asked, "count": count},
        )
    else:
        rows = _proposed(at, asked, among, vector.size, SHORTLIST * limit)
    rows.sort(key=lambda row: (row[1], row[2]))
    matrix = np.frombuffer(b"".join(row[3] for row in rows), dtype=np.float32)
    if not large:
        ranked = ranked_exactly(matrix.reshape(len(rows), vector.size), vector, limit)
    else:
        scored = enumerate(cosines(matrix, vector).tolist())
        ranked = sorted(scored, key=lambda each: -each[1])[:limit]
    return [(int(rows[place][0]), score) for place, score in ranked]


def _proposed(
    at: Connections, asked: Mapping[str, object], among: str, dimension: int, count: int
) -> list[tuple[object, ...]]:
    """Return what the index proposes; where a filter leaves few, it goes on looking."""
    total, _ = frequencies(at, [])
    least, most = EFFORT
    effort = min(most, max(least, total // 100))
    at.all(
        "SELECT set_config('hnsw.ef_search', %s, false),"
        " set_config('hnsw.iterative_scan', 'strict_order', false)",
        (str(effort),),
    )
    column = f"(vector::vector({dimension}))"
    return at.all(
        "WITH near AS MATERIALIZED (SELECT id FROM passages"
        f" WHERE vector_dims(vector) = {dimension}{among}"
        f" ORDER BY {column} <#> %(vector)s LIMIT %(count)s)"
        " SELECT p.id, p.article_id, p.start, p.vector FROM passages p JOIN near USING (id)",
        {**asked, "count": count},
    )
