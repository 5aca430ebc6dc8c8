"""Letters of a page that is a picture, or whose fonts do not say theirs: by RapidOCR, offline.

It is an extra, ``pullquote[ocr]``, that few need. Its models come with it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import atan2, cos, degrees, radians, sin
from statistics import median
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as api

from index.parse.blocks import Word
from index.parse.pdf.glyphs import UNKNOWN, WIDE, Run

CURE = "install text recognition (pip install 'pullquote[ocr]') and add it again"

DOTS = 150
"""A page is drawn with so many dots an inch, ..."""

MOST_DOTS = 1_800
"""... but none of its sides with more than these."""

SURE = 0.6
"""A line that is recognised with less confidence is told to be there, and not what it says."""

LETTERS = 0.9
"""Where a page's letters are recognised with less on average, they are of a script not known.

Of Greek and Cyrillic it is 0.79 to 0.85, and what comes out is rubbish; of Latin 0.97 and more.
"""

HEIGHT = 0.75
"""A font's size is such a share of the height of a line's box."""

NEAR = 0.25
"""A line whose height is off the usual one by less than this share is of the same size."""

LEVEL = 0.2
"""Degrees by which lines may be off before they are turned level."""

SECONDS = 60
"""Processor time that a page may take; a full one takes about ten."""

Quad = list[tuple[float, float]]
"""The corners of a line: upper left, upper right, lower right, lower left; y grows upwards."""


def recognise(page: pdfium.PdfPage) -> list[Run]:
    """Return the lines of a page as they are seen, level, however the paper lay.

    Nothing of a page whose script is not known. A gap parts a line, as it does one with a text.
    """
    scale = min(DOTS / 72, MOST_DOTS / max(page.get_size()))
    drawn = page.render(scale=scale).to_numpy()
    found = _engine()(drawn, return_word_box=True)
    if found.boxes is None or _confidence(found.txts, found.scores) < LETTERS:
        return []
    high, wide = drawn.shape[:2]
    lines = [
        ([_Seen(text, corners) for text, _, corners in words], box.tolist())
        if score >= SURE
        else ([_Seen(UNKNOWN, box.tolist())], box.tolist())
        for words, box, score in zip(found.word_results, found.boxes, found.scores, strict=True)
    ]
    tilt = _tilt([corners for _, corners in lines])
    sheet = _Sheet(page, wide, high, scale, tilt)
    runs = [run for words, corners in lines for run in _runs(words, corners, sheet)]
    usual = median([run.size for run in runs for _ in run.text] or [0.0])
    near = NEAR * usual
    return [replace(r, size=usual) if abs(r.size - usual) <= near else r for r in runs]


def _confidence(texts: Sequence[str], scores: Sequence[float]) -> float:
    """Return the mean confidence of the letters, in [0, 1]."""
    counts = [len(text) for text in texts]
    weighed = sum(count * score for count, score in zip(counts, scores, strict=True))
    return weighed / max(1, sum(counts))


@cache
def _engine() -> Any:
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    # One line at a time, because memory is limited; and a thread, because the process has one.
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


class _Seen(NamedTuple):
    """A word, and its corners in dots of the picture, from the upper left."""

    text: str
    corners: Quad


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as it was drawn: ``wide`` and ``high`` dots, its lines rising by ``tilt`` degrees."""

    page: pdfium.PdfPage
    wide: int
    high: int
    scale: float
    tilt: float

    def level(self, corners: Quad) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top in points, with the paper turned level."""
        across, up = cos(radians(-self.tilt)), sin(radians(-self.tilt))
        points = [(x / self.scale, (self.high - y) / self.scale) for x, y in corners]
        xs, ys = zip(*((x * across - y * up, x * up + y * across) for x, y in points), strict=True)
        return min(xs), (ys[2] + ys[3]) / 2, max(xs), (ys[0] + ys[1]) / 2

    def place(self, word: _Seen) -> Word:
        """Return a word on the page as the file counts its points, without what is around it."""
        x, y = ctypes.c_double(), ctypes.c_double()
        (left, top), (right, _), (_, low), (_, lower) = word.corners
        margin = (1 - HEIGHT) / 2 * min(low - top, lower - top)
        places = []
        for across, down in zip(
            (left, right, word.corners[2][0], word.corners[3][0]),
            (top + margin, word.corners[1][1] + margin, low - margin, lower - margin),
            strict=True,
        ):
            size = self.wide, self.high
            api.FPDF_DeviceToPage(self.page, 0, 0, *size, 0, round(across), round(down), x, y)
            places.append((x.value, y.value))
        xs, ys = zip(*places, strict=True)
        return Word(word.text, min(xs), min(ys), max(xs), max(ys), first=bool(self.tilt))


def _tilt(quads: list[Quad]) -> float:
    """Return by how many degrees the lines of a page rise: the longer half of them says it."""
    long = sorted(quads, key=lambda quad: quad[0][0] - quad[1][0])[: max(1, len(quads) // 2)]
    tilt = median(degrees(atan2(q[0][1] - q[1][1], q[1][0] - q[0][0])) for q in long)
    return tilt if abs(tilt) > LEVEL else 0.0


def _runs(words: list[_Seen], corners: Quad, sheet: _Sheet) -> Iterator[Run]:
    """Yield the words of a line, parted where a gap is wide."""
    _, low, _, top = sheet.level(corners)
    size = HEIGHT * (top - low)
    run: list[_Seen] = []
    for word in (word for word in words if word.text.strip()):
        if run and sheet.level(word.corners)[0] - sheet.level(run[-1].corners)[2] > WIDE * size:
            yield _run(run, size, low, sheet)
            run = []
        run.append(word)
    if run:
        yield _run(run, size, low, sheet)


def _run(words: list[_Seen], size: float, low: float, sheet: _Sheet) -> Run:
    return Run(
        text=" ".join(word.text for word in words),
        left=sheet.level(words[0].corners)[0],
        right=sheet.level(words[-1].corners)[2],
        base=low + 0.25 * size,
        size=size,
        bold=False,
        words=tuple(map(sheet.place, words)),
    )
