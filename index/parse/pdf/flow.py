"""The lines of a PDF → paragraphs, headings and the rows of tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from index.parse.blocks import Block, row_of
from index.parse.pdf.columns import find_columns, place_cells, sections
from index.parse.pdf.glyphs import LINE_HYPHEN
from index.parse.pdf.lines import Line, with_label, words_of
from index.parse.text import PAGE_BREAK
from index.segment.sentences import CLOSING, ENDING
from index.types import Role

LOOSE = 1.35
"""A paragraph ends where lines stand this much further apart than lines of their size do."""

LARGER = 1.12
"""A heading is set so much larger than the text, or bold."""

FULL = 0.85
"""A line that ends within this share of its column's width is full: the next may go on from it."""

HALF_FULL = 0.5
"""A sentence goes on in the next column, in small letters, if its line is filled so far."""

LABEL = 70
"""A line of at most so many characters beside a table's rows names them."""

NEAR = 3
"""So many lines around a row of numbers, other lines with wide gaps are rows of its table too."""

LONGEST_HEADING = 200

_SENTENCE_END = re.compile(rf"[:;{ENDING}][{CLOSING}*†]*$")
_MARKER = re.compile(r"[•◦▪■●○–—*-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s|\((?:[ivx]+|\d+)\)\s", re.I)
_NUMBER = re.compile(r"[$€£¥]?\s?\(?[-–—−]?[\d.,  ]*\d\)?\s?[%x]?|[-–—−]")
_LEADERS = re.compile(r"(?:\. ?){5}")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a document is set: the distance of its lines by size, its margins, its words."""

    leading: dict[int, float]
    margins: dict[tuple[int, int], tuple[float, float]]
    body: float
    words: frozenset[str]


def find_paragraphs(pages: Sequence[list[Line]]) -> list[Block]:
    """Return the blocks of a document in reading order.

    What nothing stands under heads nothing: it is text, and so is a table of names for columns.
    """
    blocks = list(_blocks(pages))
    last = len(blocks)
    while last and blocks[last - 1].role is Role.HEADING and not blocks[last - 1].row:
        last -= 1
    if not any(block.role is Role.TEXT for block in blocks[:last]):
        last = 0
    return blocks[:last] + [replace(block, role=Role.TEXT) for block in blocks[last:]]


def _blocks(pages: Sequence[list[Line]]) -> Iterator[Block]:
    lines = _whole_rows([line for page in pages for line in page])
    setting = _read_setting(lines)
    tabular = _in_tables(lines, setting)
    at = 0
    while at < len(lines):
        end = at + 1
        if tabular[at]:
            while end < len(lines) and tabular[end] and lines[end].page == lines[at].page:
                end += 1
            for section in sections(lines[at:end]):
                yield from _section(section)
        else:
            while end < len(lines) and not tabular[end] and _goes_on(lines, end, setting):
                end += 1
            yield _paragraph(lines[at:end], setting)
        at = end


def _read_setting(lines: Sequence[Line]) -> _Setting:
    distances: dict[int, list[float]] = defaultdict(list)
    sizes: list[float] = []
    margins: dict[tuple[int, int], tuple[float, float]] = {}
    for above, line in pairwise([*lines[:1], *lines]):
        distance = above.base - line.base
        if above.page == line.page and 0 < distance < 2.5 * line.size and above.size == line.size:
            distances[round(line.size)].append(distance)
        sizes += [line.size] * len(line.text)
        place = (line.page, line.column)
        left, right = margins.get(place, (line.left, line.right))
        margins[place] = (min(left, line.left), max(right, line.right))
    return _Setting(
        leading={size: median(found) for size, found in distances.items()},
        margins=margins,
        body=median(sizes) if sizes else 0.0,
        words=frozenset(_words(lines)),
    )


def _words(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the words of a document, but not the two parts of one that a line's end parts."""
    parted = False
    for line in lines:
        pieces = line.text.split()
        whole = pieces[1:] if parted else pieces
        parted = line.text.endswith(("-", LINE_HYPHEN))
        for piece in whole[:-1] if parted else whole:
            yield from (word.casefold() for word in _WORD.findall(piece))


