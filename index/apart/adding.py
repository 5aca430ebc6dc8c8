"""Adding something in steps: read it, ask whether it is wanted, cut and embed and keep it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index.build import to_article
from index.library import Library
from index.parse.allowance import Seen
from index.parse.document import parse_text, read_document
from index.progress import Progress, Stage
from index.types import PASTED, Document


@dataclass(frozen=True, slots=True)
class Offer:
    """What is to be added: the file at ``path``, kept as from ``source``; or a ``text`` at hand."""

    source: str = PASTED
    path: Path | None = None
    text: str = ""
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of an offer once it is read, before anything is cut.

    ``id`` is the one that its article has or gets; ``unread`` says what could not be read.
    """

    id: str
    source: str
    characters: int
    unread: str = ""


Admit = Callable[[Read], Library | None]
"""Says where something goes that was read, None if it is there already. What it raises ends it."""

Add = Callable[[Offer, Admit, Progress], tuple[Read, bool]]
"""Adds an offer; returns what was read, and whether it is new.

Raises:
    InputError: it cannot be taken in.
    LibraryError: the library cannot be written.
"""


def add_here(offer: Offer, admit: Admit, progress: Progress) -> tuple[Read, bool]:
    """Add in this process; see ``Add``."""
    progress(Stage.READING, 0, 0)
    document = _read(offer, partial(progress, Stage.RECOGNISING))
    read = Read(to_article(document).id, document.source, len(document.text), document.unread)
    library = admit(read)
    if library is not None:
        library.add_document(document, progress)
    return read, library is not None


def _read(offer: Offer, seen: Seen) -> Document:
    if offer.path is None:
        return parse_text(offer.text, source=offer.source, title=offer.title)
    return replace(read_document(offer.path, seen=seen), source=offer.source)
