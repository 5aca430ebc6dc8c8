"""Word (DOCX) and OpenDocument (ODT) files → blocks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.archive import check_xml, open_archive, unpack
from index.parse.blocks import Block, Parsed, folded, row_of
from index.parse.formats.markup import find_blocks, name_columns, read_html
from index.parse.formats.opendocument import keep_shown
from index.parse.formats.visibility import keep_seen
from index.parse.formats.word import parts_shown
from index.types import Role

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_ODT_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ODT_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODT_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_ODT_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def parse_docx(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a Word file.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    import mammoth

    parts = parts_shown(_parts(data, name, limits))
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
    keep_seen(root)
    blocks = tuple(found.block for found in find_blocks(root))
    told = _core(parts.get("docProps/core.xml"))
    return Parsed(
        blocks=blocks,
        title=told.get(f"{_DC}title"),
        author=told.get(f"{_DC}creator"),
        published=(told.get(f"{_TERMS}created") or "")[:10] or None,
        language=told.get(f"{_DC}language"),
    )


def parse_odt(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse an OpenDocument text. Raises what ``parse_docx`` raises."""
    parts = _parts(data, name, limits)
    if "content.xml" not in parts:
        raise InputError(f"{name} is damaged and cannot be read as ODT: save it anew")
    content = _xml(parts["content.xml"])
    body = content.find(f"{_ODT_OFFICE}body")
    if body is not None:
        styles = parts.get("styles.xml")
        keep_shown(body, [*([_xml(styles)] if styles else []), content])
    told = _core(parts.get("meta.xml"))
    return Parsed(
        blocks=tuple(_odt_blocks(body)) if body is not None else (),
        title=told.get(f"{_DC}title"),
        author=told.get(f"{_ODT_META}initial-creator") or told.get(f"{_DC}creator"),
        published=(told.get(f"{_ODT_META}creation-date") or "")[:10] or None,
        language=told.get(f"{_DC}language"),
    )


def _parts(data: bytes, name: str, limits: Limits) -> dict[str, bytes]:
    """Return the XML of an office file, without its pictures."""
    archive = open_archive(data, name, limits)
    wanted = [e for e in archive.infolist() if e.filename.endswith((".xml", ".rels"))]
    parts = unpack(archive, wanted, name, limits)
    for entry, part in parts.items():
        check_xml(part, entry, name)
    return parts


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for entry, part in parts.items():
            archive.writestr(entry, part)
    return packed.getvalue()


def _xml(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _core(data: bytes | None) -> dict[str, str]:
    """Return what a file says of itself, by the names of the elements."""
    if data is None:
        return {}
    told = ((str(e.tag), folded(e.text or "")) for e in _xml(data).iter())
    return {tag: text for tag, text in told if text}


def _odt_blocks(body: etree._Element) -> Iterator[Block]:
    for element in body.iter(f"{_ODT_TEXT}h", f"{_ODT_TEXT}p", f"{_ODT_TABLE}table"):
        inside = any(True for _ in element.iterancestors(f"{_ODT_TABLE}table"))
        if element.tag == f"{_ODT_TABLE}table" and not inside:
            yield from name_columns(list(_odt_rows(element)))
        elif element.tag != f"{_ODT_TABLE}table" and not inside:
            role = Role.HEADING if element.tag == f"{_ODT_TEXT}h" else Role.TEXT
            yield Block(_odt_text(element), role)


def _odt_rows(table: etree._Element) -> Iterator[Block]:
    for row in table.iter(f"{_ODT_TABLE}table-row"):
        parent = row.getparent()
        header = parent is not None and parent.tag == f"{_ODT_TABLE}table-header-rows"
        yield row_of((_odt_text(cell) for cell in row), header=header)


def _odt_text(element: etree._Element) -> str:
    spaced = f"{_ODT_TEXT}s", f"{_ODT_TEXT}tab", f"{_ODT_TEXT}line-break", f"{_ODT_TEXT}p"
    pieces: list[str] = []
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            pieces += [" " if each.tag in spaced else "", each.text or ""]
        elif each is not element:
            pieces.append(each.tail or "")
    return folded("".join(pieces))
