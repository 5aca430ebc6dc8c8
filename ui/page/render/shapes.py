"""A list and a comparison as Markdown: what an answer holds beside its quotes."""

from __future__ import annotations

from index.speaking.words import _
from rag.answer.short import split_claim
from rag.listing.types import Cell, Comparison, Listing
from rag.types import Answer, Claim
from ui.page.render.markdown import literal, with_chips


def shaped(answer: Answer) -> str:
    """Return the items of a list or the table of a comparison; "" of any other answer."""
    if answer.refused:
        return ""
    if isinstance(answer, Listing):
        return "\n".join(
            f"- {with_chips(f'<strong>{literal(item.text)}</strong>{item.times}', item.numbers)}"
            for item in answer.items
        )
    return _table(answer) if isinstance(answer, Comparison) else ""


def _table(answer: Comparison) -> str:
    rows = [f"| {_bare(literal(cell.head))} | {_said(cell)} |" for cell in answer.cells]
    says = _("says")
    return "\n".join([f"|  | {says} |", "| --- | --- |", *rows])


def _said(cell: Cell) -> str:
    """Return the quote of a cell, its short answer bold, with its chip."""
    if cell.citation is None:
        return _bare(f"*{literal(cell.said)}*")
    claim = Claim(cell.said, (cell.citation,))
    pieces = split_claim(claim, [cell.short] if cell.short else [])
    said = "".join(f"<strong>{literal(t)}</strong>" if bold else literal(t) for t, bold in pieces)
    return with_chips(_bare(said), [cell.citation.number])


def _bare(text: str) -> str:
    """Keep a cell on one line of its table."""
    return " ".join(text.split())
