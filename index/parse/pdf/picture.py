"""A page of a PDF → its picture, in the process that parses."""

from __future__ import annotations

import ctypes
import io

import pypdfium2 as pdfium
import pypdfium2.raw as api
from PIL import Image

from index.errors import InputError
from index.pages.picture import Line, Picture

DOTS = 144
"""A page is drawn with so many dots an inch, ..."""

MOST_DOTS = 2_000
"""... but none of its sides with more than these."""

PLAIN_BYTES = 400_000
"""A picture that takes more without loss is a photograph: it is kept with some."""

MOST_BYTES = 1_200_000
"""A picture is no larger than this: what is more is drawn coarser."""

QUALITY = 82
COARSER = 0.6

_FINE = 1_000_000
"""Into so many parts a side is divided to ask where a point is."""


def draw_page(data: bytes, number: int) -> Picture:
    """Return the ``number``-th page (1-based) of a PDF.

    Raises:
        InputError: it has no such page, or that cannot be drawn.
    """
    try:
        document = pdfium.PdfDocument(data)
        if not 1 <= number <= len(document):
            raise InputError(f"page {number:,} is none of its {len(document):,} pages")
        page = document[number - 1]
        width, height = page.get_size()
        across, down = _lines(page)
        image, media = _drawn(page)
    except (pdfium.PdfiumError, ValueError, OSError, ZeroDivisionError) as error:
        raise InputError(f"page {number:,} cannot be drawn ({error})") from error
    return Picture(number, len(document), width, height, media, across, down, image)


def _drawn(page: pdfium.PdfPage) -> tuple[bytes, str]:
    """Return a picture of bounded size and its type: without loss, if that is small enough."""
    scale = min(DOTS / 72, MOST_DOTS / max(page.get_size()))
    while True:
        picture = _grey(page.render(scale=scale).to_pil())
        plain = _saved(picture, "PNG")
        if len(plain) <= PLAIN_BYTES:
            return plain, "image/png"
        lossy = _saved(picture, "JPEG", quality=QUALITY)
        if len(lossy) <= MOST_BYTES:
            return lossy, "image/jpeg"
        scale *= COARSER


def _grey(picture: Image.Image) -> Image.Image:
    """Return a picture without colours in greys: a third of the bytes."""
    picture = picture.convert("RGB")
    red, green, blue = (band.tobytes() for band in picture.split())
    return picture.getchannel("R") if red == green == blue else picture


def _saved(picture: Image.Image, kind: str, **how: int) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind, **how)
    return data.getvalue()


def _lines(page: pdfium.PdfPage) -> tuple[Line, Line]:
    """Return where on the picture points of the file are: see ``index.pages.picture.Line``."""
    reach = max(page.get_size())
    (x0, y0), (x1, y1), (x2, y2) = (
        _at(page, x, y) for x, y in ((0.0, 0.0), (reach, 0.0), (0.0, reach))
    )
    across = ((x1 - x0) / reach, (x2 - x0) / reach, x0)
    down = ((y1 - y0) / reach, (y2 - y0) / reach, y0)
    return across, down


def _at(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    api.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE
