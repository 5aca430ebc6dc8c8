"""Canonical text → paragraphs that a reader would call paragraphs, as character ranges.

Plain text says where a paragraph ends in many ways: a blank line, an indented first line, a line
that stops short, one line for each paragraph. Markdown says it by its grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.segment.sentences import CLOSING, ENDING
from index.types import Role

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Span = tuple[int, int, Role]
Line = tuple[int, int]

UNWRAPPED = 120
"""A line longer than this many characters was not wrapped by hand: it is a paragraph."""

SHORT_LINE = 0.8
"""A sentence that ends within this share of the block's width ends its paragraph."""

_LIST_ITEM = re.compile(r"\s*(?:[-*+•‣◦–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+\S")
_QUOTE_MARK = re.compile(r"\s*>")
_INDENT = re.compile(r"[^\S\n]*")
_SENTENCE_END = re.compile(rf"[{ENDING}][{CLOSING}]*\s*$")
_RULE = re.compile(r"\s*([-*_=~#•·])(?:\s*\1){2,}\s*")
_BLANK_LINE = re.compile(r"^[^\S\n]+$", re.MULTILINE)
_MARKDOWN = re.compile(
    r"""^(?:\#{1,6}[ \t]+\S | ``` | ~~~ | \[\^[^\]\s]+\]: | \|?[ \t]*:?-{3,}:?[ \t]*\|)
    | (?<!~)~~(?![~\s])[^\n~]*[^\s~]~~(?!~)
    | (?:\A|\n[ \t]*\n)[^\W_].{,120}\n(?:={3,}|-{3,})[ \t]*(?:\n|\Z)""",
    re.MULTILINE | re.VERBOSE,
)
_DELIMITER_ROW = re.compile(
    r"[ \t]*\n[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?:\n|\Z)"
)
_MARKER = re.compile(r"(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*[ \t]*(?:#{1,6}[ \t]+)?")
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*")
_QUOTE_MARKER = re.compile(r"[ \t>]*")
_FRONT_MATTER = re.compile(r"---[ \t]*\n[\w-]+[ \t]*:.*\n(?:.*\S.*\n)*?---[ \t]*(?=\n|\Z)")


def find_paragraphs(text: str) -> tuple[Span, ...]:
    r"""Return ``(start, end, role)`` of each paragraph, in order, none empty, none overlapping.

    ``"One\nstill one.\n\nTwo."`` → ``((0, 14, TEXT), (16, 20, TEXT))``. Only white space and
    marks of the notation lie between them.
    """
    spans = _markdown(text) if is_markdown(text) else _plain(text)
    return tuple(span for span in (_trim(text, *span) for span in spans) if span[0] < span[1])


def is_markdown(text: str) -> bool:
    """Tell whether a text is written in Markdown, by what nobody writes otherwise."""
    return bool(_FRONT_MATTER.match(text) or _MARKDOWN.search(text))


def _trim(text: str, start: int, end: int, role: Role) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()), role


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _plain(text: str) -> Iterator[Span]:
    for block in _blocks(text):
        width = max(end - start for start, end in block)
        first = block[0][0]
        for line, following in pairwise(block):
            if _breaks(text, line, following, width):
                yield first, line[1], Role.TEXT
                first = following[0]
        yield first, block[-1][1], Role.TEXT


def _blocks(text: str) -> Iterator[list[Line]]:
    """Yield runs of lines that no blank line and no rule (``* * *``) parts."""
    block: list[Line] = []
    for start, end in _lines(text):
        line = text[start:end]
        if line.strip() and not _RULE.fullmatch(line):
            block.append((start, end))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _breaks(text: str, line: Line, following: Line, width: int) -> bool:
    """Tell whether a paragraph ends between two neighbouring lines of a block."""
    above, below = text[slice(*line)], text[slice(*following)]
    if max(len(above), len(below)) > UNWRAPPED or _LIST_ITEM.match(below):
        return True
    if bool(_QUOTE_MARK.match(above)) != bool(_QUOTE_MARK.match(below)):
        return True
    stops = bool(_SENTENCE_END.search(above)) and not below.lstrip()[0].islower()
    stops_short = len(above.rstrip()) + 1 + len(below.split()[0]) <= SHORT_LINE * width
    if _indent(below) > _indent(above) and not _LIST_ITEM.match(above):
        return stops or stops_short
    return stops and (stops_short or len(above) >= width == len(below))


def _indent(line: str) -> int:
    match = _INDENT.match(line)
    return len(match.group().expandtabs(4)) if match else 0


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Blocks alone: what stands inside a line is not looked at here.
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])


def _markdown(text: str) -> Iterator[Span]:
    lines = list(_lines(text))
    front = _FRONT_MATTER.match(text)
    offset = front.end() if front else 0
    if front:
        yield 0, offset, Role.BOILERPLATE
    # Blanked, not cut, so that line numbers stay those of the text.
    body = re.sub(r"[^\n]", " ", text[:offset]) + text[offset:]
    body = _BLANK_LINE.sub(lambda line: " " * len(line.group()), body)
    for token in _leaves(_parser().parse(body)):
        first, last = token.map or (0, 0)
        yield from _leaf(text, token, lines[first:last])


def _leaf(text: str, token: Token, lines: list[Line]) -> Iterator[Span]:
    """Yield the paragraphs of a block: one, but for lines that nobody wrapped."""
    first, end = lines[0][0], lines[-1][1]
    if token.type == "heading_open":
        if token.markup in {"=", "-"}:
            end = lines[-2][1]
        # A sentence above a dashed line was meant to be parted from the next by a rule.
        sentence = token.markup == "-" and _SENTENCE_END.search(text, first, end)
        yield _after(text, first, end), end, Role.TEXT if sentence else Role.HEADING
    elif token.type == "html_block":
        hidden = text[first:end].lstrip().startswith("<!--")
        yield first, end, Role.BOILERPLATE if hidden else Role.TEXT
    elif token.type == "fence":
        closed = len(lines) > 1 and _FENCE.fullmatch(text, *lines[-1])
        inside = lines[1:-1] if closed else lines[1:]
        if inside:
            yield inside[0][0], inside[-1][1], Role.TEXT
    elif token.type == "code_block":
        yield first, end, Role.TEXT
    elif token.type == "tr_open":
        yield first, end, Role.HEADING if is_table_head(text, first, end) else Role.TEXT
    else:
        start = _after(text, first, end)
        for line, following in pairwise(lines):
            if max(line[1] - line[0], following[1] - following[0]) > UNWRAPPED:
                yield start, line[1], Role.TEXT
                start = _after(text, *following, _QUOTE_MARKER)
        yield start, end, Role.TEXT


def is_table_head(text: str, start: int, end: int) -> bool:
    """Tell whether a row names the columns of a Markdown table: a dashed line stands under it."""
    return _DELIMITER_ROW.match(text, end) is not None


def _after(text: str, start: int, end: int, marker: re.Pattern[str] = _MARKER) -> int:
    match = marker.match(text, start, end)
    return match.end() if match else start


def _leaves(tokens: list[Token]) -> Iterator[Token]:
    """Yield the block tokens that hold text themselves: one for each paragraph, row or heading."""
    in_table = False
    for token in tokens:
        in_table = (in_table or token.type == "table_open") and token.type != "table_close"
        if token.type in {"paragraph_open", "heading_open", "fence", "code_block", "tr_open"}:
            if token.map and not (in_table and token.type == "paragraph_open"):
                yield token
        elif token.type == "html_block" and token.map:
            yield token
