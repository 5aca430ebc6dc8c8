"""What the chosen articles are about, as a card below the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.answer.citation import spoken
from rag.overviews.types import Overview
from rag.types import Citation
from ui.page.render.markdown import address_of, place_of
from ui.page.render.tables import table_html

SHOWN = 30
"""So many figures are shown at most; the title of the list says how many there are."""


def show_card(
    overviews: Sequence[Overview],
    figures: Overview | None,
    *,
    opened: bool,
    named: bool = False,
) -> str:
    """Return a card of cited sentences as HTML that is safe to show; "" without a sentence.

    ``figures``: and, folded below, the sentences with dates and figures; ``opened``: at first;
    ``named``: other articles are searched too, so it says which ones it is about.
    """
    found = [each for each in overviews if each.citations]
    if not found:
        return ""
    count = sum(len(each.citations) for each in found)
    many = "1 sentence" if count == 1 else f"{count} sentences"
    verb = "it says" if len(found) == 1 else "they say"
    if named:
        title = escape(found[0].article.title)
        verb = f"“{title}” says" if len(found) == 1 else "the added articles say"
    parts = [
        (f"<h3>{escape(each.article.title)}</h3>" if len(found) > 1 else "") + _rows(each.citations)
        for each in found
    ]
    below = _figures(figures.citations) if figures and figures.citations else ""
    return (
        f'<details class="overview"{" open" if opened else ""}>'
        f"<summary>What {verb}, in {many}</summary>"
        f'<div class="sentences">{"".join(parts)}{below}</div></details>'
    )


def _figures(citations: Sequence[Citation]) -> str:
    first = len(citations) > SHOWN
    count = f"the first {SHOWN} of {len(citations):,}" if first else f"{len(citations)}"
    return (
        f"<details><summary>Figures and dates, in order: {count}</summary>"
        f"{_rows(citations[:SHOWN])}</details>"
    )


def _rows(citations: Sequence[Citation]) -> str:
    return f"<ol>{''.join(map(_row, citations))}</ol>"


def _row(citation: Citation) -> str:
    label = escape(f"Source {citation.number}: {place_of(citation)} - {spoken(citation.quote)}")
    chip = f'<a href="{address_of(citation)}" aria-label="{label}">{citation.number}</a>'
    if citation.table:
        return f"<li>{chip}\u00a0{escape(place_of(citation))}{table_html([citation])}</li>"
    return f"<li><bdi>{escape(spoken(citation.quote))}</bdi>\u00a0{chip}</li>"
