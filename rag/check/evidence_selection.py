"""Which sentences a statement may rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.check.support import Encode, bigram_precision, likeness
from rag.language.names import read_names
from rag.language.quantities import read_dates, read_numbers
from rag.language.terms import read_terms

MOST_CARRIERS = 3

CLAUSE = 2
"""A part of a statement with fewer words that say something is not looked for by itself."""

GAIN = 1.0
"""How much more of a clause a further sentence must have, in words."""

FOLLOWING = 3.0
"""What it counts for a sentence that a statement follows it word by word."""

LIKE = 3.0
"""What it counts for a sentence that it means the same as a whole."""

_JOINT = re.compile(
    r"[,;:—–]\s+|\s(?=(?:and|but|while|which|who|whose|where|because|after|before|so|when|although"
    r"|with)\s)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that may carry a statement; ``around`` is its title and its passage."""

    text: str
    around: str


def find_carriers(
    said: str, sources: Sequence[Source], encode: Encode, named: float
) -> tuple[int, ...]:
    """Return the places of up to three sentences, in order.

    They are the one that has most of a statement, and those that have most of its clauses.
    ``named``: what a name counts beside a word.
    """
    found: list[int] = []
    for text in (said, *_clauses(said)):
        wanted = _weights(text, named)
        gains = [_gain(text, wanted, source.text, encode) for source in sources]
        best = max(range(len(gains)), key=lambda place: (gains[place], -place), default=None)
        if best is None or best in found or not _shared(wanted, sources[best].text):
            continue
        if all(gains[best] >= gains[place] + GAIN for place in found):
            found.append(best)
    return tuple(sorted(found[:MOST_CARRIERS]))


def _gain(text: str, wanted: dict[str, float], source: str, encode: Encode) -> float:
    return (
        sum(wanted[each] for each in _shared(wanted, source))
        + FOLLOWING * bigram_precision(text, source)
        + LIKE * likeness(text, source, encode)
    )


def _clauses(said: str) -> list[str]:
    """Return the parts of a statement that say something by themselves; none if it is one."""
    parts = [part for part in _JOINT.split(said) if part]
    told = [part for part in parts if sum(term.content for term in read_terms(part)) >= CLAUSE]
    return told if len(parts) > 1 else []


def _weights(said: str, named: float) -> dict[str, float]:
    """Return what is looked for and what it counts: stems, names, values of numbers."""
    found = {term.stem: 1.0 for term in read_terms(said) if term.content}
    for name in read_names(said):
        for word in name.words:
            found.pop(word, None)
            found[word] = named / len(name.words)
    return found | dict.fromkeys(_values(said), 2.0)


def _values(text: str) -> set[str]:
    """Return the numbers and dates of a text, folded."""
    return {f"#{number.value:g}" for number in read_numbers(text)} | {
        f"@{date.month}-{date.day}" for date in read_dates(text) if date.month
    }


def _shared(wanted: dict[str, float], text: str) -> set[str]:
    there = {term.stem for term in read_terms(text)}
    there |= {word for name in read_names(text) for word in name.words}
    there |= _values(text)
    return {each for each in wanted if each in there}
