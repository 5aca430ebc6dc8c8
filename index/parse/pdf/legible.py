"""Whether what a PDF says its glyphs are can be what a reader sees of them.

Fonts may come without a map to characters, or with a wrong one: the page looks right and its text
is rubbish. Three things tell, in any language: the file gives no letter, or one that is none;
one letter is drawn in many widths; an i is as wide as an m. In Latin letters the words tell, too.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from string import ascii_letters

import numpy as np

from index.parse.pdf.glyphs import LINE_HYPHEN, UNKNOWN, Run
from index.parse.pdf.words import are_no_words

MOST = 0.2
"""A page with a larger share of glyphs that are no letters cannot be read."""

LINE = 12
"""One line of so many glyphs, most of them no letters, is enough: it could be quoted."""

SHAPES = 5
"""Glyphs of fewer widths are dots that lead to a number, or boxes to be ticked."""

LETTERS = 80
"""Fewer letters of a font tell nothing by their widths."""

PROPORTIONAL = 0.07
"""Widths of a font's letters deviate by so many font sizes, unless all are made equal."""

ALIKE = 0.5
"""Widths of the letters of any two fonts correlate by more than this."""

SPREAD = 0.2
"""The widths of one letter in one font deviate by less than this share of their mean."""

_NO_LETTERS = {"Cc", "Cn", "Co", "Cs"}
_DRAWN = (
    "51 45 43 45 47 27 45 42 9 18 43 9 70 42 47 45 45 25 44 26 42 49 73 48 50 44 "
    "66 53 63 59 54 49 65 56 9 41 57 44 67 56 68 53 68 59 58 57 57 66 94 62 62 55"
)
_DRAWN_GREEK = (
    "66 53 44 61 54 55 56 68 9 57 66 67 56 56 68 56 53 53 57 62 68 62 69 66 "
    "51 39 44 15 43 51 47 49 47 39 38 44 45 13 43 48 44 46 38 47 61 47 41 56 37 43 56 50 58 70"
)
_GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίΰαβγδεζηθικλμνξοπρςστυφχψω"
_WIDTHS = {
    letter: int(width)
    for letters, drawn in (
        (ascii_letters, _DRAWN),
        (_GREEK, _DRAWN_GREEK),
    )
    for letter, width in zip(letters, drawn.split(), strict=True)
}
"""How wide a plain sans-serif font draws each letter, in hundredths of its size.

A letter with an accent is as wide as without. Fonts differ too much in how they draw Cyrillic.
"""


def is_legible(runs: Iterable[Run]) -> bool:
    """Tell whether the text of a page is what stands on it. A page without text is."""
    fonts: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        fonts[run.font].append(run)
        if _is_lost(run):
            return False
    if any(are_no_words(" ".join(run.text for run in found)) for found in fonts.values()):
        return False
    shown = sum(len(run.widths) for found in fonts.values() for run in found)
    return sum(_rubbish(found) for found in fonts.values()) <= MOST * shown


def _rubbish(runs: Sequence[Run]) -> float:
    """Count the glyphs of a font that the text gives no letter, or the wrong one, for."""
    drawn = [
        (character, width)
        for run in runs
        if run.turn % 90 == 0  # the boxes of slanted glyphs are no widths
        for character, width in zip(run.text.replace(" ", ""), run.widths, strict=True)
    ]
    if _shuffled(drawn) or _spread(drawn):
        return len(drawn)
    return sum(max(run.guessed * len(run.widths), _none(run.text)) for run in runs)


def _is_lost(run: Run) -> bool:
    """Tell whether a line of words has hardly any letters."""
    if len(run.widths) < LINE or len({round(width, 2) for width in run.widths}) < SHAPES:
        return False
    return max(run.guessed * len(run.widths), _none(run.text)) > 0.5 * len(run.widths)


def _none(text: str) -> int:
    """Count what is no letter; a hyphen at the end of a line is one, whatever its code."""
    text = text.replace(LINE_HYPHEN, "")
    return sum(c == UNKNOWN or unicodedata.category(c) in _NO_LETTERS for c in text)


def _shuffled(drawn: Sequence[tuple[str, float]]) -> bool:
    """Tell whether the letters that are said to be wide are not those that are drawn wide."""
    plain = [(c if c in _WIDTHS else unicodedata.normalize("NFD", c)[0], w) for c, w in drawn]
    known = [(_WIDTHS[c] / 100, width) for c, width in plain if c in _WIDTHS]
    if len(known) < LETTERS:
        return False
    usual, found = np.array(known).T
    if min(usual.std(), found.std()) < PROPORTIONAL:
        return False
    return bool(np.corrcoef(usual, found)[0, 1] < ALIKE)


def _spread(drawn: Sequence[tuple[str, float]]) -> bool:
    """Tell whether one and the same letter stands for several."""
    widths: dict[str, list[float]] = defaultdict(list)
    for character, width in drawn:
        if character.isalpha():
            widths[character].append(width)
    count = sum(map(len, widths.values()))
    if count < LETTERS or len(widths) > count / 8:
        return False
    return sum(float(np.std(found)) * len(found) for found in widths.values()) > SPREAD * sum(
        map(sum, widths.values())
    )
