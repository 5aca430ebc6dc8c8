"""Text as Markdown: what others wrote is shown literally, and a citation becomes a chip.

A chip is a shortcut reference link, ``[1]``, whose definition holds the address of the place and,
as its title, what a reader sees on hovering. Only a citation gets a definition, so a number that
stands in a text by chance stays plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from unicodedata import bidirectional

from index.speaking.forms import in_a_row
from index.speaking.words import _, is_right_to_left
from rag.answer.citation import spoken
from rag.types import Citation

ID_DIGITS = 8
"""How much of an article's id an address holds."""

LONGEST_HOVER = 400
"""Characters of a quote that hovering shows."""

_BACKWARDS = frozenset({"R", "AL", "RLE", "RLO", "RLI"})
"""Directions of characters, as Unicode has them, that are read from right to left."""

_ADDRESS = re.compile(r"#?cite-([0-9a-f]{8})-(\d{1,6})-(\d{1,8})-(\d{1,8})")
# What Markdown reads as a mark within a line, and what it would turn into a link by itself.
_INLINE = re.compile(r"[\\`*_~|\[\]@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^([^\S\n]*)([#+=-]|\d{1,9}(?=[.)]))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Address:
    """A place in an article, as a link names it: ``#cite-1a2b3c4d-6-1604-1658``.

    ``article`` is how the article's id begins, ``paragraph`` is 1-based, ``[start, end)`` is a
    range of characters of the article's text.
    """

    article: str
    paragraph: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"#cite-{self.article}-{self.paragraph}-{self.start}-{self.end}"


def address_of(citation: Citation) -> Address:
    """Return the address of a citation."""
    return Address(
        citation.article_id[:ID_DIGITS], citation.paragraph, citation.start, citation.end
    )


def read_address(text: object) -> Address | None:
    """Return the address that ``text`` is; None if it is none."""
    found = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    article, *numbers = found.groups()
    return Address(article, *map(int, numbers))


def literal(text: str) -> str:
    r"""Return Markdown that shows ``text`` as it is: no mark-up, no HTML, no link, no image.

    ``"*a* <b>"`` → ``"\*a\* &lt;b&gt;"``. column.js takes it back where a question is edited.
    """
    text = _INLINE.sub(r"\\\g<0>", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _OPENING.sub(_shield, text)


def _shield(opening: re.Match[str]) -> str:
    """Keep a line from opening a heading, a list or a rule; a list's number by its dot."""
    blank, mark = opening.groups()
    if mark.isdigit():
        return f"{blank}{mark}\\"
    return f"{blank}\\{mark}"


def block(kind: str, text: str) -> str:
    """Return Markdown that the page's style knows by ``kind``."""
    return f'<div class="{kind}">\n\n{text}\n\n</div>'


def folded(title: str, text: str, *, kind: str = "", opened: bool = True) -> str:
    """Return Markdown under a line that folds it away; the page's style knows it by ``kind``."""
    named = f' class="{kind}"' if kind else ""
    start = f"<details{named}{' open' if opened else ''}>"
    return f"\n\n{start}<summary>{title}</summary>\n\n{text}\n\n</details>"


def chips(numbers: Iterable[int]) -> str:
    """Return the marks of some citations; a hair space keeps ``[1][2]`` from being one link.

    Before the last one no line ends, so that none stands alone on a line.
    """
    marks = [f"[{number}]" for number in numbers]
    return "\u202f".join(filter(None, ["\u200a".join(marks[:-1]), *marks[-1:]]))


def with_chips(said: str, numbers: Iterable[int]) -> str:
    """Return a text with the marks of its citations, the first on the line of the last word."""
    return "\u00a0".join(filter(None, [said, chips(numbers)]))


def definitions(citations: Iterable[Citation]) -> str:
    """Return what makes the chips of these citations links. Stands at the end of a message."""
    lines = (f'[{c.number}]: {address_of(c)} "{_hover(c)}"' for c in citations)
    return "\n\n" + "\n".join(lines)


def chip_html(citation: Citation) -> str:
    """Return the chip of a citation as HTML, for what is no Markdown."""
    return f'<a href="{address_of(citation)}" title="{_hover(citation)}">{citation.number}</a>'


def place_link(citation: Citation) -> str:
    """Return a link to a place by its name, without a number: what it leads to is no evidence."""
    return f'[{literal(place_of(citation))}]({address_of(citation)} "{_hovered(citation)}")'


def place_of(citation: Citation) -> str:
    """Return where a citation stands, in words: ``"A bridge, paragraph 2"``."""
    return in_a_row([spoken(citation.title), citation.place])


def _hover(citation: Citation) -> str:
    return source_of(citation.number, _hovered(citation))


def source_of(number: int, place: str) -> str:
    """``"Source 2: A bridge, paragraph 2"``, as a chip is called."""
    return _("Source {number}: {place}", number=number, place=place)


def html(message: str, **texts: object) -> str:
    """Return a message in the language that is spoken as HTML: its texts are safe to show.

    Each text keeps its own direction of reading.
    """
    told = {name: _aside(str(text)) for name, text in texts.items()}
    return escape(_(message), quote=False).format(**told)


def _aside(text: str) -> str:
    """Return a text as HTML that keeps its direction; as it is, where all reads to the right."""
    backwards = is_right_to_left() or any(bidirectional(each) in _BACKWARDS for each in text)
    return f"<bdi>{escape(text)}</bdi>" if backwards else escape(text)


def _hovered(citation: Citation) -> str:
    quote = spoken(citation.quote)
    if len(quote) > LONGEST_HOVER:
        quote = quote[:LONGEST_HOVER].rsplit(" ", 1)[0] + " …"
    text = f"{place_of(citation)} - {quote}"
    return escape(text, quote=True).replace("\\", "&#92;")
