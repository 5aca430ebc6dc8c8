"""Glyphs that a PDF gives no letters for, mostly ff, fi and fl: which, the words tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.parse.pdf.glyphs import UNKNOWN, Run

if TYPE_CHECKING:
    from tiktoken import Encoding

LIGATURES = ("fi", "fl", "ff", "ffi", "ffl", "ft", "tt", "ti", "Th")

MOST = 0.5
"""A line of which more glyphs are unknown is not mended: it would be "fififi"."""

_WORD = re.compile(rf"[\w{UNKNOWN}’'-]*{UNKNOWN}[\w{UNKNOWN}’'-]*")


def mend_ligatures(pages: Sequence[Sequence[Run]]) -> list[list[Run]]:
    """Return the runs with unknown glyphs as letters where the words leave no doubt.

    Glyphs of one width are one ligature: the one that makes the most common words of all that it
    stands in, counted as the fewest tokens of a language model's vocabulary. ``"the �rst of �ve"``
    → ``"the first of five"``. One that is in doubt stays ``UNKNOWN``.
    """
    if not any(run.unknown for runs in pages for run in runs):
        return [list(runs) for runs in pages]
    words: dict[float, set[str]] = defaultdict(set)
    for runs in pages:
        for run in runs:
            for word, widths in _unknown_words(run):
                if len(widths) == 1 < len(word):
                    words[widths[0]].add(word)
    letters = {width: _best(found) for width, found in words.items()}
    return [[_mended(run, letters) for run in runs] for runs in pages]


def _unknown_words(run: Run) -> Iterator[tuple[str, list[float]]]:
    widths = iter(run.unknown)
    for match in _WORD.finditer(run.text):
        yield match.group(), [_rounded(next(widths)) for _ in range(match.group().count(UNKNOWN))]


def _rounded(width: float) -> float:
    return round(width, 3)


def _best(words: set[str]) -> str:
    """Return the letters that make the most common words; ``UNKNOWN`` if two do as well."""
    tokens_of = vocabulary().encode_ordinary

    def cost(letters: str) -> int:
        mended = (f" {word.replace(UNKNOWN, letters)}" for word in words)
        return sum(len(tokens_of(word)) for word in mended)

    first, second = sorted((cost(letters), letters) for letters in LIGATURES)[:2]
    return first[1] if first[0] < second[0] else UNKNOWN


def vocabulary() -> Encoding:
    """Return the tokens of a language model, by which common words are told from others."""
    import tiktoken

    from index.segment.passages import PROMPT_ENCODING

    return tiktoken.get_encoding(PROMPT_ENCODING)


def _mended(run: Run, letters: dict[float, str]) -> Run:
    if not run.unknown:
        return run
    widths = iter(run.unknown)
    if run.text.count(UNKNOWN) > MOST * len(run.text.replace(" ", "")):
        return run
    pieces = [letters.get(_rounded(next(widths)), c) if c == UNKNOWN else c for c in run.text]
    text = "".join(pieces)
    words = zip(run.words, text.split(), strict=False)
    return replace(run, text=text, words=tuple(word._replace(text=said) for word, said in words))
