"""Office files, which are XML in a ZIP archive: their parts, how these refer to each other."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TypedDict

from lxml import etree

from index.limits import Limits
from index.parse.archive import check_xml, open_archive, unpack
from index.parse.blocks import folded

Parts = Mapping[str, bytes]
"""The XML of an office file, by the names of its entries."""

SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}
"""How XML is read: nothing is looked up and nothing is fetched."""


class Facts(TypedDict):
    """What a file says of itself; None where it does not."""

    title: str | None
    author: str | None
    published: str | None
    language: str | None


_FACTS = {
    "title": "title",
    "creator": "author",
    "initial-creator": "author",
    "created": "published",
    "creation-date": "published",
    "language": "language",
}


def read_parts(data: bytes, name: str, limits: Limits) -> dict[str, bytes]:
    """Return the XML of an office file, without its pictures.

    Raises:
        InputError: it is damaged, encrypted or over a limit.
    """
    archive = open_archive(data, name, limits)
    wanted = [e for e in archive.infolist() if e.filename.endswith((".xml", ".rels"))]
    parts = unpack(archive, wanted, name, limits)
    for entry, part in parts.items():
        check_xml(part, entry, name)
    return parts


def read_xml(data: bytes) -> etree._Element:
    """Return the tree of XML that was checked."""
    return etree.fromstring(data, etree.XMLParser(**SAFE))


def related(parts: Parts, entry: str) -> dict[str, tuple[str, str]]:
    """Return what a part of a Microsoft file refers to: by id, of what kind it is, and its entry.

    ``{"rId1": ("slide", "ppt/slides/slide1.xml")}``.
    """
    folder, own = posixpath.split(entry)
    told = parts.get(posixpath.join(folder, "_rels", f"{own}.rels"))
    if told is None:
        return {}
    return {
        each.get("Id", ""): (
            each.get("Type", "").rsplit("/", 1)[-1],
            posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))[1:],
        )
        for each in read_xml(told).iter("{*}Relationship")
    }


def related_as(parts: Parts, entry: str, kind: str) -> list[str]:
    """Return the entries of one kind that a part refers to and that are there."""
    return [to for what, to in related(parts, entry).values() if what == kind and to in parts]


def own_facts(parts: Parts) -> Facts:
    """Return what a file says of itself. Who began it is its author, not who saved it last."""
    found: dict[str, str] = {}
    for entry in ("docProps/core.xml", "meta.xml"):
        for each in read_xml(parts[entry]).iter(etree.Element) if entry in parts else ():
            own = etree.QName(each).localname
            name, said = _FACTS.get(own), folded(each.text or "")
            if name and said and (name not in found or own == "initial-creator"):
                found[name] = said[:10] if name == "published" else said
    return {
        "title": found.get("title"),
        "author": found.get("author"),
        "published": found.get("published"),
        "language": found.get("language"),
    }
