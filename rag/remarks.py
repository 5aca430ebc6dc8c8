"""What is to be said of a quote beside it, wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.invisible import unseen_in
from index.speaking.forms import in_a_row
from index.speaking.words import N_, _

if TYPE_CHECKING:
    from rag.types import Citation

RECOGNISED = N_("its words were recognised in a picture: compare them with the page")


def remarks(citation: Citation) -> tuple[str, ...]:
    """Return what keeps a quote from being the answer, or from being what a reader sees of it."""
    names = unseen_in(citation.quote)
    unseen = ""
    if names:
        unseen = _("has characters in it that are not seen: {names}", names=in_a_row(names))
    recognised = _(RECOGNISED) if citation.recognised else ""
    return tuple(filter(None, (citation.lacks, unseen, recognised)))
