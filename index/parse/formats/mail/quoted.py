"""The text of a message → its sender's own words, and what is quoted in it.

What somebody else wrote is no evidence of what the sender says: quoted replies, forwarded messages
and signatures stay in the text, as boilerplate, and are never offered as an answer. They are told
by their form alone (marks, nesting, headers within the text), in whatever language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.errors import InputError
from index.parse.blocks import Block, visible
from index.parse.formats.markup import find_blocks, read_html
from index.parse.formats.visibility import keep_seen
from index.segment.paragraphs import find_paragraphs
from index.types import Role

FEWEST_HEADERS = 3
"""So many lines like those of a header, one below the other, begin a message within a message."""

_MARKED = re.compile(r"[ \t]*>")
_HEADER = re.compile(r"[ \t*]*\w[\w -]{1,15}\*?:\*?[ \t]+\S")
_SIGNATURE = re.compile(r"--[ \t]?")


def text_blocks(text: str) -> Iterator[Block]:
    """Yield the paragraphs of a plain text; quoted ones have the role of boilerplate."""
    lines = visible(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    quoted = _quoted(lines)
    for is_quoted, run in groupby(range(len(lines)), key=quoted.__getitem__):
        piece = "\n".join(lines[number] for number in run)
        for start, end, role in find_paragraphs(piece) if piece.strip() else ():
            yield Block(piece[start:end], Role.BOILERPLATE if is_quoted else role)


def _quoted(lines: Sequence[str]) -> list[bool]:
    """Tell of each line whether it is quoted, leads a quotation in, or is a signature."""
    quoted = [_MARKED.match(line) is not None for line in lines]
    inner = _inner_message(lines)
    for number, line in enumerate(lines):
        if number >= inner or _SIGNATURE.fullmatch(line):
            return quoted[:number] + [True] * (len(lines) - number)
        if quoted[number] and number and not quoted[number - 1]:
            for lead in _lead(lines, number):
                quoted[lead] = True
    return quoted


def _lead(lines: Sequence[str], first: int) -> range:
    """Return the lines that say whom the quotation below them is of: they end in a colon."""
    last = first - 1
    while last >= 0 and not lines[last].strip():
        last -= 1
    if last < 0 or first - last > 2 or not lines[last].rstrip().endswith(":"):
        return range(0)
    begin = last
    while begin and lines[begin - 1].strip() and last - begin < 2:
        begin -= 1
    whole = not begin or not lines[begin - 1].strip()
    return range(begin if whole else last, last + 1)


def _inner_message(lines: Sequence[str]) -> int:
    """Return the line at which a message within the message begins; their number if none does."""
    run = 0
    for number, line in enumerate(lines):
        run = run + 1 if _HEADER.match(line) else 0
        if run >= FEWEST_HEADERS:
            first = number - run + 1
            if any("@" in each for each in lines[first : number + 3]):
                return first
    return len(lines)


def html_blocks(page: str, name: str) -> Iterator[Block]:
    """Yield the blocks of a message in HTML; quoted ones have the role of boilerplate."""
    try:
        root = read_html(page, name)
    except InputError:
        return
    keep_seen(root)
    found = find_blocks(root)
    quoted = [
        any(each.tag == "blockquote" for each in (block.element, *block.element.iterancestors()))
        for block in found
    ]
    inner = _inner_message([block.block.text for block in found])
    for number, each in enumerate(found):
        leads = each.block.text.endswith(":") and number + 1 < len(found) and quoted[number + 1]
        if quoted[number] or leads or number >= inner:
            yield Block(each.block.text, Role.BOILERPLATE)
        else:
            yield each.block
