"""Excel workbooks (XLSX) → the rows of their sheets, with values as they are shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Parsed, folded
from index.parse.formats.sheets.grid import Counted, Hidden, Seen, Sheet, blocks_of, spread
from index.parse.formats.sheets.number_formats import (
    BUILT_IN,
    GENERAL,
    is_date,
    number_shown,
    text_shown,
)
from index.parse.package import SAFE, Parts, own_facts, read_parts, read_xml, related, related_as

BOOK = "xl/workbook.xml"

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ASKED = tuple(f"{{*}}{name}" for name in ("col", "pane", "row", "mergeCell", "autoFilter"))
_TRUE = {"1", "true"}
_DAMAGED = (etree.XMLSyntaxError, KeyError, ValueError, IndexError, AttributeError, ArithmeticError)


@dataclass(slots=True)
class _Book:
    """What the sheets of a workbook share."""

    parts: Parts
    counted: Counted
    strings: list[str]
    formats: list[str]
    since_1904: bool
    hidden: Hidden = field(default_factory=Hidden)
    without_value: int = 0


@dataclass(slots=True)
class _Reading:
    """What has been read of a sheet so far."""

    sheet: Sheet
    book: _Book
    hidden_columns: set[int] = field(default_factory=set)
    unseen_columns: set[int] = field(default_factory=set)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    row: int = -1


def parse_xlsx(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a workbook.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    parts = read_parts(data, name, limits)
    try:
        book = _open(parts, Counted(name, limits))
        blocks = tuple(blocks_of(_sheets(book)))
    except _DAMAGED as error:
        raise InputError(f"{name} is damaged and cannot be read as XLSX: save it anew") from error
    missing = book.without_value
    lost = [str(book.hidden)] if str(book.hidden) else []
    if missing:
        what = f"{missing:,} formulas have" if missing > 1 else "a formula has"
        lost.append(f"{what} no value in it, open and save it in a spreadsheet program first")
    return Parsed(blocks=blocks, unread="; ".join(lost), names_itself=False, **own_facts(parts))


def _open(parts: Parts, counted: Counted) -> _Book:
    strings = next(iter(related_as(parts, BOOK, "sharedStrings")), None)
    styles = next(iter(related_as(parts, BOOK, "styles")), None)
    told = next(read_xml(parts[BOOK]).iter("{*}workbookPr"), None)
    return _Book(
        parts,
        counted,
        list(_strings(parts[strings])) if strings else [],
        list(_formats(parts[styles])) if styles else [],
        told is not None and told.get("date1904") in _TRUE,
    )


def _strings(part: bytes) -> Iterator[str]:
    for _, item in etree.iterparse(io.BytesIO(part), tag="{*}si", **SAFE):
        yield _text(item)
        _forget(item)


def _text(item: etree._Element) -> str:
    """Return the text of a cell's runs; how they are pronounced is none."""
    runs = item.iter("{*}t")
    return folded("".join(each.text or "" for each in runs if "rPh" not in each.getparent().tag))


