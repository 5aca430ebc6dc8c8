"""What collects the quotes of an answer: below it, a pin for each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.speaking.words import _
from rag.types import Citation
from ui.page.render.markdown import block, folded, place_of

SHOWN = 8
"""The pins of an answer with more quotes are folded away."""


def pins(citations: Sequence[Citation], answer: str) -> str:
    """Return a pin for each quote of an answer, whose id is ``answer``; "" without an id."""
    if not answer or not citations:
        return ""
    links = " ".join(_pin(each, answer) for each in citations)
    if len(citations) > SHOWN:
        return folded(_("Pin a quote"), links, kind="pins", opened=False)
    return block("pins", links)


def _pin(citation: Citation, answer: str) -> str:
    said = _("Pin {number}", number=citation.number)
    return f'[{said}](#pin-{answer}-{citation.number} "{_title(citation)}")'


def _title(citation: Citation) -> str:
    """Return what a screen reader says of a pin: nothing in it ends the title of a link."""
    where = escape(place_of(citation), quote=True).replace("\\", "&#92;")
    return _("Pin quote {number}: {place}", number=citation.number, place=where)
