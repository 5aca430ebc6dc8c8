"""What a Word file hides or strikes out, taken out of its XML before it is turned into blocks."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = ("vanish", "strike", "dstrike")
_OFF = {"0", "false", "off", "none"}
_DELETED = tuple(f"{_W}{name}" for name in ("del", "moveFrom"))
_EITHER = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
"""A drawing in several notations, of which a reader sees one."""

_ROWS = f"{_W}trPr/{_W}del"

Styles = dict[str, tuple[str, dict[str, bool], str]]
"""By id: the style it is based on, which properties it sets, and how it raises its text."""


def keep_shown(part: etree._Element, styles: Styles) -> None:
    """Take the runs out of a part of a Word file that its reader does not see as text."""
    for element in list(part.iter(*_DELETED)):
        _drop(element)
    for choice in list(part.iter(_EITHER)):
        _set_below(choice)
    for row in list(part.iter(f"{_W}tr")):
        if row.find(_ROWS) is not None:
            _drop(row)
    for run in list(part.iter(f"{_W}r")):
        own = run.find(f"{_W}rPr")
        character = _val(own, "rStyle")
        around = next(run.iterancestors(f"{_W}p"), None)
        paragraph = _val(around.find(f"{_W}pPr") if around is not None else None, "pStyle")
        if any(_is_set(own, name, character, paragraph, styles) for name in _GONE):
            _drop(run)
        level = _level(character, styles)
        if level and (own is not None) and own.find(f"{_W}vertAlign") is None:
            etree.SubElement(own, f"{_W}vertAlign", {f"{_W}val": level})


def _set_below(choice: etree._Element) -> None:
    """Put the paragraphs of a text box right below the paragraph that it is tied to, once."""
    box = next(choice.iter(f"{_W}txbxContent"), None)
    outer = next(choice.iterancestors(f"{_W}p"), None)
    if box is None or outer is None:
        return
    for block in reversed(list(box)):
        outer.addnext(block)
    _drop(choice)


def read_styles(part: etree._Element) -> Styles:
    """Return what the styles of a Word file say of text that is hidden, struck or raised."""
    found: Styles = {}
    for style in part.iter(f"{_W}style"):
        told = style.find(f"{_W}rPr")
        sets = {name: value for name in _GONE if (value := _own(told, name)) is not None}
        level = _val(told, "vertAlign")
        found[style.get(f"{_W}styleId", "")] = _val(style, "basedOn"), sets, level
    return found


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _val(told: etree._Element | None, name: str) -> str:
    found = told.find(f"{_W}{name}") if told is not None else None
    return found.get(f"{_W}val", "") if found is not None else ""


def _own(told: etree._Element | None, name: str) -> bool | None:
    """Return whether a property is on; None if nothing is said of it."""
    if told is None or told.find(f"{_W}{name}") is None:
        return None
    return _val(told, name) not in _OFF


def _chain(style: str, styles: Styles) -> list[str]:
    """Return a style and those that it is based on, nearest first."""
    chain: list[str] = []
    while style in styles and style not in chain:
        chain.append(style)
        style = styles[style][0]
    return chain


def _is_set(
    own: etree._Element | None, name: str, character: str, paragraph: str, styles: Styles
) -> bool:
    """Tell whether a run has a property; set by both of its styles, it is off again."""
    direct = _own(own, name)
    if direct is not None:
        return direct
    told = [
        next((styles[s][1][name] for s in _chain(style, styles) if name in styles[s][1]), False)
        for style in (character, paragraph)
    ]
    return told[0] != told[1]


def _level(style: str, styles: Styles) -> str:
    return next((styles[s][2] for s in _chain(style, styles) if styles[s][2]), "")


def parts_shown(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a Word file with what is not shown taken out of those with text."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    named = parts.get("word/styles.xml")
    styles = read_styles(etree.fromstring(named, parser)) if named else {}
    shown = dict(parts)
    for entry, part in parts.items():
        if b"<w:r" in part or b"wordprocessingml" in part:
            root = etree.fromstring(part, parser)
            if root.find(f".//{_W}r") is not None:
                keep_shown(root, styles)
                shown[entry] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return shown
