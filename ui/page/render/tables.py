"""Cited rows of a table as a small table, in HTML for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import groupby

from rag.answer.drawn import Box, Drawn, Line, draw
from rag.types import Citation, Short
from ui.page.render.markdown import chip_html


def table_html(citations: Sequence[Citation], shorts: Iterable[Short] = ()) -> str:
    """Return rows of one table as HTML that is safe to show, on one line; the short answer marked.

    Of several rows each has its chip.
    """
    drawn = draw(citations, shorts)
    groups = " · ".join(map(escape, drawn.groups))
    named = " · ".join([*map(escape, drawn.above), *([f"<b>{groups}</b>"] if groups else [])])
    caption = f"<caption><span>{named}</span></caption>" if named else ""
    heads = "".join(f"<tr>{_head_cells(line, drawn)}</tr>" for line in drawn.heads)
    head = f"<thead>{heads}</thead>" if heads else ""
    chips = len(drawn.lines) > 1
    body = "".join(
        f"<tbody>{_group_row(groups, drawn)}{''.join(_row(each, drawn, chips) for each in lines)}"
        "</tbody>"
        for groups, lines in groupby(drawn.lines, key=lambda line: line.groups)
    )
    return (
        f'<div class="drawn" role="group" tabindex="0"><table dir="auto">{caption}{head}{body}'
        "</table></div>"
    )


def _group_row(groups: Sequence[str], drawn: Drawn) -> str:
    if not groups:
        return ""
    said = " · ".join(map(escape, groups))
    return f'<tr><th class="under" scope="rowgroup" colspan="{drawn.columns}">{said}</th></tr>'


def _head_cells(line: Sequence[Box], drawn: Drawn) -> str:
    def cell(box: Box) -> str:
        wide = box.columns > 1
        scope = "colgroup" if wide else "col"
        kind = "over" if wide else "number" if drawn.holds_numbers(box.column) else "said"
        return f'<th class="{kind}" scope="{scope}"{_span(box)}>{escape(box.text)}</th>'

    return _cells(line, drawn, cell)


def _row(line: Line, drawn: Drawn, chips: bool) -> str:
    first = 0 if drawn.labelled else -1
    chip = f" {chip_html(line.citation)}" if chips else ""
    last = line.boxes[0] if line.boxes else None

    def cell(box: Box) -> str:
        said = escape(box.text)
        said = f"<strong><mark>{said}</mark></strong>" if box.marked else said
        said += chip if box is last else ""
        if box.column == first:
            return f'<th class="label" scope="row"{_span(box)}>{said}</th>'
        kind = "number" if box.is_number else "said"
        return f'<td class="{kind}"{_span(box)}>{said}</td>'

    return f"<tr>{_cells(line.boxes, drawn, cell)}</tr>"


def _cells(boxes: Sequence[Box], drawn: Drawn, cell: Callable[[Box], str]) -> str:
    """Return what stands in each column, by ``cell``; nothing where nothing does."""
    found = []
    at = 0
    for box in boxes:
        found += ["<td></td>"] * (box.column - at)
        found.append(cell(box))
        at = box.column + box.columns
    found += ["<td></td>"] * (drawn.columns - at)
    return "".join(found)


def _span(box: Box) -> str:
    return f' colspan="{box.columns}"' if box.columns > 1 else ""