def _whole_rows(lines: Sequence[Line]) -> list[Line]:
    """Put the beginning of a row's label, where it takes two lines, before the rest."""
    whole: list[Line] = []
    for line in lines:
        above = whole[-1] if whole else None
        begun = (
            above is not None
            and len(above.cells) == 1 < len(line.cells)
            and (above.page, above.column) == (line.page, line.column)
            and 0 < above.base - line.base < LOOSE * line.size
            and line.cells[0].text[:1].islower()
            and not _SENTENCE_END.search(above.text)
        )
        if above is not None and begun:
            whole[-1] = with_label(line, above.cells[0], line.cells[0])
        elif above is not None and _ends_label(above, line):
            whole[-1] = with_label(above, above.cells[0], line.cells[0])
        else:
            whole.append(line)
    return whole


def _ends_label(row: Line, below: Line) -> bool:
    return (
        len(row.cells) > 1 == len(below.cells)
        and (row.page, row.column) == (below.page, below.column)
        and 0 < row.base - below.base < LOOSE * below.size
        and below.left >= row.left
        and below.right <= row.cells[1].left
        and below.text[:1].islower()
    )


def _in_tables(lines: Sequence[Line], setting: _Setting) -> list[bool]:
    """Tell of each line whether it is a row, or a short line beside rows that names them."""
    rows = [_is_row(lines, at) for at in range(len(lines))]
    tabular = list(rows)
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and not rows[end] and _is_label(lines[end]):
            if end == at and at and not rows[at - 1] and _goes_on(lines, at, setting):
                break
            end += 1
        beside = [n for n in (at - 1, end) if 0 <= n < len(lines) and rows[n] and end > at]
        for number in range(at, end):
            tabular[number] = any(lines[n].page == lines[number].page for n in beside)
        at = max(end, at + 1)
    return tabular


