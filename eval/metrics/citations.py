"""Citations against the text and the gold evidence, and statements against what they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from eval.metrics.ranges import Need, Range, serves

_MARK = re.compile(r"\[(\d+)\]")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:['’]\w+)?", re.UNICODE)
_NEGATION = re.compile(r"(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|.+n['’]t)")


def exactness(quotes: Sequence[tuple[str, str]]) -> float:
    """Return the share of ``(quote, text at its range)`` that are the same. Higher is better."""
    return sum(quote == text for quote, text in quotes) / len(quotes)


def precision(cited: Sequence[Range], needs: Sequence[Need]) -> float:
    """Return the share of the cited ranges that overlap gold evidence. Higher is better."""
    return sum(any(serves(place, need) for need in needs) for place in cited) / len(cited)


def recall(cited: Sequence[Range], needs: Sequence[Need]) -> float:
    """Return the share of the gold evidence that a cited range overlaps. Higher is better."""
    return sum(any(serves(place, need) for place in cited) for need in needs) / len(needs)


def dangling(text: str, numbers: Iterable[int], quotes: Iterable[str]) -> int:
    """Count the marks like ``[3]`` in ``text`` that no citation answers to. Lower is better.

    What the text quotes may have marks of its own: they are not counted.
    """
    known = set(numbers)
    return sum(int(mark) not in known for mark in _MARK.findall(unquoted(text, quotes)))


def unquoted(text: str, quotes: Iterable[str]) -> str:
    """Return ``text`` on one line, without what it quotes."""
    text = " ".join(text.split())
    for quote in sorted((" ".join(quote.split()) for quote in quotes), key=len, reverse=True):
        text = text.replace(quote, " ")
    return text


def support(statement: str, quotes: Sequence[str]) -> float:
    """Return how far the quotes carry the statement, in [0, 1]. Higher is better.

    The share of the statement's pairs of neighbouring words that stand in a quote; 0.0 if it has a
    number that no quote has, or if it negates and no quote does, or they all do and it does not.
    """
    said = _words(statement)
    sources = [_words(quote) for quote in quotes]
    there = {word for source in sources for word in source}
    if any(word[0].isdigit() and word not in there for word in said):
        return 0.0
    if _negates(said) not in map(_negates, sources):
        return 0.0
    if len(said) < 2:
        return float(all(word in there for word in said))
    pairs = {pair for source in sources for pair in pairwise(source)}
    return sum(pair in pairs for pair in pairwise(said)) / (len(said) - 1)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _negates(words: Iterable[str]) -> bool:
    return any(_NEGATION.fullmatch(word) for word in words)
