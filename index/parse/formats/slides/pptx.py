"""PowerPoint slides (PPTX) → what stands on each, its tables and its notes; a slide is a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded, row_of
from index.parse.formats.sheets.grid import mark_heads
from index.parse.formats.slides.shapes import Shape, check_count, in_order, left_out
from index.parse.formats.superscripts import lowered, raised
from index.parse.package import Parts, own_facts, read_parts, read_xml, related, related_as
from index.types import Role

DECK = "ppt/presentation.xml"
NOTES = "Notes"
"""The heading of what the speaker noted."""

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"dt", "ftr", "hdr", "sldNum", "sldImg"}
_DAMAGED = (etree.XMLSyntaxError, KeyError, ValueError, IndexError, AttributeError)

Place = tuple[float, float]


@dataclass(slots=True)
class _Slide:
    """A slide that is being read. ``places`` are where its layout puts what has no place itself."""

    parts: Parts
    entry: str
    places: dict[str, Place]
    height: float
    drawn: int = 0
    at: Place = (0.0, 0.0)
    title: str = field(default="")


def parse_pptx(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse slides.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    parts = read_parts(data, name, limits)
    blocks: list[Block] = []
    hidden, drawn, title, number = [], 0, "", 0
    places: dict[str, dict[str, Place]] = {}
    try:
        deck = read_xml(parts[DECK])
        size = next(deck.iter("{*}sldSz"), None)
        height = float(size.get("cy", 6_858_000)) if size is not None else 6_858_000.0
        entries = list(_entries(parts, deck))
        check_count(len(entries), name, limits)
        for number, entry in enumerate(entries, start=1):
            root = read_xml(parts[entry])
            if root.get("show") in {"0", "false"}:
                hidden.append(number)
                continue
            layout = next(iter(related_as(parts, entry, "slideLayout")), "")
            if layout not in places:
                places[layout] = _places(parts, layout)
            slide = _Slide(parts, entry, places[layout], height)
            blocks += (replace(block, page=number) for block in _read(slide, root))
            drawn += slide.drawn
            title = title or slide.title
    except _DAMAGED as error:
        raise InputError(f"{name} is damaged and cannot be read as PPTX: save it anew") from error
    facts = own_facts(parts)
    facts["title"] = title or facts["title"]
    return Parsed(blocks=tuple(blocks), pages=number, unread=left_out(hidden, drawn), **facts)


def _entries(parts: Parts, deck: etree._Element) -> Iterator[str]:
    known = related(parts, DECK)
    for told in deck.iter("{*}sldId"):
        reference = next((v for k, v in told.attrib.items() if k.endswith("}id")), "")
        entry = known.get(reference, ("", ""))[1]
        if entry in parts:
            yield entry


def _places(parts: Parts, layout: str) -> dict[str, Place]:
    """Return where a layout, or its master, puts the things of each kind and number."""
    found: dict[str, Place] = {}
    for sheet in (layout, *related_as(parts, layout, "slideMaster")) if layout else ():
        for shape in read_xml(parts[sheet]).iter(f"{_P}sp"):
            kind, number = _kind(shape)
            place = _own_place(shape)
            if place and kind is not None:
                found.setdefault(kind, place)
                found.setdefault(f"#{number}" if sheet == layout and number else kind, place)
    return found


def _kind(shape: etree._Element) -> tuple[str | None, str]:
    """Return which placeholder something is, and its number; None if it is none."""
    told = next(shape.iter(f"{_P}ph"), None)
    return (None, "") if told is None else (told.get("type", "body"), told.get("idx", ""))


def _own_place(shape: etree._Element) -> Place | None:
    off = next(shape.iter(f"{_A}off"), None)
    return None if off is None else (float(off.get("x", 0)), float(off.get("y", 0)))


def _read(slide: _Slide, root: etree._Element) -> Iterator[Block]:
    tree = next(root.iter(f"{_P}spTree"))
    yield from in_order(_shapes(slide, tree), slide.height)
    for entry in related_as(slide.parts, slide.entry, "notesSlide"):
        noted = [
            block
            for shape in read_xml(slide.parts[entry]).iter(f"{_P}sp")
            if _kind(shape)[0] == "body"
            for block in _paragraphs(shape)
        ]
        if noted:
            yield Block(NOTES, Role.HEADING)
        yield from noted


def _shapes(slide: _Slide, tree: etree._Element) -> Iterator[Shape]:
    """Yield the shapes of a slide or a group, hidden ones left out."""
    for shape in tree.iterchildren(f"{_P}sp", f"{_P}grpSp", f"{_P}graphicFrame"):
        about = next(shape.iter(f"{_P}cNvPr"), None)
        kind, number = _kind(shape) if shape.tag == f"{_P}sp" else (None, "")
        if kind in _FURNITURE or (about is not None and about.get("hidden") in {"1", "true"}):
            continue
        known = slide.places.get(f"#{number}") or slide.places.get(kind or "")
        place = slide.at = _own_place(shape) or known or slide.at
        if shape.tag == f"{_P}grpSp":
            # What is in a group is read together, wherever its own coordinates put it.
            inner = in_order(_shapes(slide, shape), slide.height)
            yield Shape(tuple(inner), *place)
            slide.at = place
        elif shape.tag == f"{_P}graphicFrame":
            yield Shape(tuple(_framed(slide, shape)), *place)
        elif kind in _TITLES:
            said = " ".join(block.text for block in _paragraphs(shape))
            slide.title = slide.title or said
            yield Shape((Block(said, Role.HEADING),), *place, title=True)
        else:
            yield Shape(tuple(_paragraphs(shape)), *place)


def _framed(slide: _Slide, frame: etree._Element) -> Iterator[Block]:
    """Yield what a frame holds: a table, or a drawing's texts."""
    table = next(frame.iter(f"{_A}tbl"), None)
    if table is not None:
        yield from mark_heads(list(_rows(table)))
        return
    told = next(frame.iter("{*}relIds"), None)
    if told is None:
        slide.drawn += next(frame.iter("{*}chart"), None) is not None
        return
    reference = next((v for k, v in told.attrib.items() if k.endswith("}dm")), "")
    entry = related(slide.parts, slide.entry).get(reference, ("", ""))[1]
    if entry in slide.parts:
        for point in read_xml(slide.parts[entry]).iter("{*}pt"):
            yield from _paragraphs(point)


