"""What asking reads of the passages, and what the search index is made of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.backends.passages import ANY_TOKEN, Packed, unpack
from index.backends.sqlite.rows import count_passages, is_large
from index.backends.sqlite.store import Store
from index.types import Floats, Passage, PassageTokens

_MAX_VARIABLES = 500
_VECTORS_AT_ONCE = 20_000

_PACKED = (
    "id, article_id, paragraph, start, end, text, prompt_tokens, sentences, vector,"
    " coalesce(tokens, x''), coalesce(vectors, x''), sha256, coalesce(words, '') FROM passages"
)
"""The columns of ``Packed``; the joins are to be added."""


def read_passages(store: Store, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
    """Return the passages of ``ids`` that are there, each with its token vectors.

    Raises:
        LibraryDamaged: one of them is not what was stored.
    """
    found: dict[int, tuple[Passage, PassageTokens]] = {}
    for first in range(0, len(ids), _MAX_VARIABLES):
        some = ids[first : first + _MAX_VARIABLES]
        marks = ",".join("?" * len(some))
        with store.guard():
            rows = store.connection.execute(
                f"SELECT {_PACKED} JOIN passage_tokens t ON t.passage = id"
                f" LEFT JOIN passage_words w ON w.passage = id WHERE id IN ({marks})",
                [int(number) for number in some],
            ).fetchall()
            found.update((int(row[0]), unpack(Packed(*row))) for row in rows)
    return found


def packed_of(store: Store, article_id: str) -> list[Packed]:
    """Return the passages of one article as they are stored, in source order."""
    with store.guard():
        rows = store.connection.execute(
            f"SELECT {_PACKED} LEFT JOIN passage_tokens t ON t.passage = id"
            " LEFT JOIN passage_words w ON w.passage = id WHERE article_id = ? ORDER BY start",
            (article_id,),
        )
        return [Packed(*row) for row in rows]


def passages_of(store: Store, article_id: str) -> list[int]:
    """Return the ids of the passages of one article, in source order."""
    with store.guard():
        rows = store.connection.execute(
            "SELECT id FROM passages WHERE article_id = ? ORDER BY start", (article_id,)
        )
        return [int(number) for (number,) in rows]


def all_vectors(store: Store) -> tuple[list[int], Floats]:
    """Return the ids of all passages and their vectors (n, dim) float32.

    By article and place, so that equal cosines are found in the same order however the
    articles came in.
    """
    with store.guard():
        rows = store.connection.execute(
            "SELECT id, vector FROM passages ORDER BY article_id, start"
        ).fetchall()
        return [int(row[0]) for row in rows], _matrix(rows)


def vectors_after(store: Store, last: int) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Yield ids (n,) and vectors (n, dim) of the passages with higher ids than ``last``."""
    while True:
        with store.guard():
            rows = store.connection.execute(
                "SELECT id, vector FROM passages WHERE id > ? ORDER BY id LIMIT ?",
                (last, _VECTORS_AT_ONCE),
            ).fetchall()
            if not rows:
                return
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            vectors = _matrix(rows)
        yield ids, vectors
        last = int(ids[-1])


def gone_passages(store: Store) -> list[int]:
    """Return the passages that have gone since the search index was published."""
    with store.guard():
        return [int(n) for (n,) in store.connection.execute("SELECT passage FROM gone")]


def vector_blobs(store: Store, article_id: str) -> list[bytes]:
    """Return the vectors of the passages of one article, as they are stored."""
    with store.guard():
        rows = store.connection.execute(
            "SELECT vector FROM passages WHERE article_id = ?", (article_id,)
        )
        return [bytes(vector) for (vector,) in rows]


def passage_ids(store: Store, article_ids: Collection[str]) -> list[int]:
    """Return the ids of the passages of those articles."""
    with store.guard():
        rows = store.connection.execute(
            "SELECT id FROM passages WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(article_ids)),),
        )
        return [int(number) for (number,) in rows]


def how_many(store: Store) -> int:
    """Return the number of passages."""
    with store.guard():
        return count_passages(store.connection)


def has_many(store: Store) -> bool:
    """Tell whether there are more passages than are indexed exactly."""
    with store.guard():
        return is_large(store.connection)


def frequencies(store: Store, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
    """Return the number of passages, and in how many of them each of ``tokens`` is."""
    wanted = [ANY_TOKEN, *map(int, tokens)]
    marks = ",".join("?" * len(wanted))
    with store.guard():
        found = dict(
            store.connection.execute(
                f"SELECT token, passages FROM frequencies WHERE token IN ({marks})", wanted
            ).fetchall()
        )
        total = int(found.pop(ANY_TOKEN, 0))
        return total, {int(t): max(0, min(int(n), total)) for t, n in found.items()}


def _matrix(rows: Sequence[tuple[int, bytes]]) -> Floats:
    """Return the vectors of ``(id, vector)`` rows as (n, dim) float32."""
    width = len(rows[0][1]) // 4 if rows else 0
    joined = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float32)
    return joined.reshape(len(rows), width)
