"""What SQLite's full-text index is asked for."""

from __future__ import annotations

from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """Return an FTS5 expression: ``["near", "the"]`` → ``'"near" OR "the"'``."""
    return " OR ".join(f'"{word}"' for word in words)


def one_with(word: str, others: Iterable[str]) -> str:
    """Return an FTS5 expression: ``("a", ["b", "c"])`` → ``'"a" AND ("b" OR "c")'``."""
    return f'"{word}" AND ({any_of(others)})'
