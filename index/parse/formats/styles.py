"""What the style sheets of a page say of its elements, as far as it decides what is seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

import cssselect2
import tinycss2
from lxml import html

Style = dict[str, str]
"""Values by property, both in lower case."""

Declared = tuple[str, str, bool]
"""A property, its value, and whether it is important."""

_ASKED = frozenset(
    "display visibility opacity font-size position left right top bottom margin-left text-indent"
    " clip clip-path width height max-height overflow overflow-x overflow-y color transform"
    " text-decoration text-decoration-line vertical-align content-visibility background-color"
    " background-image background-clip text-shadow filter mix-blend-mode -webkit-text-stroke"
    " direction unicode-bidi".split()
)
_SCREEN = re.compile(
    r"(?:only\s+)?(?:screen|all)?\s*(?:and\s*)?(?:\(\s*min-width\s*:[^)]*\))?", re.I
)
_COLORS = re.compile(r"\b(?:rgb|hsl)a?\([^()]*\)")
_GROUPS = {"supports", "layer", "container"}

_Rank = tuple[bool, tuple[int, int, int], int]


def styles_of(root: html.HtmlElement, sheets: Iterable[str] = ()) -> dict[html.HtmlElement, Style]:
    """Return the style of each element that has one, by the cascade.

    ``sheets`` are those that the page names but does not hold.
    """
    matcher = cssselect2.Matcher()
    for sheet in (*sheets, *_own(root)):
        # One that is nested without end is nothing that a page is styled by.
        with suppress(RecursionError):
            for selectors, style in _rules(tinycss2.parse_stylesheet(sheet, True, True)):
                for selector in selectors:
                    matcher.add_selector(selector, style)
    found: dict[html.HtmlElement, Style] = {}
    for wrapped in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
        element = wrapped.etree_element
        matched = [
            ((important, rank, order), name, value)
            for rank, order, pseudo, declared in (matcher.match(wrapped) if matcher.order else ())
            if pseudo is None
            for name, value, important in declared
        ]
        with suppress(RecursionError):
            inline = list(_declared(tinycss2.parse_blocks_contents(element.get("style", ""))))
            matched += [((major, (9, 0, 0), 0), name, value) for name, value, major in inline]
        if matched:
            found[element] = _winners(matched)
    return found


def _winners(matched: list[tuple[_Rank, str, str]]) -> Style:
    return {name: value for _, name, value in sorted(matched, key=lambda each: each[0])}


def _own(root: html.HtmlElement) -> Iterator[str]:
    for element in root.iter("style"):
        unread = next(element.iterancestors("noscript", "template", "svg"), None)
        if unread is None and _SCREEN.fullmatch(element.get("media", "").strip()):
            yield element.text or ""


def _rules(nodes: Iterable[tinycss2.ast.Node]) -> Iterator[tuple[list[object], list[Declared]]]:
    """Yield the selectors and declarations that hold on a wide screen."""
    for node in nodes:
        if node.type == "at-rule" and node.content is not None:
            told = tinycss2.serialize(node.prelude).strip()
            group = node.lower_at_keyword in _GROUPS
            if group or (node.lower_at_keyword == "media" and _SCREEN.fullmatch(told)):
                yield from _rules(tinycss2.parse_rule_list(node.content, True, True))
        elif node.type == "qualified-rule":
            style = list(_declared(tinycss2.parse_blocks_contents(node.content)))
            try:
                selectors = list(cssselect2.compile_selector_list(node.prelude)) if style else []
            except cssselect2.SelectorError:
                continue
            yield selectors, style


def _declared(nodes: Iterable[tinycss2.ast.Node]) -> Iterator[Declared]:
    for node in nodes:
        if node.type != "declaration":
            continue
        value = tinycss2.serialize(node.value).strip().lower()
        if node.lower_name in _ASKED:
            yield node.lower_name, value, node.important
        elif node.lower_name == "background":
            drawn = "(" in _COLORS.sub("", value)
            yield "background-color", value, node.important
            yield "background-image", value if drawn else "none", node.important
