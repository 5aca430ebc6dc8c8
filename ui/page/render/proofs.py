"""A draft that was checked: each sentence, how it stands, and what the articles say."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import _
from rag.answer.citation import spoken
from rag.proofreading.types import Proof, Standing, summed
from rag.types import Citation, Edit
from ui.page.render.markdown import address_of
from ui.page.render.tables import table_html


def show_proofs(found: Sequence[Proof], *, done: bool) -> str:
    """Return the sentences that were checked so far, and how many of them stand how."""
    said = summed(found) if done else in_a_row([summed(found), _("checking …")])
    rows = "".join(map(_row, found))
    return f'<p class="sum" role="status">{said}</p><ol>{rows}</ol>'


def _row(found: Proof) -> str:
    kind = found.standing.value.replace(" ", "-")
    held = found.standing is Standing.SUPPORTED
    why = "" if held else f'<p class="why">{escape(in_a_row(found.faults, SEMICOLON))}</p>'
    quotes = "".join(map(_quote, found.citations)) if held or found.difference else ""
    near = _("Nearest in the articles:")
    nearest = "" if held or not quotes else f'<p class="why">{near}</p>'
    return (
        f'<li class="{kind}"><p class="standing">{found.standing.said}</p>'
        f'<p class="said" dir="auto">{_changed(found)}</p>{why}{nearest}{quotes}</li>'
    )


def _changed(found: Proof) -> str:
    """Return the sentence; of one that was altered, marked what the article does not have."""
    if found.standing is not Standing.ALTERED:
        return escape(found.statement)
    own = [piece for piece in found.difference if piece.edit is not Edit.LEFT_OUT]
    texts = [(escape(piece.text), piece.edit is Edit.ADDED) for piece in own]
    return " ".join(f"<ins>{text}</ins>" if new else text for text, new in texts)


def _quote(citation: Citation) -> str:
    place = escape(in_a_row([citation.title, citation.place]))
    address = address_of(citation)
    said = table_html([citation]) if citation.table else escape(spoken(citation.quote))
    return f'<blockquote><bdi>{said}</bdi><a href="{address}">{place}</a></blockquote>'
