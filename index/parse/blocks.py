"""What every parser returns: blocks of text in reading order, and what the file says of itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.parse.boilerplate import mark_boilerplate
from index.parse.text import PAGE_BREAK
from index.types import Role

CELL_BREAK = "\t"
"""Between the cells of a row: white space, so that a quoted row has the page's words only."""

LONGEST_TITLE = 120

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
    # Joiners belong to the spelling of some scripts, never to the middle of a Latin word.
    "|(?<=[0-9A-Za-z])[\u200c\u200d]+(?=[0-9A-Za-z])"
)
# Marks of a notation inside are left alone: this is a text before it is parsed, too.
_OVERRIDE = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069<>&\n]*)\u202c?")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a row of a table.

    ``page`` is the 1-based page that it begins on, where there are pages; where it goes on over
    the end of a page, its text has a ``PAGE_BREAK``.
    """

    text: str
    role: Role = Role.TEXT
    row: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as its parser read it. ``pages`` is 0 where the format has none.

    ``unread`` says what of it could not be read, if anything.
    """

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    pages: int = 0
    unread: str = ""


def row_of(cells: Iterable[str], *, header: bool = False, page: int | None = None) -> Block:
    """Return a table's row; what only names the columns can be shown but never be an answer."""
    text = CELL_BREAK.join(cell for cell in cells if cell)
    return Block(text, Role.HEADING if header else Role.TEXT, row=True, page=page)


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


def compose(parsed: Parsed) -> tuple[str, tuple[tuple[int, int, Role], ...]]:
    """Return the canonical text of blocks, and their ranges in it.

    Each page, the last one too, ends in a ``PAGE_BREAK``.
    """
    pieces: list[str] = []
    spans: list[tuple[int, int, Role]] = []
    length, page = 0, 1
    before: Block | None = None
    for block in (block for block in parsed.blocks if block.text.strip()):
        breaks = max(0, (block.page or 1) - page)
        gap = "\n" if before and before.row and block.row and not breaks else "\n\n"
        if before or breaks:
            pieces.append(gap + PAGE_BREAK * breaks)
            length += len(pieces[-1])
        pieces.append(block.text)
        spans.append((length, length + len(block.text), block.role))
        length += len(block.text)
        page += breaks + block.text.count(PAGE_BREAK)
        before = block
    pieces.append(PAGE_BREAK * max(0, parsed.pages - page + 1))
    text = "".join(pieces)
    return text, mark_boilerplate(text, tuple(spans))
