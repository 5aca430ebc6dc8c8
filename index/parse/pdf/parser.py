"""A PDF → paragraphs with their pages: reading order, running lines out, tables as rows."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import replace
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as api

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import LONGEST_TITLE, Parsed, folded
from index.parse.pdf.flow import LARGER, find_paragraphs
from index.parse.pdf.glyphs import Run, read_runs
from index.parse.pdf.legible import is_legible
from index.parse.pdf.ligatures import mend_ligatures
from index.parse.pdf.lines import Line, read_lines
from index.parse.pdf.running_heads import drop_running

TURNED = 1000
"""Columns of another direction are counted by so many more for each degree."""

TITLE_WORDS = 3
"""What is called by fewer words than this is not told apart by them."""

PICTURE = 0.2
"""Pictures over so much of a page without text may show what could be read."""

_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?")
_FILE_NAME = re.compile(r"\S+\.\w{2,4}|Microsoft \w+ - .*|untitled.*", re.IGNORECASE)


def parse_pdf(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a PDF.

    Raises:
        InputError: it is encrypted, damaged, over the limit of pages, or has no text layer.
    """
    document = _open(data, name)
    count = len(document)
    if count > limits.pages:
        raise InputError(f"{name} has {count:,} pages, the limit is {limits.pages:,}: split it")
    runs, widths = _read_pages(document, name, limits)
    if not any(runs):
        raise InputError(
            f"{name} has no text layer ({count:,} pages, scanned or drawn): "
            "run text recognition (OCR) on it first"
        )
    _check_legible(runs, name)
    mended = zip(mend_ligatures(runs), widths, strict=True)
    lines = [_read_page(found, page, width) for page, (found, width) in enumerate(mended, start=1)]
    told = document.get_metadata_dict()
    return Parsed(
        blocks=tuple(find_paragraphs(drop_running(lines))),
        title=_title(folded(told.get("Title", "")), lines[0]),
        author=folded(told.get("Author", "")) or None,
        published=_date(told.get("CreationDate", "")),
        language=_language(document),
        pages=count,
        unread=_told_unread(document, runs),
    )


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        if not len(document):
            raise InputError(f"{name} is a PDF without pages: there is nothing to ask about")
    except pdfium.PdfiumError as error:
        if api.FPDF_GetLastError() == api.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise InputError(
                f"{name} is encrypted: save a copy that opens without a password"
            ) from error
        raise InputError(
            f"{name} is damaged and cannot be opened as a PDF: save it anew"
        ) from error
    return document


def _read_pages(
    document: pdfium.PdfDocument, name: str, limits: Limits
) -> tuple[list[list[Run]], list[float]]:
    runs: list[list[Run]] = []
    widths: list[float] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            runs.append(read_runs(page))
        except pdfium.PdfiumError as error:
            raise InputError(f"{name} is damaged at page {number + 1:,}: save it anew") from error
        widths.append(page.get_width())
        page.close()
        characters += sum(len(run.text) for run in runs[-1])
        if characters > limits.characters:
            raise InputError(
                f"{name} has over {limits.characters:,} characters, which is the limit: split it"
            )
    return runs, widths


def _check_legible(runs: list[list[Run]], name: str) -> None:
    bad = [page for page, found in enumerate(runs, start=1) if not is_legible(found)]
    if not bad:
        return
    raise InputError(
        f"{name} looks right but cannot be read on {_named(bad)} of {len(runs):,}: its fonts do "
        "not say which letters they draw, run text recognition (OCR) on it first"
    )


def _named(pages: list[int]) -> str:
    first, *more = (str(page) for page in pages)
    where = f"page {first}" if not more else f"pages {', '.join([first, *more[:9]])}"
    return where + (f" and {len(more) - 9:,} more" if len(more) > 9 else "")


def _told_unread(document: pdfium.PdfDocument, runs: list[list[Run]]) -> str:
    """Name the pages that are nothing but pictures, in a document whose other pages have text."""
    pictures = [n for n, found in enumerate(runs) if not found and _is_picture(document[n])]
    if not pictures:
        return ""
    return (
        f"nothing was read on {_named([n + 1 for n in pictures])} of {len(runs):,}, which "
        f"{'have only pictures' if len(pictures) > 1 else 'has only a picture'}: run text "
        "recognition (OCR) on it if they matter"
    )


def _is_picture(page: pdfium.PdfPage) -> bool:
    width, height = page.get_size()
    drawn = 0.0
    for picture in page.get_objects(filter=[api.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        drawn += (right - left) * (top - bottom)
    return bool(drawn >= PICTURE * width * height)


def _read_page(runs: list[Run], page: int, width: float) -> list[Line]:
    """Return the lines of a page: first those of the direction that most of its text has."""
    shares: Counter[int] = Counter()
    for run in runs:
        shares[run.turn] += len(run.text)
    lines: list[Line] = []
    for turn, _ in shares.most_common():
        found = read_lines([run for run in runs if run.turn == turn], page, width)
        lines += [replace(line, column=line.column + turn * TURNED) for line in found]
    return lines


def _title(told: str, first_page: list[Line]) -> str | None:
    """Return what the file calls itself, or else the largest words of its first page."""
    if len(told.split()) >= TITLE_WORDS and not _FILE_NAME.fullmatch(told):
        return told[:LONGEST_TITLE]
    largest = max((line.size for line in first_page), default=0.0)
    shown = " ".join(line.text for line in first_page if line.size > 0.98 * largest)
    usual = median(line.size for line in first_page) if first_page else 0.0
    if largest >= LARGER * usual and len(shown.split()) >= TITLE_WORDS:
        return shown[:LONGEST_TITLE]
    return None


def _date(told: str) -> str | None:
    """``"D:20230804060209-04'00'"`` → ``"2023-08-04"``."""
    found = _DATE.match(told)
    return "-".join(part for part in found.groups() if part) if found else None


def _language(document: pdfium.PdfDocument) -> str | None:
    size = api.FPDFCatalog_GetLanguage(document, None, 0)
    if size <= 2:
        return None
    buffer = ctypes.create_string_buffer(size)
    api.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(api.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="ignore") or None
