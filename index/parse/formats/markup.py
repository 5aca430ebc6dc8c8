"""A tree of HTML → blocks: paragraphs, headings, list items and the rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from index.errors import InputError
from index.parse.blocks import Block, folded, row_of, visible
from index.types import Role

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q"
    " ruby rb s samp small span strike strong sub sup time tt u var wbr".split()
)
"""Elements that stand within a line."""

_TURNED = re.compile(
    rf"\u202e([^\u202a-\u202e\u2066-\u2069<>&]*</?(?:{'|'.join(sorted(INLINE))})\b[^<>]*>"
    rf"(?:[^\u202a-\u202e\u2066-\u2069<>]|</?(?:{'|'.join(sorted(INLINE))})\b[^<>]*>)*)\u202c?"
)
"""What an override turns round that has tags in it: to the end of the paragraph, at the most."""

_BDO = r'<bdo dir="rtl">\1</bdo>'
_HEADING = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DIGIT = re.compile(r"\d")
_INDENT = re.compile(r"(?:padding-left|text-indent|margin-left)\s*:\s*(\d{1,3}(?:\.\d{1,4})?)p[tx]")
_CELLS = {"td", "th"}
MOST_SPANNED = 1_000
"""Rows or columns that one cell reaches over, at most: a page may say anything."""

LAYOUT_CELL = 600
"""A cell of more characters makes its table one of layout, not of data."""


@dataclass(frozen=True, slots=True)
class Found:
    """A block with the element that it ends in, and which share of its letters are links."""

    block: Block
    element: html.HtmlElement
    linked: float


@dataclass(slots=True)
class _Buffer:
    """The inline text that has been read since the last block ended."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0

    def add(self, text: str | None, in_link: bool) -> None:
        if text:
            self.pieces.append(text)
            self.linked += len("".join(text.split())) if in_link else 0


def read_html(text: str, name: str) -> html.HtmlElement:
    """Return the tree of a page; no entity is looked up, nothing is fetched.

    Raises:
        InputError: there is no element in it.
    """
    # A declaration of an encoding in a text that is decoded already is refused by the parser.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", visible(_TURNED.sub(_BDO, text)), count=1)
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise InputError(
            f"{name} has no text in its HTML: there is nothing to ask about"
        ) from error
    return root


def find_blocks(root: html.HtmlElement) -> list[Found]:
    """Return the blocks of a tree in its order, as it stands: see ``keep_seen``."""
    return [found for found in _walk(root) if found.block.text.strip()]


def _walk(root: html.HtmlElement) -> Iterator[Found]:
    buffer, inside, links = _Buffer(), [root], 0
    table: html.HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag, opens = element.tag, event == "start"
        if table is None and tag not in INLINE:
            yield from _flush(buffer, inside[-1] if opens else inside.pop())
            read = _READERS.get(tag) if opens and element is not root else None
            if read and read[0](element):
                table = element
                yield from read[1](element)
            elif opens:
                inside.append(element)
        links += (tag == "a") * (1 if opens else -1)
        if table is element and not opens:
            table = None
        if table is None and (opens or element is not root):
            buffer.add(element.text if opens else element.tail, links > 0)
    yield from _flush(buffer, inside[-1])


def _flush(buffer: _Buffer, element: html.HtmlElement) -> Iterator[Found]:
    text = "".join(buffer.pieces)
    letters = len("".join(text.split()))
    if letters:
        shown = visible(text).strip("\n") if element.tag == "pre" else folded(text)
        role = Role.HEADING if element.tag in _HEADING else Role.TEXT
        yield Found(Block(shown, role), element, buffer.linked / letters)
    buffer.pieces, buffer.linked = [], 0


def _is_data(table: html.HtmlElement) -> bool:
    """Tell a table of data from one that only lays out a page."""
    if table.find(".//table") is not None:
        return False
    cells = table.iter(*_CELLS)
    sizes = [(len(cell.getparent()), len(cell.text_content())) for cell in cells]
    return bool(sizes) and max(n for n, _ in sizes) > 1 and max(s for _, s in sizes) <= LAYOUT_CELL


