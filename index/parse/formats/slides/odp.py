"""OpenDocument slides (ODP) → what stands on each, its tables and its notes; a slide is a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed
from index.parse.formats.office import odt_rows, odt_text
from index.parse.formats.opendocument import keep_shown
from index.parse.formats.sheets.grid import mark_heads
from index.parse.formats.slides.pptx import NOTES
from index.parse.formats.slides.shapes import Shape, check_count, in_order, left_out
from index.parse.package import own_facts, read_parts, read_xml
from index.types import Role

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_DRAW, _TEXT, _TABLE, _STYLE, _PRESENTATION, _OFFICE = (
    "{" + _SPACE.format(name) + "}"
    for name in ("drawing", "text", "table", "style", "presentation", "office")
)
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_FURNITURE = {"date-time", "footer", "header", "page-number", "page"}
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(cm|mm|in|pt|px)?")
_CM = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "px": 2.54 / 96}
_HEIGHT = 15.0
"""How many centimetres high a slide is, about."""


def parse_odp(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse slides.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    parts = read_parts(data, name, limits)
    if "content.xml" not in parts:
        raise InputError(f"{name} is damaged and cannot be read as ODP: save it anew")
    content = read_xml(parts["content.xml"])
    sheets = [read_xml(parts["styles.xml"])] if "styles.xml" in parts else []
    unshown = set(_unshown([*sheets, content]))
    keep_shown(content, [*sheets, content])
    blocks: list[Block] = []
    hidden, title, number, drawn = [], "", 0, 0
    pages = list(content.iter(f"{_DRAW}page"))
    check_count(len(pages), name, limits)
    for number, page in enumerate(pages, start=1):
        if page.get(f"{_DRAW}style-name") in unshown:
            hidden.append(number)
            continue
        read = list(_read(page))
        blocks += (replace(block, page=number) for block in read)
        title = title or next((b.text for b in read if b.role is Role.HEADING and not b.row), "")
        drawn += sum(1 for _ in page.iter(f"{_DRAW}object"))
    facts = own_facts(parts)
    facts["title"] = title or facts["title"]
    return Parsed(blocks=tuple(blocks), pages=number, unread=left_out(hidden, drawn), **facts)


def _unshown(sheets: list[etree._Element]) -> Iterator[str]:
    """Yield the styles of slides that are not shown."""
    for sheet in sheets:
        for style in sheet.iter(f"{_STYLE}style"):
            for told in style.iterchildren(f"{_STYLE}drawing-page-properties"):
                if told.get(f"{_PRESENTATION}visibility") == "hidden":
                    yield style.get(f"{_STYLE}name", "")


def _read(page: etree._Element) -> Iterator[Block]:
    yield from in_order(_shapes(page), _HEIGHT)
    for notes in page.iterchildren(f"{_PRESENTATION}notes"):
        noted = [block for shape in _shapes(notes) for block in shape.blocks]
        if noted:
            yield Block(NOTES, Role.HEADING)
        yield from noted


def _shapes(page: etree._Element) -> Iterator[Shape]:
    for shape in page.iterchildren(etree.Element):
        kind = shape.get(f"{_PRESENTATION}class", "")
        empty = shape.get(f"{_PRESENTATION}placeholder") == "true"
        if shape.tag == f"{_PRESENTATION}notes" or kind in _FURNITURE or empty:
            continue
        x, y = (_length(shape.get(f"{_SVG}{name}", "")) for name in ("x", "y"))
        if shape.tag == f"{_DRAW}g":
            inner = list(_shapes(shape))
            corner = min((each.y, each.x) for each in inner) if inner else (y, x)
            yield Shape(tuple(in_order(inner, _HEIGHT)), corner[1], corner[0])
        elif kind == "title":
            said = " ".join(block.text for block in _blocks(shape))
            yield Shape((Block(said, Role.HEADING),) if said else (), x, y, title=True)
        else:
            yield Shape(tuple(_blocks(shape)), x, y)


def _blocks(shape: etree._Element) -> Iterator[Block]:
    for element in shape.iter(f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table"):
        inside = any(True for _ in element.iterancestors(f"{_TABLE}table"))
        if element.tag == f"{_TABLE}table" and not inside:
            rows = list(odt_rows(element))
            if rows and element.get(f"{_TABLE}use-first-row-styles") == "true":
                rows[0] = replace(rows[0], role=Role.HEADING)
            yield from mark_heads(rows)
        elif not inside and (text := odt_text(element)):
            yield Block(text)


def _length(told: str) -> float:
    """``"2.5cm"`` → ``2.5``, in centimetres."""
    found = _LENGTH.fullmatch(told)
    return float(found[1]) * _CM[found[2] or "cm"] if found else 0.0
