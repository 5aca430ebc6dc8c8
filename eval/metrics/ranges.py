"""Ranges of articles: what overlaps, and how much of the gold is delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Range = tuple[str, int, int]
"""``(article, start, end)``, half-open characters."""

Need = Sequence[Range]
"""Places that serve equally well; one of them is enough."""

BUDGET = 4000
"""Characters of evidence that methods are compared at."""


def overlaps(one: Range, other: Range) -> bool:
    """Tell whether the ranges share a character."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def serves(place: Range, need: Need) -> bool:
    """Tell whether ``place`` shares a character with one of the need's places."""
    return any(overlaps(place, wanted) for wanted in need)


def covered(wanted: Range, delivered: Iterable[Range]) -> float:
    """Return the share of ``wanted``'s characters that lie in one of ``delivered``."""
    pieces = sorted(
        (max(place[1], wanted[1]), min(place[2], wanted[2]))
        for place in delivered
        if overlaps(place, wanted)
    )
    total, reached = 0, wanted[1]
    for start, end in pieces:
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total / (wanted[2] - wanted[1])


def within(ranked: Iterable[Range], budget: int = BUDGET) -> list[Range]:
    """Return the first ``budget`` characters of ``ranked``; the last range may be cut."""
    kept: list[Range] = []
    for article, start, end in ranked:
        end = min(end, start + budget)
        if start >= end:
            break
        kept.append((article, start, end))
        budget -= end - start
    return kept


def recall_at_budget(ranked: Iterable[Range], needs: Sequence[Need], budget: int = BUDGET) -> float:
    """Return the mean share of each need's characters within the budget. Higher is better.

    The recall of *Evaluating Chunking Strategies for Retrieval* (Smith & Troynikov 2024), counted
    in characters, at equal delivered length. Of equally good places the best delivered one counts.
    """
    delivered = within(ranked, budget)
    shares = [max(covered(place, delivered) for place in need) for need in needs]
    return sum(shares) / len(shares)
