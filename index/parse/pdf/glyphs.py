"""The text of a PDF's page in runs with their places. Lengths are points; y grows upwards."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, degrees, radians, sin

import pypdfium2 as pdfium
import pypdfium2.raw as api

from index.parse.blocks import Word

UNKNOWN = "\ufffd"
"""A glyph that the file gives no letter for."""

LINE_HYPHEN = "\u0002"
"""What PDFium makes of a hyphen that parts a word at the end of a line."""

WIDE = 1.0
"""A gap of so many font sizes parts two cells, or two columns; words stand closer."""

OFF_LINE = 0.5
"""A glyph so many font sizes off the line is on another one; raised notes are less."""

APART = 0.2
"""A gap of so many font sizes parts two words, where the file draws no space."""

UPRIGHT = 10
"""Text is taken to be level, or turned by whole quarters, if it is off by so few degrees."""

SAMPLED = 8
"""Of so many glyphs, one is asked for whether the file says what letter it is."""

BOLD = 600


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, where it is if the page is turned so that its line is level.

    ``base`` is the height of the line that it stands on, ``turn`` by how many degrees
    the page has to be turned anticlockwise. ``guessed``: the file does not say what letter it is.
    ``corners`` are left, bottom, right and top on the page as it is.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    turn: int = 0
    guessed: bool = False
    corners: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that follow each other on one line without a wide gap.

    ``unknown`` has the width of each ``UNKNOWN`` in ``text``, as a share of the font's size;
    ``widths`` that of each character that is no space. ``guessed`` is the share of glyphs that the
    file gives no letter for. ``turn`` is that of its glyphs. ``words`` are those of ``text``, on
    the page as it is.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    unknown: tuple[float, ...] = ()
    font: str = ""
    widths: tuple[float, ...] = ()
    guessed: float = 0.0
    turn: int = 0
    words: tuple[Word, ...] = ()


def read_runs(page: pdfium.PdfPage) -> list[Run]:
    """Return the runs of a page in the order in which the file draws them."""
    textpage = page.get_textpage()
    runs: list[Run] = []
    glyphs: list[Glyph] = []
    first = 0
    before: Glyph | None = None
    for number, glyph in _glyphs(textpage):
        if glyph is None or (before and not glyph.text.isspace() and _parts(before, glyph)):
            runs += _run(textpage, first, glyphs)
            glyphs, before = [], None
        elif glyph.turn and before and glyph.left - before.right > APART * glyph.size:
            glyphs.append(replace(glyph, text=" "))
        if glyph and (glyphs or not glyph.text.isspace()):
            first = first if glyphs else number
            glyphs.append(glyph)
            before = before if glyph.text.isspace() else glyph
    return runs + list(_run(textpage, first, glyphs))


def _parts(before: Glyph, glyph: Glyph) -> bool:
    size = max(before.size, glyph.size)
    return (
        before.turn != glyph.turn
        or abs(glyph.base - before.base) > OFF_LINE * size
        or glyph.left - before.right > WIDE * size
        or glyph.left < before.left - size
    )


def _run(textpage: pdfium.PdfTextPage, first: int, glyphs: list[Glyph]) -> Iterator[Run]:
    shown = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if shown:
        sizes = sorted(glyph.size for glyph in shown)
        font, bold = _font(textpage, first)
        yield Run(
            text=" ".join("".join(glyph.text for glyph in glyphs).split()),
            left=min(glyph.left for glyph in shown),
            right=max(glyph.right for glyph in shown),
            base=sorted(glyph.base for glyph in shown)[len(shown) // 2],
            size=sizes[len(sizes) // 2],
            bold=bold,
            unknown=tuple((g.right - g.left) / g.size for g in shown if g.text == UNKNOWN),
            font=font,
            widths=tuple((g.right - g.left) / g.size for g in shown),
            guessed=sum(glyph.guessed for glyph in shown) / len(shown),
            turn=shown[0].turn,
            words=tuple(_words(glyphs, shown)),
        )


def _words(glyphs: list[Glyph], shown: list[Glyph]) -> Iterator[Word]:
    """Yield where each word is. On a level line, and on an upright one, all are equally high."""
    word: list[Glyph] = []
    for glyph in [*glyphs, None]:
        if glyph and not glyph.text.isspace():
            word.append(glyph)
        elif word:
            x0, y0, x1, y1 = _around(word)
            if shown[0].turn % 90 == 0:
                level = shown[0].turn % 180 == 0
                left, low, right, high = _around(shown)
                x0, y0, x1, y1 = (x0, low, x1, high) if level else (left, y0, right, y1)
            yield Word("".join(each.text for each in word), x0, y0, x1, y1)
            word = []


def _around(glyphs: list[Glyph]) -> tuple[float, float, float, float]:
    lefts, lows, rights, highs = zip(*(glyph.corners for glyph in glyphs), strict=True)
    return min(lefts), min(lows), max(rights), max(highs)


def _glyphs(textpage: pdfium.PdfTextPage) -> Iterator[tuple[int, Glyph | None]]:
    """Yield each character with its number; None where a line ends."""
    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = box
    x, y = ctypes.c_double(), ctypes.c_double()
    high = turn = 0
    last = (0.0, float("nan"))
    guessed = False
    for number in range(textpage.count_chars()):
        code = api.FPDFText_GetUnicode(textpage, number)
        if code in (10, 13):
            yield number, None
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = 0x10000 + (max(high, 0xD800) - 0xD800 << 10) + code - 0xDC00, 0
        api.FPDFText_GetCharOrigin(textpage, number, x, y)
        # A line that goes on to the right is level: most glyphs need not be asked.
        if code != 32 and not (y.value == last[1] and x.value > last[0]):
            turn = _turn(api.FPDFText_GetCharAngle(textpage, number))
        elif code == 32 and turn and api.FPDFText_IsGenerated(textpage, number):
            continue
        last = x.value, y.value
        if number % SAMPLED == 0 or code < 32:
            guessed = api.FPDFText_HasUnicodeMapError(textpage, number) == 1
        api.FPDFText_GetCharBox(textpage, number, left, right, bottom, top)
        size = api.FPDFText_GetFontSize(textpage, number)
        corners = left.value, bottom.value, right.value, top.value
        edges = [corners[:2], corners[2:]]
        base = y.value
        if turn:
            edges = [_turned(turn, *edge) for edge in edges]
            base = _turned(turn, x.value, y.value)[1]
        (start, low), (end, tall) = edges
        start, end = min(start, end), max(start, end)
        size = size if size > 1 else max(abs(tall - low), 1.0)
        yield number, Glyph(_letter(code), start, end, base, size, turn, guessed, corners)


def _letter(code: int) -> str:
    if code == ord(LINE_HYPHEN):
        return LINE_HYPHEN
    if code == 9 or code == 0xA0:
        return " "
    return UNKNOWN if code < 32 or 0xD800 <= code < 0xE000 or code == 0xFFFE else chr(code)


def _turn(angle: float) -> int:
    """Return whole degrees for radians, or whole quarters that are near."""
    turn = round(degrees(angle)) % 360
    quarter = 90 * round(turn / 90)
    return (quarter if abs(turn - quarter) <= UPRIGHT else turn) % 360


def _turned(turn: int, x: float, y: float) -> tuple[float, float]:
    """Turn a point anticlockwise around the lower left, by degrees."""
    across, up = cos(radians(turn)), sin(radians(turn))
    return x * across - y * up, x * up + y * across


def _font(textpage: pdfium.PdfTextPage, number: int) -> tuple[str, bool]:
    """Return the name of a glyph's font, and whether it is bold."""
    name = ctypes.create_string_buffer(128)
    api.FPDFText_GetFontInfo(textpage, number, name, len(name), None)
    bold = b"bold" in name.value.lower()
    return name.value.decode("latin-1"), (
        bold or api.FPDFText_GetFontWeight(textpage, number) >= BOLD
    )
