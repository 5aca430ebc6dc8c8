"""OpenDocument spreadsheets (ODS) → the rows of their sheets; values stand in them as shown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Parsed, folded
from index.parse.formats.sheets.grid import Counted, Hidden, Line, Seen, Sheet, blocks_of, spread
from index.parse.package import SAFE, Parts, own_facts, read_parts

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ASKED = (f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-column", f"{_STYLE}style")
_UNSEEN = {"collapse", "filter"}
_WORDS = {"string", "boolean", ""}
_SPACES = (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break", f"{_TEXT}p")

MOST_REPEATED = 100_000
"""A row or a cell that has something in it is repeated so often, at most."""


@dataclass(slots=True)
class _Reading:
    """What has been read of a file so far: its finished sheets, and the one that is open."""

    counted: Counted
    hidden: Hidden = field(default_factory=Hidden)
    sheets: list[Sheet] = field(default_factory=list)
    unshown: set[str] = field(default_factory=set)
    sheet: Sheet | None = None
    row: int = 0
    column: int = 0
    hidden_columns: list[range] = field(default_factory=list)
    unseen_columns: set[int] = field(default_factory=set)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def parse_ods(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a spreadsheet.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    parts = read_parts(data, name, limits)
    reading = _Reading(Counted(name, limits))
    try:
        _read(parts, reading)
        blocks = tuple(blocks_of(reading.sheets))
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise InputError(f"{name} is damaged and cannot be read as ODS: save it anew") from error
    unread = str(reading.hidden)
    return Parsed(blocks=blocks, unread=unread, names_itself=False, **own_facts(parts))


def _read(parts: Parts, reading: _Reading) -> None:
    stream = io.BytesIO(parts["content.xml"])
    depth = 0
    for event, element in etree.iterparse(stream, ("start", "end"), tag=_ASKED, **SAFE):
        kind = etree.QName(element).localname
        if kind == "table":
            # A table within a cell, or what a formula draws on from elsewhere, is no sheet.
            depth += 1 if event == "start" else -1
            if depth == (event == "start") and element.getparent().tag == f"{_OFFICE}spreadsheet":
                _open_sheet(reading, element) if event == "start" else _close_sheet(reading)
        elif event == "end":
            if kind == "style":
                _note_style(reading, element)
            elif reading.sheet is not None and depth == 1:
                _take_in(reading, element, kind)
                element.clear()


def _note_style(reading: _Reading, style: etree._Element) -> None:
    """Remember a style whose sheets are not shown."""
    for told in style.iter(f"{_STYLE}table-properties"):
        if told.get(f"{_TABLE}display") == "false":
            reading.unshown.add(style.get(f"{_STYLE}name", ""))


def _open_sheet(reading: _Reading, table: etree._Element) -> None:
    name = folded(table.get(f"{_TABLE}name", ""))
    if table.get(f"{_TABLE}style-name") in reading.unshown:
        reading.hidden.sheets.append(name)
        return
    reading.sheet, reading.row, reading.column = Sheet(name), 0, 0
    reading.hidden_columns, reading.unseen_columns, reading.merged = [], set(), {}


def _close_sheet(reading: _Reading) -> None:
    if reading.sheet is not None:
        reading.sheet.rows = spread(reading.sheet.rows, reading.merged)
        reading.sheets.append(reading.sheet)
        reading.hidden.columns += len(reading.unseen_columns)
    reading.sheet = None


def _take_in(reading: _Reading, element: etree._Element, kind: str) -> None:
    sheet = reading.sheet
    if sheet is None:
        return
    unseen = element.get(f"{_TABLE}visibility") in _UNSEEN
    if kind == "table-column":
        times = _number(element, "number-columns-repeated")
        if unseen:
            reading.hidden_columns.append(range(reading.column, reading.column + times))
        reading.column += times
        return
    times, first = _number(element, "number-rows-repeated"), reading.row
    cells = list(_cells(reading, element))
    reading.row += times
    if cells and unseen:
        reading.hidden.rows += min(times, MOST_REPEATED)
    elif cells:
        parent = element.getparent()
        if parent is not None and parent.tag == f"{_TABLE}table-header-rows":
            sheet.heads.add(first)
        sheet.rows += _repeated(reading.counted, first, cells, min(times, MOST_REPEATED))


def _repeated(counted: Counted, first: int, cells: list[Seen], times: int) -> Iterator[Line]:
    for step in range(times):
        for cell in cells:
            counted.add(cell.text)
        yield first + step, cells


def _cells(reading: _Reading, row: etree._Element) -> Iterator[Seen]:
    column = 0
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        times = _number(cell, "number-columns-repeated")
        shown = _text(cell) if cell.tag == f"{_TABLE}table-cell" else ""
        for place in range(column, column + min(times, MOST_REPEATED)) if shown else ():
            if any(place in each for each in reading.hidden_columns):
                reading.unseen_columns.add(place)
                continue
            reading.counted.add(shown)
            height, width = (_number(cell, f"number-{n}-spanned") for n in ("rows", "columns"))
            if (height, width) != (1, 1):
                reading.merged[reading.row, place] = height, width
            yield _seen(cell, place, shown)
        column += times


def _seen(cell: etree._Element, column: int, shown: str) -> Seen:
    kind = cell.get(f"{_OFFICE}value-type", "")
    value = cell.get(f"{_OFFICE}value", "") if kind == "float" else ""
    whole = int(value) if value.removeprefix("-").isdecimal() and len(value) < 16 else None
    style = cell.get(f"{_TABLE}style-name", "")
    dated = kind in {"date", "time"}
    return Seen(column, shown, kind in _WORDS, whole, style, dated=dated)


def _text(cell: etree._Element) -> str:
    """Return what a cell shows; a comment on it is not shown."""
    pieces: list[str] = []
    for paragraph in cell.iterchildren(f"{_TEXT}p"):
        for event, each in etree.iterwalk(paragraph, events=("start", "end")):
            if event == "start":
                pieces += [" " if each.tag in _SPACES else "", each.text or ""]
            elif each is not paragraph:
                pieces.append(each.tail or "")
    return folded("".join(pieces))


def _number(element: etree._Element, name: str) -> int:
    told = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(told)) if told.isdecimal() and len(told) < 9 else 1
