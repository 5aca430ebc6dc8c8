"""Cited rows of a table on a terminal or in a pipe: in columns, or one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from index.terminal import one_line
from rag.answer.drawn import Box, Drawn, Line, draw
from rag.types import Citation, Short

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

GAP = 2
"""Spaces between two columns."""


def print_table(citations: Sequence[Citation], shorts: Sequence[Short], console: Console) -> None:
    """Print rows of one table; the short answer is bold on a terminal, in brackets in a pipe.

    What is wider than the terminal is printed one value below the other.
    """
    from rich.text import Text

    drawn = draw(citations, shorts)
    for said in (*drawn.above, *drawn.groups):
        console.print(Text(one_line(said), style="dim"))
    plain = not console.is_terminal
    lines = list(_in_columns(drawn, plain))
    if not plain and max(line.cell_len for line in lines) > console.width:
        lines = list(_one_by_one(drawn))
    for line in lines:
        console.print(line)


def _in_columns(drawn: Drawn, plain: bool) -> Iterator[Text]:
    widths = _widths(drawn, plain)
    for heads in drawn.heads:
        yield _line(heads, drawn, widths, plain, style="dim")
    for groups, lines in groupby(drawn.lines, key=lambda line: line.groups):
        if groups:
            yield _text(" · ".join(groups), "dim")
        for line in lines:
            text = _line(line.boxes, drawn, widths, plain)
            text.append(_number(line, drawn))
            yield text


def _number(line: Line, drawn: Drawn) -> str:
    """Return which citation a row is; "" where it is the only one."""
    return f"  [{line.citation.number}]" if len(drawn.lines) > 1 else ""


def _widths(drawn: Drawn, plain: bool) -> list[int]:
    """Return how wide each column is; the last one of a box over several has what it lacks."""
    from rich.cells import cell_len

    rows = [*drawn.heads, *(line.boxes for line in drawn.lines)]
    boxes = sorted((box for row in rows for box in row), key=lambda box: box.columns)
    widths = [0] * drawn.columns
    for box in boxes:
        others = sum(widths[column] + GAP for column in box.reaches[:-1])
        last = box.reaches[-1]
        widths[last] = max(widths[last], cell_len(_shown(box, plain)) - others)
    return widths


def _line(
    boxes: Sequence[Box], drawn: Drawn, widths: Sequence[int], plain: bool, style: str = ""
) -> Text:
    from rich.text import Text

    line = Text()
    at = 0
    for box in boxes:
        line.append(" " * sum(widths[column] + GAP for column in range(at, box.column)))
        room = sum(widths[column] + GAP for column in box.reaches) - GAP
        text = _text(_shown(box, plain), "bold" if box.marked else style)
        spare = room - text.cell_len
        right = box.is_number or drawn.holds_numbers(box.column)
        before = spare // 2 if box.columns > 1 else spare if right else 0
        label = drawn.labelled and not box.column
        before = 0 if label else before
        line.append(" " * before).append_text(text).append(" " * (spare - before + GAP))
        at = box.column + box.columns
    line.rstrip()
    return line


def _one_by_one(drawn: Drawn) -> Iterator[Text]:
    """Yield each value on a line of its own, after what stands over it."""
    from rich.text import Text

    for line in drawn.lines:
        if line.groups:
            yield _text(" · ".join(line.groups), "dim")
        named = drawn.labelled and any(not box.column for box in line.boxes)
        label = _text(line.boxes[0].text if named else "", "")
        yield label.append(_number(line, drawn))
        for box in line.boxes[named:]:
            said = Text("  ").append_text(_text(drawn.head_of(box.column), "dim")).append("  ")
            yield said.append_text(_text(box.text, "bold" if box.marked else ""))


def _shown(box: Box, plain: bool) -> str:
    said = one_line(box.text)
    return f"[{said}]" if plain and box.marked else said


def _text(said: str, style: str) -> Text:
    from rich.text import Text

    return Text(one_line(said), style=style)
