"""What every parser returns: blocks of text in reading order, and what the file says of itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.parse.boilerplate import mark_boilerplate
from index.parse.text import PAGE_BREAK
from index.segment.tables import LATER, LONGEST_CAPTION, Line, find_above, read_tables
from index.types import Cell, Role, Table

CELL_BREAK = "\t"
"""Between the cells of a row: white space, so that a quoted row has the page's words only."""

LONGEST_TITLE = 120

_MONEY = frozenset("$€£¥₹")
_CLOSING = frozenset({")", "%", ")%", "%)"})
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
    # Joiners belong to the spelling of some scripts, never to the middle of a Latin word.
    "|(?<=[0-9A-Za-z])[\u200c\u200d]+(?=[0-9A-Za-z])"
)
# Marks of a notation inside are left alone: this is a text before it is parsed, too.
_OVERRIDE = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069<>&\n]*)\u202c?")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]|[\ud800-\udfff]")


class Word(NamedTuple):
    """A word where it is drawn: its corners in points from the lower left of its page.

    ``first``: a line begins with it.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    first: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a row of a table.

    ``page`` is the 1-based page that it begins on, where there are pages; where it goes on over
    the end of a page, its text has a ``PAGE_BREAK``. ``cells`` are those of a row, ranges of its
    text; ``indent`` is how far right it begins; ``words`` are those it is made of, in order, each
    with its page.
    """

    text: str
    role: Role = Role.TEXT
    row: bool = False
    page: int | None = None
    cells: tuple[Cell, ...] = ()
    indent: float = 0.0
    words: tuple[tuple[int, Word], ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as its parser read it. ``pages`` is 0 where the format has none.

    ``unread`` says what of it could not be read, if anything; ``names_itself`` whether it is called
    as the heading that opens it, where it does not say its title; ``recognised`` are the pages
    whose letters were told from a picture.
    """

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    pages: int = 0
    unread: str = ""
    names_itself: bool = True
    recognised: frozenset[int] = frozenset()

    @property
    def shown(self) -> tuple[Block, ...]:
        """The blocks that say something: those that ``compose`` gives a range each."""
        return tuple(block for block in self.blocks if block.text.strip())


def row_of(
    cells: Iterable[str],
    *,
    header: bool = False,
    page: int | None = None,
    columns: Sequence[tuple[int, int]] | None = None,
    indent: float = 0.0,
    words: tuple[tuple[int, Word], ...] = (),
) -> Block:
    """Return a table's row; what only names the columns can be shown but never be an answer.

    ``columns`` says of each cell where it stands and how many columns it takes; else they follow
    each other. A sign of money that has a cell of its own belongs to the next one.
    """
    text, found = "", []
    sign: Cell | None = None
    for place, cell in enumerate(cells):
        if not cell:
            continue
        start = len(text) + len(CELL_BREAK) if text else 0
        text = f"{text}{CELL_BREAK}{cell}" if text else cell
        column, width = columns[place] if columns else (place, 1)
        if sign:
            found.append(Cell(sign.start, len(text), sign.column, column + width - sign.column))
            sign = None
        elif found and cell in _CLOSING:
            found[-1] = found[-1]._replace(end=len(text))
        elif cell in _MONEY:
            sign = Cell(start, len(text), column, width)
        else:
            found.append(Cell(start, len(text), column, width))
    role = Role.HEADING if header else Role.TEXT
    return Block(text, role, True, page, tuple(found), indent, words)


def visible(text: str) -> str:
    """Return a text without what no reader sees: zero-width and direction marks, controls."""
    return _CONTROLS.sub(
        " ", _INVISIBLE.sub("", _OVERRIDE.sub(lambda found: turned_round(found[1]), text))
    )


def turned_round(text: str) -> str:
    """Return what an override turns round in the order in which it is read: ``04`` → ``40``."""
    runs_left = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)
    return text if runs_left else text[::-1]


def folded(text: str) -> str:
    """Return a text on one line, as a browser shows it."""
    return " ".join(visible(text).split())


def compose(parsed: Parsed) -> tuple[str, tuple[tuple[int, int, Role], ...], tuple[Table, ...]]:
    """Return the canonical text of blocks, their ranges in it, and its tables.

    Each page, the last one too, ends in a ``PAGE_BREAK``.
    """
    pieces: list[str] = []
    spans: list[tuple[int, int, Role]] = []
    length, page = 0, 1
    before: Block | None = None
    blocks = []
    for block in parsed.shown:
        breaks = max(0, (block.page or 1) - page)
        gap = "\n" if before and before.row and block.row and not breaks else "\n\n"
        if before or breaks:
            pieces.append(gap + PAGE_BREAK * breaks)
            length += len(pieces[-1])
        pieces.append(block.text)
        spans.append((length, length + len(block.text), block.role))
        blocks.append(block)
        length += len(block.text)
        page += breaks + block.text.count(PAGE_BREAK)
        before = block
    pieces.append(PAGE_BREAK * max(0, parsed.pages - page + 1))
    text = "".join(pieces)
    return text, mark_boilerplate(text, tuple(spans)), tuple(_tables(text, blocks, spans))


def _tables(
    text: str, blocks: Sequence[Block], spans: Sequence[tuple[int, int, Role]]
) -> Iterator[Table]:
    """Yield the tables that rows side by side make up, over the end of a page too."""
    at = before = last = 0
    while at < len(blocks):
        first = at
        lines: list[Line] = []
        while at < len(blocks) and (blocks[at].row or (lines and _is_group(blocks, at))):
            start, end, role = spans[at]
            last = at + 1 if len(blocks[at].cells) > 1 else last
            if not blocks[at].row:
                indent = blocks[at + 1].indent - 2 * LATER
                lines.append(Line(start, end, (Cell(start, end, 0),), indent=indent))
                at += 1
                continue
            cells = (c._replace(start=start + c.start, end=start + c.end) for c in blocks[at].cells)
            head = role is Role.HEADING
            lines.append(Line(start, end, tuple(cells), head, blocks[at].indent))
            at += 1
        if lines:
            yield from read_tables(text, lines, find_above(text, spans[before:first]))
            before = last
        at += not lines


def _is_group(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether a line between two rows is too long for a label, but heads those below it."""
    if at + 1 >= len(blocks) or not blocks[at].text.endswith(":"):
        return False
    below = blocks[at + 1]
    return below.row and below.role is Role.TEXT and len(blocks[at].text) <= LONGEST_CAPTION
