"""The colour of letters and of what they stand on: where both are known to be one, nobody reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import html
from tinycss2.color4 import parse_color

from index.parse.formats.styles import Style

Color = tuple[float, float, float]
"""Red, green and blue, from 0 to 1."""

ALIKE = 0.02
"""Colours that differ by no more than this in any part are one to the eye."""

_WHITE = (1.0, 1.0, 1.0)
_LINKED = (
    "//link[contains(translate(@rel, 'STYLEHT', 'styleht'), 'stylesheet')] | //script[@src]"
    " | //style[contains(., '@import')]"
)
_PARENT = {"inherit", "currentcolor", "unset"}
_EFFECTS = ("text-shadow", "filter", "mix-blend-mode", "-webkit-text-stroke", "background-clip")
_TO_SRGB = {"srgb", "hsl", "hwb"}
"""Spaces of colours that can be told in red, green and blue here."""

_NAMED = re.compile(r"[#a-z][\w-]*(?:\([^()]*\))?")


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours as far as they are declared; None: unknown. ``elsewhere``: other sheets may say."""

    letters: Color | None = None
    ground: Color | None = _WHITE
    elsewhere: bool = False

    @property
    def unseen(self) -> bool:
        """Whether the letters have the colour of their ground."""
        if self.letters is None or self.ground is None:
            return False
        return all(abs(a - b) <= ALIKE for a, b in zip(self.letters, self.ground, strict=True))

    def within(self, element: html.HtmlElement, style: Style) -> Paint:
        """Return the same for an element inside."""
        letters = self._letters(element, style)
        ground = self._ground(element, style)
        return replace(self, letters=letters, ground=ground)

    def _letters(self, element: html.HtmlElement, style: Style) -> Color | None:
        told = style.get("color") or (element.get("color") if element.tag == "font" else None)
        if not told:
            return None if element.tag in {"a", "mark", "table"} else self.letters
        return self.letters if told in _PARENT else _color(told)

    def _ground(self, element: html.HtmlElement, style: Style) -> Color | None:
        image = style.get("background-image", "none")
        if "background" in element.attrib or image not in {"none", "initial"}:
            return None
        if any(style.get(name, "none") not in {"none", "normal"} for name in _EFFECTS):
            return None
        told = style.get("background-color") or element.get("bgcolor")
        told = _colored(told) if told and told not in _PARENT else None
        if told and told != "transparent":
            return _color(told)
        if element.tag == "mark" or (self.elsewhere and {"class", "id"} & set(element.attrib)):
            return None
        # What is placed may stand upon anything else.
        placed = style.get("position", "static") != "static"
        return None if placed or "grid" in style.get("display", "") else self.ground


def paper_of(root: html.HtmlElement) -> Paint:
    """Return what a page is painted on: white, unless style sheets that are not at hand may say."""
    elsewhere = bool(root.xpath(_LINKED))
    return Paint(ground=None if elsewhere else _WHITE, elsewhere=elsewhere)


def _colored(told: str) -> str:
    """Return what of a background's values is its colour; transparent if none is."""
    if "url(" in told or "gradient" in told or "var(" in told:
        return "unknown"
    return next((each for each in _NAMED.findall(told) if parse_color(each)), "transparent")


def _color(told: str) -> Color | None:
    color = parse_color(told)
    if color is None or isinstance(color, str) or color.alpha < 1 or color.space not in _TO_SRGB:
        return None
    red, green, blue = color.to("srgb").coordinates
    return float(red or 0), float(green or 0), float(blue or 0)
