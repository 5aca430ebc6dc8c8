"""The colours of letters and of the ground that they stand on, as far as a page says them."""

from __future__ import annotations

import re
from collections.abc import Collection

import tinycss2.color3
from lxml import html

from index.parse.formats.styles import Style

RGB = tuple[float, float, float]
"""Red, green and blue in [0, 1]."""

BLACK, WHITE, LINK = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.93)

ALIKE = 0.03
"""Colours whose parts differ by no more than this cannot be told apart."""

_UNKNOWN = re.compile(r"url\(|gradient\(|var\(|image\(|element\(")
_PIECE = re.compile(r"[^\s(]+\([^)]*\)|[^\s/]+")


def default_ground(root: html.HtmlElement, sheets: Collection[str]) -> RGB | None:
    """Return white; None if the page has a style sheet that is not at hand: it may say anything."""
    links = root.iterfind(".//link[@rel]")
    named = any("stylesheet" in link.get("rel", "").lower() for link in links)
    imported = any("@import" in (style.text or "") for style in root.iter("style"))
    return None if imported or (named and not sheets) else WHITE


def letters(element: html.HtmlElement, style: Style, inherited: RGB | None) -> RGB | None:
    """Return the colour of an element's letters; None if it cannot be told."""
    if element.tag == "a" and "href" in element.attrib:
        inherited = LINK
    told = style.get("color", element.get("color", "") if element.tag == "font" else "")
    if told in {"", "inherit", "unset", "currentcolor"}:
        return inherited
    return BLACK if told == "initial" else _parsed(told)


def ground(element: html.HtmlElement, style: Style, under: RGB | None) -> RGB | None:
    """Return the colour that an element's letters stand on; None if it cannot be told."""
    if style.get("position") in {"absolute", "fixed"}:
        under = None
    names = ("background", "background-color", "background-image")
    told = " ".join(style[name] for name in names if name in style)
    told = told or element.get("bgcolor", "")
    if element.get("background") or _UNKNOWN.search(told):
        return None
    for piece in reversed(_PIECE.findall(told)):
        if piece == "transparent":
            return under
        if tinycss2.color3.parse_color(piece) is not None:
            return _parsed(piece)
    return under


def alike(one: RGB | None, other: RGB | None) -> bool:
    """Tell whether two colours that are known look the same."""
    if one is None or other is None:
        return False
    return all(abs(a - b) <= ALIKE for a, b in zip(one, other, strict=True))


def _parsed(told: str) -> RGB | None:
    found = tinycss2.color3.parse_color(told)
    if found is None or isinstance(found, str) or found.alpha < 1:
        return None
    return found.red, found.green, found.blue
