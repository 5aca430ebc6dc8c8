"""What the chosen articles are about, as a card below the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.speaking.forms import number
from index.speaking.words import N_, _, ngettext
from rag.answer.citation import spoken
from rag.overviews.types import Overview
from rag.types import Citation
from ui.page.render.markdown import address_of, html, place_of, source_of
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
    parts = [
        (f'<h3 dir="auto">{escape(each.article.title)}</h3>' if len(found) > 1 else "")
        + _rows(each.citations)
        for each in found
    ]
    below = _figures(figures.citations) if figures and figures.citations else ""
    return (
        f'<details class="overview"{" open" if opened else ""}>'
        f"<summary>{_summary(found, named)}</summary>"
        f'<div class="sentences">{"".join(parts)}{below}</div></details>'
    )


def _summary(found: Sequence[Overview], named: bool) -> str:
    count = sum(len(each.citations) for each in found)
    many = ngettext("1 sentence", "{count} sentences", count, count=count)
    if not named:
        one = len(found) == 1
        said = N_("What it says, in {sentences}") if one else N_("What they say, in {sentences}")
        return _(said, sentences=many)
    if len(found) > 1:
        return _("What the added articles say, in {sentences}", sentences=many)
    title = found[0].article.title
    return html(N_("What “{title}” says, in {sentences}"), title=title, sentences=many)


def _figures(citations: Sequence[Citation]) -> str:
    first = len(citations) > SHOWN
    total = len(citations)
    said = _("Figures and dates, in order: {count}", count=total)
    if first:
        told = {"count": SHOWN, "total": number(total)}
        said = _("Figures and dates, in order: the first {count} of {total}", **told)
    return f"<details><summary>{said}</summary>{_rows(citations[:SHOWN])}</details>"


def _rows(citations: Sequence[Citation]) -> str:
    return f"<ol>{''.join(map(_row, citations))}</ol>"


def _row(citation: Citation) -> str:
    said = f"{place_of(citation)} - {spoken(citation.quote)}"
    label = escape(source_of(citation.number, said))
    chip = f'<a href="{address_of(citation)}" aria-label="{label}">{citation.number}</a>'
    if citation.table:
        return f"<li>{chip}\u00a0{escape(place_of(citation))}{table_html([citation])}</li>"
    return f"<li><bdi>{escape(spoken(citation.quote))}</bdi>\u00a0{chip}</li>"
