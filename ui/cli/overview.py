"""``pullquote overview``: what an article is about, in its own sentences."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ui.cli.options import (
    ANSWERED,
    REFUSED,
    UsageError,
    embedder,
    is_named,
    open_library,
)

if TYPE_CHECKING:
    from index.library import Library

_ASKED = "What is this article about?"


def overview(options: argparse.Namespace) -> int:
    """Print the sentences that carry an article: a file, or one of a library, by its id."""
    from rag.libraries import bundled_article, library_of
    from rag.overviews.overview import overview as overview_of
    from rag.overviews.types import joined
    from ui.cli.answer import print_answers
    from ui.cli.output import progress

    if is_named(options):
        library = open_library(options, create=False)
    else:
        paths = [options.article or bundled_article()]
        library = library_of(paths, embedder(options), progress())
    with library:
        wanted = _named(library, options.article or "") if is_named(options) else None
        found = overview_of(wanted or library.entries[0].id, library=library)
        answer = joined(_ASKED, [found])
        print_answers(iter([answer]), as_json=options.json, failed=False)
    return ANSWERED if found.citations else REFUSED


def _named(library: Library, beginning: str) -> str:
    """Return the id of the one article whose id begins so; of the only one, if nothing is named.

    Raises:
        UsageError: there is no such article, or there are several.
    """
    found = [entry.id for entry in library.entries if entry.id.startswith(beginning)]
    if len(found) != 1:
        count = "no article" if not found else f"{len(found):,} articles"
        raise UsageError(f"{count} of the library: name one by its id, as pullquote list shows it")
    return found[0]
