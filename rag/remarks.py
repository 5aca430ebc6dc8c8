"""What is to be said of a quote beside it, wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.invisible import unseen_in

if TYPE_CHECKING:
    from rag.types import Citation

RECOGNISED = "its words were recognised in a picture: compare them with the page"


def remarks(citation: Citation) -> tuple[str, ...]:
    """Return what keeps a quote from being the answer, or from being what a reader sees of it."""
    names = unseen_in(citation.quote)
    unseen = f"has characters in it that are not seen: {', '.join(names)}" if names else ""
    return tuple(filter(None, (citation.lacks, unseen, RECOGNISED * citation.recognised)))
