"""The text of a PDF's page in runs with their places. Lengths are points; y grows upwards."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as api

UNKNOWN = "\ufffd"
"""A glyph that the file gives no letter for."""

LINE_HYPHEN = "\u0002"
"""What PDFium makes of a hyphen that parts a word at the end of a line."""

WIDE = 1.0
"""A gap of so many font sizes parts two cells, or two columns; words stand closer."""

OFF_LINE = 0.5
"""A glyph so many font sizes off the line is on another one; raised notes are less."""

BOLD = 600


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character; ``base`` is the height of the line that it stands on."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that follow each other on one line without a wide gap.

    ``unknown`` has the width of each ``UNKNOWN`` in ``text``, as a share of the font's size.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    unknown: tuple[float, ...] = ()


def read_runs(page: pdfium.PdfPage) -> list[Run]:
    """Return the runs of a page in the order in which the file draws them."""
    textpage = page.get_textpage()
    runs: list[Run] = []
    glyphs: list[Glyph] = []
    first = 0
    for number, glyph in _glyphs(page, textpage):
        before = next((g for g in reversed(glyphs) if not g.text.isspace()), None)
        if glyph is None or (before and not glyph.text.isspace() and _parts(before, glyph)):
            runs += _run(textpage, first, glyphs)
            glyphs = []
        if glyph and (glyphs or not glyph.text.isspace()):
            first = first if glyphs else number
            glyphs.append(glyph)
    return runs + list(_run(textpage, first, glyphs))


def _parts(before: Glyph, glyph: Glyph) -> bool:
    size = max(before.size, glyph.size)
    return (
        abs(glyph.base - before.base) > OFF_LINE * size
        or glyph.left - before.right > WIDE * size
        or glyph.left < before.left - size
    )


def _run(textpage: pdfium.PdfTextPage, first: int, glyphs: list[Glyph]) -> Iterator[Run]:
    while glyphs and glyphs[-1].text.isspace():
        glyphs.pop()
    if glyphs:
        sizes = sorted(glyph.size for glyph in glyphs)
        yield Run(
            text=" ".join("".join(glyph.text for glyph in glyphs).split()),
            left=min(glyph.left for glyph in glyphs),
            right=max(glyph.right for glyph in glyphs),
            base=sorted(glyph.base for glyph in glyphs)[len(glyphs) // 2],
            size=sizes[len(sizes) // 2],
            bold=_is_bold(textpage, first),
            unknown=tuple((g.right - g.left) / g.size for g in glyphs if g.text == UNKNOWN),
        )


def _glyphs(
    page: pdfium.PdfPage, textpage: pdfium.PdfTextPage
) -> Iterator[tuple[int, Glyph | None]]:
    """Yield each character with its number; None where a line ends."""
    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = box
    x, y = ctypes.c_double(), ctypes.c_double()
    turn: int = page.get_rotation() // 90
    width, height = page.get_size()
    high = 0
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
        api.FPDFText_GetCharBox(textpage, number, left, right, bottom, top)
        api.FPDFText_GetCharOrigin(textpage, number, x, y)
        size = api.FPDFText_GetFontSize(textpage, number)
        edges = _turned(turn, width, height, [(left.value, bottom.value), (right.value, top.value)])
        base = _turned(turn, width, height, [(x.value, y.value)])[0][1]
        start, end = sorted(edge[0] for edge in edges)
        tall = abs(edges[0][1] - edges[1][1])
        yield number, Glyph(_letter(code), start, end, base, size if size > 1 else max(tall, 1.0))


def _letter(code: int) -> str:
    if code == ord(LINE_HYPHEN):
        return LINE_HYPHEN
    if code == 9 or code == 0xA0:
        return " "
    return UNKNOWN if code < 32 or 0xD800 <= code < 0xE000 or code == 0xFFFE else chr(code)


def _turned(
    turn: int, width: float, height: float, points: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return points of a page that is shown turned clockwise by ``turn`` quarters, as shown."""
    if turn == 1:
        return [(y, height - x) for x, y in points]
    if turn == 2:
        return [(width - x, height - y) for x, y in points]
    if turn == 3:
        return [(width - y, x) for x, y in points]
    return points


def _is_bold(textpage: pdfium.PdfTextPage, number: int) -> bool:
    if api.FPDFText_GetFontWeight(textpage, number) >= BOLD:
        return True
    name = ctypes.create_string_buffer(128)
    api.FPDFText_GetFontInfo(textpage, number, name, len(name), None)
    return b"bold" in name.value.lower()
