"""OpenDocument XML as it is seen: hidden, struck and deleted text out, raised text marked."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from index.parse.formats.superscripts import lowered, raised

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_TEXT = "{" + _SPACE.format("text") + "}"
_STYLE = "{" + _SPACE.format("style") + "}"
_OFFICE = "{" + _SPACE.format("office") + "}"
_GONE = (
    *(f"{_TEXT}{name}" for name in ("tracked-changes", "note-citation", "hidden-text")),
    *(f"{_TEXT}{name}" for name in ("hidden-paragraph", "ruby-text")),
    *(f"{_OFFICE}{name}" for name in ("annotation", "annotation-end")),
)
_BESIDE = (f"{_TEXT}note", "{" + _SPACE.format("drawing") + "}text-box")
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_LINES = tuple(f"{_STYLE}text-line-through-{what}" for what in ("style", "type"))

Look = tuple[bool, str]
"""Whether text is not shown or struck, and ``"super"``, ``"sub"`` or nothing."""


def keep_shown(body: etree._Element, sheets: Iterable[etree._Element]) -> None:
    """Take out of a body what its reader does not see; ``sheets`` hold its styles."""
    looks = _looks(style for sheet in sheets for style in sheet.iter(f"{_STYLE}style"))
    gone = list(body.iter(*_GONE))
    for element in body.iter(etree.Element):
        look = looks.get(element.get(f"{_TEXT}style-name", ""), (False, ""))
        if look[0] or element.get(f"{_TEXT}display") in {"none", "condition"}:
            gone.append(element)
        elif look[1] and element.tag == f"{_TEXT}span":
            _mark(element, look[1])
    for element in gone:
        _drop(element)
    for box in reversed(list(body.iter(*_BESIDE))):
        _set_below(box)


def _set_below(box: etree._Element) -> None:
    """Put the paragraphs of a note or a box, which stands in one, right below that one."""
    outer = next(box.iterancestors(*_PARAGRAPHS), None)
    if outer is None:
        return
    for paragraph in reversed(list(box.iter(*_PARAGRAPHS))):
        outer.addnext(paragraph)
    _drop(box)


def _looks(styles: Iterable[etree._Element]) -> dict[str, Look]:
    """Return how each style looks, with what it takes over from its parent."""
    named = {style.get(f"{_STYLE}name", ""): style for style in styles}

    looks: dict[str, Look] = {}
    for first in named:
        name = first
        chain: list[str] = []
        while name in named and name not in looks and name not in chain:
            chain.append(name)
            name = named[name].get(f"{_STYLE}parent-style-name", "")
        for each in reversed(chain):
            parent = named[each].get(f"{_STYLE}parent-style-name", "")
            looks[each] = _look(named[each], looks.get(parent, (False, "")))
    return looks


def _look(style: etree._Element, above: Look) -> Look:
    told = style.find(f"{_STYLE}text-properties")
    if told is None:
        return above
    lines = [told.get(each) for each in _LINES if told.get(each)]
    struck = any(line != "none" for line in lines) if lines else above[0]
    position = told.get(f"{_STYLE}text-position", "")
    return struck or told.get(f"{_TEXT}display") == "none", _level(position) or above[1]


def _level(position: str) -> str:
    """``"super 58%"`` and ``"33% 58%"`` → ``"super"``, ``"-10%"`` → ``"sub"``."""
    first = position.split(" ")[0]
    if first in {"super", "sub", ""}:
        return first
    return "" if first.strip("0%") == "" else "sub" if first.startswith("-") else "super"


def _mark(element: etree._Element, level: str) -> None:
    text = "".join(element.itertext()).strip()
    before = _before(element)
    for child in list(element):
        element.remove(child)
    after = element.tail or ""
    element.text = raised(before, text, after) if level == "super" else lowered(before, text)


def _before(element: etree._Element) -> str:
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        return (parent.text or "") if parent is not None else ""
    return previous.tail or "".join(previous.itertext())


def _drop(element: etree._Element) -> None:
    """Take an element out; what stands behind it stays."""
    previous, parent = element.getprevious(), element.getparent()
    if parent is None:
        return
    if previous is not None:
        previous.tail = (previous.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