def _rows(table: html.HtmlElement) -> Iterator[Found]:
    caption = table.find("caption")
    if caption is not None:
        yield Found(Block(folded(caption.text_content()), Role.HEADING), caption, 0.0)
    found = []
    for row, cells, columns in _grid(table):
        parent = row.getparent()
        header = (parent is not None and parent.tag == "thead") or (
            len(cells) > 1 and all(cell.tag == "th" for cell in cells)
        )
        shown = [_cell(cell) for cell in cells]
        found.append(row_of(shown, header=header, columns=columns, indent=_indent(cells)))
    yield from (Found(block, table, 0.0) for block in name_columns(found))


def _defines(terms: html.HtmlElement) -> bool:
    """Tell a list of terms with what they mean from one that lays out a page."""
    if terms.find(".//dl") is not None or terms.find(".//table") is not None:
        return False
    means = [len(each.text_content()) for each in terms.iter("dd")]
    return bool(means) and max(means) <= LAYOUT_CELL and terms.find(".//dt") is not None


def _definitions(terms: html.HtmlElement) -> Iterator[Found]:
    """Yield each term with what it means beside it."""
    names: list[str] = []
    meant = False
    for each in terms.iter("dt", "dd"):
        if each.tag == "dt":
            names = [] if meant else names
            names.append(_cell(each))
        else:
            yield Found(row_of([", ".join(filter(None, names)), _cell(each)]), terms, 0.0)
        meant = each.tag == "dd"


_READERS = {"table": (_is_data, _rows), "dl": (_defines, _definitions)}
"""How an element is told to be rows, and read as such."""

_Columns = list[tuple[int, int]]


def _grid(
    table: html.HtmlElement,
) -> Iterator[tuple[html.HtmlElement, list[html.HtmlElement], _Columns]]:
    """Yield each row with its cells and the columns that each takes.

    A cell that reaches over several rows is in each of them.
    """
    below: dict[int, tuple[int, int, html.HtmlElement]] = {}
    for row in table.iter("tr"):
        own = [cell for cell in row if cell.tag in _CELLS]
        cells: list[html.HtmlElement] = []
        columns: _Columns = []
        column = 0
        while own or any(place >= column for place in below):
            if column in below:
                rows, width, cell = below.pop(column)
            elif own:
                cell = own.pop(0)
                rows, width = _span(cell, "rowspan"), _span(cell, "colspan")
            else:
                column = min(place for place in below if place >= column)
                continue
            cells.append(cell)
            columns.append((column, width))
            if rows > 1:
                below[column] = (rows - 1, width, cell)
            column += width
        yield row, cells, columns


def _indent(cells: list[html.HtmlElement]) -> float:
    """Return by how many points the label of a row is set to the right, where its style says so."""
    style = cells[0].get("style", "") if cells else ""
    return sum(float(told) for told in _INDENT.findall(style))


def _span(cell: html.HtmlElement, name: str) -> int:
    told = cell.get(name, "1").strip()
    return min(int(told), MOST_SPANNED) if told.isdecimal() and int(told) else 1


def _cell(cell: html.HtmlElement) -> str:
    pieces = [folded(each.block.text) for each in _walk(cell)]
    return " ".join(pieces)


def name_columns(rows: list[Block]) -> list[Block]:
    """Return rows with the first made a header, if no mark says so but numbers do.

    A first row without a digit over rows with digits names the columns.
    """
    if len(rows) < 2 or any(row.role is Role.HEADING for row in rows):
        return rows
    numbered = [bool(_DIGIT.search(row.text)) for row in rows]
    if numbered[0] or sum(numbered[1:]) < 0.8 * len(rows[1:]):
        return rows
    return [replace(rows[0], role=Role.HEADING), *rows[1:]]
