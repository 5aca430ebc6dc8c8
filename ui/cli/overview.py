"""``pullquote overview``: what an article is about, in its own sentences."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from index.speaking.words import N_, _, ngettext
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

_ASKED = N_("What is this article about?")


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
        answer = joined(_(_ASKED), [found])
        print_answers(iter([answer]), as_json=options.json, failed=False)
    return ANSWERED if found.citations else REFUSED


def _named(library: Library, beginning: str) -> str:
    """Return the id of the one article whose id begins so; of the only one, if nothing is named.

    Raises:
        UsageError: there is no such article, or there are several.
    """
    found = [entry.id for entry in library.entries if entry.id.startswith(beginning)]
    if len(found) != 1:
        if not found:
            said = _("no article of the library: name one by its id, as pullquote list shows it")
        else:
            said = ngettext(
                "{count} article of the library: name one by its id, as pullquote list shows it",
                "{count} articles of the library: name one by its id, as pullquote list shows it",
                len(found),
            )
        raise UsageError(said)
    return found[0]
