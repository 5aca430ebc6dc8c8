"""Where the relevant items stand in a ranking. Higher is better; all results are in [0, 1].

``ranking`` is best first and names an item once; ``grades`` are the relevant items, each with its
grade (1 or more). An empty ranking counts with the worst value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence


def hit(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Return 1.0 if one of the first ``k`` is relevant (success@k)."""
    return float(any(item in grades for item in ranking[:k]))


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Return the share of the relevant items that are among the first ``k``."""
    return sum(item in grades for item in ranking[:k]) / len(grades)


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """Return one over the 1-based rank of the first relevant item, 0.0 beyond ``k`` (MRR@k)."""
    for rank, item in enumerate(ranking[:k], 1):
        if item in grades:
            return 1 / rank
    return 0.0


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """Return nDCG@k with linear gain and log2 discount, as trec_eval does.

    The ideal ranking holds *all* relevant items, found or not (Järvelin & Kekäläinen 2002).
    """
    ideal = _discounted(sorted(grades.values(), reverse=True)[:k])
    return _discounted(grades.get(item, 0) for item in ranking[:k]) / ideal


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def fold(
    units: Sequence[str], needs: Sequence[tuple[frozenset[str], int]]
) -> tuple[list[str], dict[str, int]]:
    """Turn a ranking of paragraphs into a ranking of needs, and the grades of these.

    A need is a set of paragraphs that serve it equally well: the first of them in the ranking
    stands for it, the others are neither right nor wrong and are left out. Needs with the same
    paragraphs are one. ``["b", "x", "a"]`` with the need ``{a, b}`` → ``["need 0", "x"]``.
    """
    grades: dict[frozenset[str], int] = {}
    for served, grade in needs:
        grades[served] = max(grade, grades.get(served, 0))
    names = {served: f"need {number}" for number, served in enumerate(grades)}
    ranking: list[str] = []
    for unit in units:
        serves = [name for served, name in names.items() if unit in served]
        ranking += [name for name in serves if name not in ranking] if serves else [unit]
    return ranking, {names[served]: grade for served, grade in grades.items()}
