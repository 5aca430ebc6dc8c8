"""Word (DOCX) and OpenDocument (ODT) files → blocks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded, row_of
from index.parse.formats.markup import find_blocks, name_columns, read_html
from index.parse.formats.opendocument import keep_shown
from index.parse.formats.visibility import keep_seen
from index.parse.formats.word import parts_shown
from index.parse.package import own_facts, read_parts, read_xml
from index.types import Role

_ODT_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ODT_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODT_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def parse_docx(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a Word file.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    import mammoth

    parts = parts_shown(read_parts(data, name, limits))
    try:
        # Only what has been counted and checked is given on.
        page = mammoth.convert_to_html(
            io.BytesIO(_packed(parts)), convert_image=lambda _: [], include_embedded_style_map=False
        ).value
    except (KeyError, ValueError, AttributeError, IndexError, TypeError) as error:
        raise InputError(f"{name} is damaged and cannot be read as DOCX: save it anew") from error
    if not page.strip():
        raise InputError(f"{name} has no text in it: there is nothing to ask about")
    root = read_html(page, name)
    for back in list(root.iter("a")):
        if back.get("href", "").startswith(("#footnote-ref", "#endnote-ref")):
            back.drop_tree()  # the arrow that leads back from a note is not in the file
    keep_seen(root)
    blocks = tuple(found.block for found in find_blocks(root))
    return Parsed(blocks=blocks, **own_facts(parts))


def parse_odt(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse an OpenDocument text. Raises what ``parse_docx`` raises."""
    parts = read_parts(data, name, limits)
    if "content.xml" not in parts:
        raise InputError(f"{name} is damaged and cannot be read as ODT: save it anew")
    content = read_xml(parts["content.xml"])
    body = content.find(f"{_ODT_OFFICE}body")
    if body is not None:
        styles = parts.get("styles.xml")
        keep_shown(body, [*([read_xml(styles)] if styles else []), content])
    blocks = tuple(_odt_blocks(body)) if body is not None else ()
    return Parsed(blocks=blocks, **own_facts(parts))


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for entry, part in parts.items():
            archive.writestr(entry, part)
    return packed.getvalue()


def _odt_blocks(body: etree._Element) -> Iterator[Block]:
    for element in body.iter(f"{_ODT_TEXT}h", f"{_ODT_TEXT}p", f"{_ODT_TABLE}table"):
        inside = any(True for _ in element.iterancestors(f"{_ODT_TABLE}table"))
        if element.tag == f"{_ODT_TABLE}table" and not inside:
            yield from name_columns(list(odt_rows(element)))
        elif element.tag != f"{_ODT_TABLE}table" and not inside:
            role = Role.HEADING if element.tag == f"{_ODT_TEXT}h" else Role.TEXT
            yield Block(odt_text(element), role)


def odt_rows(table: etree._Element) -> Iterator[Block]:
    """Yield the rows of a table of OpenDocument."""
    for row in table.iter(f"{_ODT_TABLE}table-row"):
        parent = row.getparent()
        header = parent is not None and parent.tag == f"{_ODT_TABLE}table-header-rows"
        yield row_of((odt_text(cell) for cell in row), header=header)


def odt_text(element: etree._Element) -> str:
    """Return the text of a paragraph or a cell of OpenDocument, on one line."""
    spaced = f"{_ODT_TEXT}s", f"{_ODT_TEXT}tab", f"{_ODT_TEXT}line-break", f"{_ODT_TEXT}p"
    pieces: list[str] = []
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            pieces += [" " if each.tag in spaced else "", each.text or ""]
        elif each is not element:
            pieces.append(each.tail or "")
    return folded("".join(pieces))
