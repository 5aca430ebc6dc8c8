"""A tree of HTML as it is seen: what is hidden or struck out is gone, raised numbers are marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lxml import html

from index.parse.blocks import turned_round
from index.parse.formats.paint import Paint, paper_of
from index.parse.formats.styles import Style, styles_of
from index.parse.formats.superscripts import lowered, raised

FAR = -400
"""What stands so many pixels before the edge is not on the screen."""

NOT_TEXT = frozenset(
    "script style noscript template head title iframe object embed svg math canvas audio video map"
    " button select option textarea input progress meter dialog rp rt".split()
)
_STRUCK = frozenset({"s", "strike", "del"})
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(px|r?em|%|pt|v[wh]|ch|ex|in|cm|mm)?")
_PIXELS = {"em": 16, "rem": 16, "%": 10, "pt": 1.33, "vw": 12, "vh": 8, "ch": 8, "ex": 8}
_NO_SIZE = re.compile(r"[01](?:\.0*)?(?:px)?|0[a-z%]+")
_CLIPPED = re.compile(r"rect\((?:[01](?:px)?[\s,]*){4}\)|inset\((?:50|100)%.*|circle\(0.*")
_CLEAR = re.compile(r"transparent|(?:rgb|hsl)a?\(.*[,/]\s*0?\.?0+%?\s*\)")
_RELATIVE = re.compile(r".*(?:(?<!r)em|%|inherit|unset|smaller|larger)")
_KEEPS_ORDER = ".//p | .//div | .//li | .//table | .//*[@dir]"
_LEVELS = {"super": "sup", "sub": "sub"}


@dataclass(frozen=True, slots=True)
class _Ink:
    """Whether the letters of an element are drawn; what is within it may say otherwise."""

    hidden: bool = False
    clear: bool = False
    small: bool = False
    paint: Paint = field(default_factory=Paint)

    @property
    def drawn(self) -> bool:
        return not (self.hidden or self.clear or self.small or self.paint.unseen)

    def within(self, element: html.HtmlElement, style: Style) -> _Ink:
        """Return the same for an element with ``style`` inside."""
        seen, color, size = (style.get(n, "") for n in ("visibility", "color", "font-size"))
        return _Ink(
            self.hidden if seen in {"", "inherit"} else seen in {"hidden", "collapse"},
            self.clear if color in {"", "inherit"} else bool(_CLEAR.fullmatch(color)),
            (bool(size) and _number(size) == 0)
            or (self.small and (not size or bool(_RELATIVE.fullmatch(size)))),
            self.paint.within(element, style),
        )


def keep_seen(root: html.HtmlElement, sheets: Iterable[str] = ()) -> None:
    """Take out of a tree what its reader does not see, and mark what is raised.

    ``html`` and ``body`` are taken to be seen: where they are hidden, a script shows them.
    """
    styles = styles_of(root, sheets)
    inks: dict[html.HtmlElement, _Ink] = {}
    paper = paper_of(root)
    gone: list[html.HtmlElement] = []
    for element in root.iter():
        style = styles.get(element, {})
        parent = inks.get(element.getparent(), _Ink(paint=paper))
        if element.tag in {"html", "body"}:
            paint = parent.paint.within(element, style)
            inks[element] = _Ink(paint=replace(paint, letters=None) if paint.unseen else paint)
            continue
        inks[element] = ink = parent.within(element, style)
        if _is_hidden(element, style):
            gone.append(element)
        if not ink.drawn:
            element.text = None
        if not parent.drawn:
            element.tail = None
        element.tag = _LEVELS.get(style.get("vertical-align", ""), element.tag)
    for element in gone:
        _drop(element)
    _turn(root, styles)
    _mark_levels(root)


def _turn(root: html.HtmlElement, styles: dict[html.HtmlElement, Style]) -> None:
    """Write what an override turns round in the order in which it is seen."""
    turned: set[html.HtmlElement] = set()
    for element in root.iter():
        style = styles.get(element, {})
        told = element.get("dir", "").strip().lower() if element.tag == "bdo" else ""
        if "override" in style.get("unicode-bidi", ""):
            told = style.get("direction", element.get("dir", "").lower())
        around = any(each in turned for each in element.iterancestors())
        if told == "rtl" and not around and not element.xpath(_KEEPS_ORDER):
            turned.add(element)
    for element in turned:
        element.text = turned_round(str(element.text_content()))
        for child in list(element):
            element.remove(child)


def _drop(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_hidden(element: html.HtmlElement, style: Style) -> bool:
    """Tell whether an element with all that is in it is neither seen nor meant to be read."""
    display = style.get("display", "none" if "hidden" in element.attrib else "")
    lines = style.get("text-decoration-line", style.get("text-decoration"))
    struck = element.tag in _STRUCK if lines is None else "line-through" in lines
    opacity = _number(style.get("opacity", ""))
    return (
        element.tag in NOT_TEXT
        or display == "none"
        or struck
        or (opacity is not None and opacity <= 0)
        or style.get("content-visibility") == "hidden"
        or "scale(0)" in style.get("transform", "")
        or _is_off_screen(style)
    )


def _is_off_screen(style: Style) -> bool:
    placed = style.get("position") in {"absolute", "fixed"}
    moved = ["text-indent", "margin-left"]
    moved += ["left", "right", "top", "bottom"] if placed or "position" in style else []
    if any((_number(style.get(name, "")) or 0) <= FAR for name in moved):
        return True
    if placed and _CLIPPED.fullmatch(style.get("clip", "")):
        return True
    cut = any(style.get(n) in {"hidden", "clip"} for n in ("overflow", "overflow-x", "overflow-y"))
    sizes = (style.get(name, "") for name in ("width", "height", "max-height"))
    none = cut and any(_NO_SIZE.fullmatch(size) for size in sizes)
    return none or bool(_CLIPPED.fullmatch(style.get("clip-path", "")))


def _number(value: str) -> float | None:
    """Return a length in pixels, about; None if it is none. ``"-50em"`` → ``-800.0``."""
    found = _LENGTH.fullmatch(value)
    return float(found[1]) * _PIXELS.get(found[2] or "px", 1) if found else None


def _mark_levels(root: html.HtmlElement) -> None:
    """Put what is raised or lowered into the line, from the innermost out."""
    for link in list(root.iter("a")):
        if {"doc-noteref", "noteref"} & {link.get("role"), link.get("epub:type")}:
            _drop(link)
    for element in reversed(list(root.iter("sup", "sub"))):
        text = str(element.text_content()).strip()
        before = _before(element)
        if element.tag == "sup":
            following = element.getnext()
            after = (element.tail or "") + (following.text or "" if following is not None else "")
            line = raised(before, text, after, linked=_is_linked(element, text))
        else:
            line = lowered(before, text)
        for child in list(element):
            element.remove(child)
        element.tag, element.text = "span", line


def _is_linked(element: html.HtmlElement, text: str) -> bool:
    around = next(element.iterancestors("a"), None)
    whole = around is not None and str(around.text_content()).strip() == text
    return whole or element.find(".//a") is not None


def _before(element: html.HtmlElement) -> str:
    """Return the text that an element stands right behind, or its last part."""
    while True:
        previous, parent = element.getprevious(), element.getparent()
        if previous is not None:
            if previous.tag == "sup" and not previous.tail:
                return "²"
            text = previous.tail or str(previous.text_content())
        else:
            text = (parent.text or "") if parent is not None else ""
        if text or parent is None or (previous is None and parent.tag not in _THROUGH):
            return text[-20:]
        element = previous if previous is not None else parent


_THROUGH = frozenset("a abbr b big cite em font i ins mark q small span strong u".split())