def _is_row(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    if len(line.cells) < 2:
        return False
    around = lines[max(0, at - NEAR) : at + NEAR + 1]
    if any(_has_numbers(other) for other in around if other.page == line.page):
        return True
    near = [lines[n] for n in (at - 1, at + 1) if 0 <= n < len(lines)]
    return any(_aligned(line, other) for other in near if other.page == line.page)


def _has_numbers(line: Line) -> bool:
    return any(_NUMBER.fullmatch(cell.text) for cell in line.cells[1:])


def _aligned(line: Line, other: Line) -> bool:
    """Tell whether a cell of one line stands under a cell of the other, the first left out."""
    return any(
        min(abs(a.left - b.left), abs(a.right - b.right), abs(a.left + a.right - b.left - b.right))
        <= 0.4 * line.size
        for a in line.cells[1:]
        for b in other.cells[1:]
    )


def _is_label(line: Line) -> bool:
    text = line.text
    ends = _SENTENCE_END.search(text) is not None and not text.endswith(":")
    return len(line.cells) == 1 and len(text) <= LABEL and not ends and not _MARKER.match(text)


def _section(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield the rows; those above the first label, further right, name the columns."""
    rows = [line for line in lines if len(line.cells) > 1]
    left = min((row.left for row in rows if _has_numbers(row)), default=0.0)
    words = not any(_has_numbers(row) for row in rows)
    columns = find_columns(lines)
    margin = min(line.left for line in lines)
    above, headed, whole = True, False, False
    for line in lines:
        label = len(line.cells) == 1
        names = headed and not words and not any(_NUMBER.fullmatch(c.text) for c in line.cells)
        if words and not label:
            above = _LEADERS.search(line.text) is not None or (
                line is rows[0] and _names_columns(rows)
            )
        above = above and (label or words or names or line.left > left + 2 * line.size)
        above = above and not _is_data(line)
        headed = headed or (above and not label)
        yield row_of(
            (cell.text for cell in line.cells),
            header=label or above,
            page=line.page,
            columns=place_cells(line, columns, margin, spread=not whole),
            indent=line.left,
            words=words_of([line]),
        )
        whole = whole or len(line.cells) == len(columns)


def _names_columns(rows: Sequence[Line]) -> bool:
    """Tell of rows without numbers whether the first, and it alone, is set or written as a head."""
    first, rest = rows[0], rows[1:]
    figures = [any(c.isdigit() for c in row.text) for row in rows]
    alone = not any(row.bold or row.size >= LARGER * first.size for row in rest)
    set_apart = alone and (first.bold or all(first.size >= LARGER * row.size for row in rest))
    return bool(rest) and (set_apart or (all(figures[1:]) and not figures[0]))


def _is_data(line: Line) -> bool:
    """Tell whether a row has a label and numbers; a row of years has no label."""
    return _has_numbers(line) and any(c.isalpha() for c in line.cells[0].text)


def _goes_on(lines: Sequence[Line], at: int, setting: _Setting) -> bool:
    """Tell whether a line belongs to the paragraph of the line before it."""
    above, line = lines[at - 1], lines[at]
    if abs(above.size - line.size) > 0.08 * line.size or above.bold != line.bold:
        return False
    if _MARKER.match(line.text) or above.cells[0].turn != line.cells[0].turn:
        return False
    ends = _SENTENCE_END.search(above.text) is not None
    left, right = setting.margins[above.page, above.column]
    full = above.right >= left + FULL * (right - left)
    if (above.page, above.column) != (line.page, line.column):
        if full:
            return not ends or line.text[:1].islower()
        beside = above.page == line.page and 0 < above.column < line.column
        filled = above.right >= left + HALF_FULL * (right - left)
        said = min(len(above.text.split()), len(line.text.split())) >= 3
        return beside and filled and said and not ends and line.text[:1].islower()
    leading = setting.leading.get(round(line.size), 1.2 * line.size)
    if not 0 <= above.base - line.base <= LOOSE * leading:
        return False
    own_left = setting.margins[line.page, line.column][0]
    indented = 0.8 * line.size < line.left - own_left and above.left - own_left < 0.4 * line.size
    return not (ends and (indented or not full))


def _paragraph(lines: Sequence[Line], setting: _Setting) -> Block:
    text = lines[0].text
    for above, line in pairwise(lines):
        text = _joined(text, line.text, PAGE_BREAK * (line.page - above.page), setting.words)
    text = text.replace(LINE_HYPHEN, "-")
    larger = lines[0].size >= LARGER * setting.body or all(line.bold for line in lines)
    short = len(text) <= LONGEST_HEADING and not _SENTENCE_END.search(text.rstrip(":"))
    heading = larger and short and not _MARKER.match(text)
    role = Role.HEADING if heading else Role.TEXT
    return Block(text, role, page=lines[0].page, words=words_of(lines))


def _joined(text: str, below: str, breaks: str, words: frozenset[str]) -> str:
    """Join two lines; a hyphen that only parts a word at the end of a line goes.

    A page ends after the word that goes on over its end.
    """
    head, _, tail = below.partition(" ")
    before = _WORD.findall(text[:-1])
    if not (text[-1:] in {"-", LINE_HYPHEN} and text[-2:-1].isalpha() and head[:1].islower()):
        return f"{text} {breaks}{below}"
    first = (before[-1] if before else "").casefold()
    second = (_WORD.findall(head) or [""])[0].casefold()
    whole, compound = f"{first}{second}" in words, f"{first}-{second}" in words
    keeps = compound or (not whole and first in words and second in words)
    rest = f" {breaks}{tail}" if tail or breaks else ""
    return f"{text[:-1]}{'-' if keeps else ''}{head}{rest}"