def _rows(table: etree._Element) -> Iterator[Block]:
    told = next(table.iter(f"{_A}tblPr"), None)
    headed = told is not None and told.get("firstRow") in {"1", "true"}
    above: dict[int, str] = {}
    for number, row in enumerate(table.iter(f"{_A}tr")):
        texts, columns = [], []
        for column, cell in enumerate(row.iterchildren(f"{_A}tc")):
            if cell.get("hMerge") in {"1", "true"}:
                continue
            own = " ".join(block.text for block in _paragraphs(cell))
            above[column] = above.get(column, "") if cell.get("vMerge") in {"1", "true"} else own
            texts.append(above[column])
            columns.append((column, max(1, int(cell.get("gridSpan", 1)))))
        yield row_of(texts, header=headed and not number, columns=columns)


def _paragraphs(shape: etree._Element) -> Iterator[Block]:
    for paragraph in shape.iter(f"{_A}p"):
        text = folded(_line(paragraph))
        if text:
            yield Block(text)


def _line(paragraph: etree._Element) -> str:
    """Return the runs of a paragraph: struck ones are left out, raised ones marked."""
    line = ""
    for run in paragraph.iterchildren(f"{_A}r", f"{_A}br", f"{_A}fld"):
        look = run.find(f"{_A}rPr")
        told = {} if look is None else look.attrib
        text = " " if run.tag == f"{_A}br" else "".join(run.itertext(f"{_A}t"))
        level = str(told.get("baseline", "0")).strip("%")
        if told.get("strike", "noStrike") != "noStrike":
            continue
        if level.startswith("-"):
            line += lowered(line, text)
        else:
            line += raised(line, text) if level.strip("0") else text
    return line
