"""What recognises letters: each from a PDF of one page to its text, in its own reading order."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable

import pypdfium2 as pdfium

from eval.scans.pages import DOTS
from index.errors import InputError
from index.limits import DEFAULT_LIMITS
from index.parse.document import parse_here
from index.parse.reading import can_recognise

Engine = Callable[[bytes], str]


def engines() -> dict[str, Engine]:
    """Return those that are installed, by name."""
    found: dict[str, Engine] = {}
    if can_recognise():
        found["rapidocr, as it is used here"] = _rapidocr
    if shutil.which("tesseract"):
        found["tesseract"] = _tesseract
    return found


def _rapidocr(data: bytes) -> str:
    try:
        return parse_here(data, "scan.pdf", DEFAULT_LIMITS).text
    except InputError:  # nothing was recognised
        return ""


def _tesseract(data: bytes) -> str:
    picture = io.BytesIO()
    pdfium.PdfDocument(data)[0].render(scale=DOTS / 72).to_pil().save(
        picture, "PNG", dpi=[DOTS] * 2
    )
    done = subprocess.run(
        ["tesseract", "-", "-", "-l", "eng"],
        input=picture.getvalue(),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode()
