"""E-books (EPUB) → blocks, chapter by chapter in the order of the book's spine."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from lxml import etree

from index.errors import InputError
from index.limits import Limits
from index.parse.archive import check_xml, open_archive, unpack
from index.parse.blocks import Block, Parsed, folded
from index.parse.formats.html import decode_page
from index.parse.formats.markup import find_blocks, read_html
from index.parse.formats.visibility import keep_seen

_CONTAINER = "META-INF/container.xml"
_RIGHTS = "META-INF/encryption.xml"
_OCF = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PAGES = {"application/xhtml+xml", "text/html"}


def parse_epub(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse an e-book.

    Raises:
        InputError: it is damaged, copy-protected or over a limit.
    """
    archive = open_archive(data, name, limits)
    known = {entry.filename: entry for entry in archive.infolist()}

    def read(entries: list[str]) -> dict[str, bytes]:
        return unpack(archive, [known[entry] for entry in entries if entry in known], name, limits)

    head = read([_CONTAINER, _RIGHTS])
    if _protected(head.get(_RIGHTS)):
        raise InputError(f"{name} is copy-protected: add a copy without protection")
    root = _xml(head.get(_CONTAINER), _CONTAINER, name).find(f".//{_OCF}rootfile")
    place = unquote(root.get("full-path", "")) if root is not None else ""
    package = _xml(read([place]).get(place), place, name)
    chapters = _spine(package, posixpath.dirname(place))
    pages = read(chapters)
    sheets = read([entry for entry in known if entry.lower().endswith(".css")])
    blocks = [
        block
        for entry in chapters
        if entry in pages
        for block in _blocks(pages[entry], entry, sheets, name)
    ]
    return Parsed(
        blocks=tuple(blocks),
        title=_told(package, "title"),
        author=_told(package, "creator"),
        published=(_told(package, "date") or "")[:10] or None,
        language=_told(package, "language"),
    )


def _xml(data: bytes | None, entry: str, name: str) -> etree._Element:
    if data is None:
        raise InputError(
            f"{name} is damaged ({entry or 'its contents'!r} is missing): save it anew"
        )
    check_xml(data, entry, name)
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _protected(rights: bytes | None) -> bool:
    """Tell whether more than the fonts of a book is encrypted."""
    if not rights:
        return False
    root = etree.fromstring(rights, etree.XMLParser(resolve_entities=False, no_network=True))
    places = [e.get("URI", "") for e in root.iter("{*}CipherReference")]
    return any(not place.lower().endswith((".otf", ".ttf", ".woff", ".woff2")) for place in places)


def _spine(package: etree._Element, folder: str) -> list[str]:
    """Return the entries of the book's pages in reading order, each once."""
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    order = [items.get(ref.get("idref")) for ref in package.iter(f"{_OPF}itemref")]
    wanted = [
        item
        for item in order
        if item is not None
        and item.get("media-type") in _PAGES
        and "nav" not in (item.get("properties") or "").split()
    ]
    paths = (posixpath.join(folder, unquote(item.get("href", ""))) for item in wanted)
    return list(dict.fromkeys(posixpath.normpath(path) for path in paths))


def _blocks(page: bytes, entry: str, sheets: dict[str, bytes], name: str) -> list[Block]:
    text = decode_page(page, name)
    if not text.strip():
        return []
    root = read_html(text, name)
    named = (link.get("href", "") for link in root.iter("link") if link.get("rel") == "stylesheet")
    paths = (posixpath.join(posixpath.dirname(entry), unquote(place)) for place in named)
    used = (sheets.get(posixpath.normpath(path), b"") for path in paths)
    keep_seen(root, [sheet.decode(errors="replace") for sheet in used])
    return [found.block for found in find_blocks(root)]


def _told(package: etree._Element, what: str) -> str | None:
    found = package.find(f".//{_DC}{what}")
    return (folded(found.text or "") or None) if found is not None else None
