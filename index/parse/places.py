"""Words where they are drawn, and the text that was made of them → the range of each word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from index.boxes import Box, PageBoxes, Placed, pack
from index.parse.blocks import Block, Parsed
from index.parse.text import page_breaks
from index.types import Role

HYPHENS = frozenset("-\u0002")
"""What goes where a line ended within a word. The second is what PDFium makes of the first."""


def place_words(
    text: str, spans: Sequence[tuple[int, int, Role]], parsed: Parsed
) -> tuple[PageBoxes, ...]:
    """Return the words of each page with their ranges; nothing of a file whose words have no place.

    ``spans`` are the ranges of the blocks that say something.
    """
    words: dict[int, list[Placed]] = defaultdict(list)
    for block, (start, end, _) in zip(parsed.shown, spans, strict=True):
        for word in _placed(text[start:end], start, block):
            words[word.box.page].append(word)
    edges = [0, *page_breaks(text)] if words or parsed.recognised else []
    return tuple(
        PageBoxes(
            page,
            min([start, *(word.start for word in words[page])]),
            max([end, *(word.end for word in words[page])]),
            pack(words[page]),
            page in parsed.recognised,
        )
        for page, (start, end) in enumerate(pairwise(edges), start=1)
        if words[page] or page in parsed.recognised
    )


def _placed(said: str, start: int, block: Block) -> list[Placed]:
    """Return the words of a block; none where its text is not made of them letter by letter."""
    found: list[Placed] = []
    at = 0
    for page, word in block.words:
        places = _places(said, at, word.text)
        if places is None:
            return []
        if places:
            first, at = places[0], places[-1] + 1
            found.append(Placed(start + first, start + at, Box(page, *word[1:5]), word.first))
    return found


def _places(said: str, at: int, word: str) -> list[int] | None:
    """Return where the letters of a word stand from ``at`` on; None where others stand there.

    A hyphen at its end may have gone.
    """
    places: list[int] = []
    for number, letter in enumerate(word, start=1):
        while at < len(said) and said[at].isspace():
            at += 1
        here = said[at : at + 1]
        if here == letter or (here == "-" and letter in HYPHENS):
            places.append(at)
            at += 1
        elif number < len(word) or letter not in HYPHENS:
            return None
    return places