def _forget(element: etree._Element) -> None:
    """Free what has been read."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _formats(part: bytes) -> Iterator[str]:
    """Yield the format of each style of cells, in order."""
    root = read_xml(part)
    own = {
        int(each.get("numFmtId", 0)): each.get("formatCode", GENERAL)
        for each in root.iter("{*}numFmt")
        if not any("dxf" in around.tag for around in each.iterancestors())
    }
    cells = next(root.iter("{*}cellXfs"), None)
    for each in cells if cells is not None else ():
        number = int(each.get("numFmtId", 0))
        yield own.get(number) or BUILT_IN.get(number, GENERAL)


def _sheets(book: _Book) -> Iterator[Sheet]:
    entries = related(book.parts, BOOK)
    for told in read_xml(book.parts[BOOK]).iter("{*}sheet"):
        name = folded(told.get("name", ""))
        reference = next((v for k, v in told.attrib.items() if k.endswith("}id")), "")
        kind, entry = entries.get(reference, ("", ""))
        if told.get("state", "visible") != "visible":
            book.hidden.sheets.append(name)
        elif kind == "worksheet":
            yield _read_sheet(book, name, entry)


def _read_sheet(book: _Book, name: str, entry: str) -> Sheet:
    reading = _Reading(Sheet(name), book)
    for each in related_as(book.parts, entry, "table"):
        table = read_xml(book.parts[each])
        if table.get("headerRowCount", "1") != "0":
            reading.sheet.heads.add(_corners(table.get("ref", ""))[0][0])
    stream = io.BytesIO(book.parts[entry])
    for _, element in etree.iterparse(stream, tag=_ASKED, **SAFE):
        _take_in(reading, element, etree.QName(element).localname)
        _forget(element)
    reading.sheet.rows = spread(reading.sheet.rows, reading.merged)
    book.hidden.columns += len(reading.unseen_columns)
    return reading.sheet


def _take_in(reading: _Reading, element: etree._Element, kind: str) -> None:
    hidden = element.get("hidden") in _TRUE
    if kind == "row":
        number = element.get("r")
        reading.row = int(number) - 1 if number else reading.row + 1
        reading.book.hidden.rows += hidden and len(element) > 0
        cells = [] if hidden else list(_cells(reading, element))
        if cells:
            reading.sheet.rows.append((reading.row, cells))
    elif kind == "col" and hidden:
        first, last = int(element.get("min", 1)), int(element.get("max", 1))
        # The rest of a sheet is hidden where it is to look finished: nothing is there.
        reading.hidden_columns.update(range(first - 1, min(last, first + 1_000)))
    elif kind == "pane" and element.get("state", "").startswith("frozen"):
        reading.sheet.heads.update(range(min(int(float(element.get("ySplit", 0))), 10)))
    elif kind == "autoFilter":
        reading.sheet.heads.add(_corners(element.get("ref", ""))[0][0])
    elif kind == "mergeCell":
        (top, left), (bottom, right) = _corners(element.get("ref", ""))
        reading.merged[top, left] = bottom - top + 1, right - left + 1


def _corners(told: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """``"A1:C2"`` → ``((0, 0), (1, 2))``: rows and columns from 0."""
    places = [
        (int(row) - 1, _column(letters)) for letters, row in _PLACE.findall(told.split(" ")[0])
    ]
    return places[0], places[-1]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _cells(reading: _Reading, row: etree._Element) -> Iterator[Seen]:
    book, column = reading.book, -1
    for cell in row:
        place = _PLACE.match(cell.get("r", ""))
        column = _column(place[1]) if place else column + 1
        if column in reading.hidden_columns:
            reading.unseen_columns.update({column} if len(cell) else ())
            continue
        seen = _cell(book, cell, column)
        if seen and seen.text:
            book.counted.add(seen.text)
            yield seen


def _cell(book: _Book, cell: etree._Element, column: int) -> Seen | None:
    kind, style = cell.get("t", "n"), cell.get("s", "0")
    number = int(style)
    code = book.formats[number] if number < len(book.formats) else GENERAL
    value, formula, written = None, False, ""
    for child in cell:
        own = child.tag[-2:]
        if own == "}v":
            value = child.text
        elif own == "is":
            written = _text(child)
        formula = formula or own == "}f"
    if kind == "inlineStr":
        return Seen(column, text_shown(written, code), style=style)
    if value is None:
        book.without_value += formula
        return None
    if kind == "s":
        return Seen(column, text_shown(book.strings[int(value)], code), style=style)
    if kind in {"str", "e", "d"}:
        return Seen(column, text_shown(folded(value), code), words=kind != "d", style=style)
    if kind == "b":
        return Seen(column, "TRUE" if value in _TRUE else "FALSE", style=style)
    told = float(value)
    if not isfinite(told):
        return None
    shown = folded(number_shown(told, code, since_1904=book.since_1904))
    dated = is_date(code)
    whole = int(told) if told.is_integer() and not dated else None
    return Seen(column, shown, words=False, counts=whole, style=style, dated=dated)
