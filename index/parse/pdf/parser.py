"""A PDF → paragraphs with their pages: reading order, running lines out, tables as rows."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import replace
from itertools import groupby
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as api

from index.errors import InputError
from index.limits import Limits
from index.parse.about.titles import is_shown
from index.parse.allowance import allow
from index.parse.blocks import LONGEST_TITLE, Parsed, folded
from index.parse.pdf.flow import LARGER, find_paragraphs
from index.parse.pdf.glyphs import Run, read_runs
from index.parse.pdf.legible import is_legible
from index.parse.pdf.ligatures import mend_ligatures
from index.parse.pdf.lines import Line, read_lines
from index.parse.pdf.recognise import CURE, SECONDS, recognise
from index.parse.pdf.running_heads import drop_running
from index.parse.pdf.words import are_no_words
from index.parse.reading import can_recognise

TURNED = 1000
"""Columns of another direction are counted by so many more for each degree."""

TITLE_WORDS = 3
"""What is called by fewer words than this is not told apart by them."""

LEVELS = 2
"""A title may be in so many sizes of type: "FORM 10-Q" and, larger, the company's name."""

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
    recognised = _recognise_pages(document, runs, name, limits)
    if not any(runs):
        raise InputError(_told_empty(name, count, recognised))
    _check_legible(runs, name, recognised)
    mended = zip(mend_ligatures(runs), widths, strict=True)
    lines = [_read_page(found, page, width) for page, (found, width) in enumerate(mended, start=1)]
    told = document.get_metadata_dict()
    return Parsed(
        blocks=tuple(find_paragraphs(drop_running(lines))),
        title=_title(folded(told.get("Title", "")), lines[0]),
        author=_author(folded(told.get("Author", "")), lines[0]),
        published=_date(told.get("CreationDate", "")),
        language=_language(document),
        pages=count,
        unread=_told_unread(document, runs, recognised),
        recognised=recognised,
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


def _recognise_pages(
    document: pdfium.PdfDocument, runs: list[list[Run]], name: str, limits: Limits
) -> frozenset[int]:
    """Put what is seen on them in place of pages whose text is none, or rubbish; return which.

    Nothing is seen where that is rubbish, too.

    Raises:
        InputError: they are more than may be recognised.
    """
    unread = [
        n
        for n, found in enumerate(runs)
        if (not found and _is_picture(document[n])) or not is_legible(found)
    ]
    if not unread or not can_recognise():
        return frozenset()
    if len(unread) > limits.recognised_pages:
        raise InputError(
            f"{name} has {len(unread):,} pages whose letters would have to be recognised, the "
            f"limit (recognised_pages) is {limits.recognised_pages:,}: split it"
        )
    for done, number in enumerate(unread):
        allow(SECONDS, done, len(unread))
        seen = recognise(document[number])
        runs[number] = [] if are_no_words(" ".join(run.text for run in seen)) else seen
    allow(limits.cpu_seconds, len(unread), len(unread))
    return frozenset(number + 1 for number in unread)


def _told_empty(name: str, count: int, recognised: frozenset[int]) -> str:
    if recognised:
        return f"{name} has no text ({count:,} pages), and no letters were recognised in it"
    return f"{name} has no text layer ({count:,} pages, scanned or drawn): {CURE}"


def _check_legible(runs: list[list[Run]], name: str, recognised: frozenset[int]) -> None:
    pages = ((n, found) for n, found in enumerate(runs, start=1) if n not in recognised)
    bad = [page for page, found in pages if not is_legible(found)]
    if not bad:
        return
    raise InputError(
        f"{name} looks right but cannot be read on {_named(bad)} of {len(runs):,}: its fonts do "
        f"not say which letters they draw, {CURE}"
    )


def _named(pages: list[int]) -> str:
    first, *more = (str(page) for page in pages)
    where = f"page {first}" if not more else f"pages {', '.join([first, *more[:9]])}"
    return where + (f" and {len(more) - 9:,} more" if len(more) > 9 else "")


def _told_unread(
    document: pdfium.PdfDocument, runs: list[list[Run]], recognised: frozenset[int]
) -> str:
    """Name the pages that nothing was read on, in a document whose other pages have text."""
    blind = [n for n in sorted(recognised) if not runs[n - 1]]
    if blind:
        return f"no letters were recognised on {_named(blind)} of {len(runs):,}"
    pictures = [n for n, found in enumerate(runs) if not found and _is_picture(document[n])]
    if not pictures or recognised:
        return ""
    return (
        f"nothing was read on {_named([n + 1 for n in pictures])} of {len(runs):,}, which "
        f"{'have only pictures' if len(pictures) > 1 else 'has only a picture'}: "
        f"if they matter, {CURE}"
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
    """Return the title: what the file tells, if its first page says it too, or the largest there.

    What only the file tells is taken where nothing on the page is larger than the rest.
    """
    shown = _largest(first_page)
    named = len(told.split()) >= TITLE_WORDS and not _FILE_NAME.fullmatch(told)
    if named and (not shown or is_shown(told, " ".join(line.text for line in first_page))):
        return told[:LONGEST_TITLE]
    return shown[:LONGEST_TITLE] if shown else None


def _largest(page: list[Line]) -> str | None:
    """Return the largest words of a page; if they are few, with those of the next size."""
    usual = median(line.size for line in page) if page else 0.0
    sizes = sorted({line.size for line in page if line.size >= LARGER * usual}, reverse=True)
    chosen: list[Line] = []
    for size in sizes[:LEVELS]:
        chosen = [line for line in page if line.size > 0.98 * size]
        if sum(len(line.text.split()) for line in chosen) >= TITLE_WORDS:
            return " · ".join(
                " ".join(line.text for line in group)
                for _, group in groupby(chosen, key=lambda line: round(line.size))
            )
    return None


def _author(told: str, first_page: list[Line]) -> str | None:
    """Return the author that the file tells, if the page says the name too: it may be a program."""
    return told if is_shown(told, " ".join(line.text for line in first_page)) else None


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
