"""``overview``: what an article is about, in its own words."""

from __future__ import annotations

from contextlib import ExitStack

from index.library import Library
from rag.answer.citation import cite
from rag.libraries import AnyPath, bundled_article, library_of
from rag.overviews.choice import MOST, choose
from rag.overviews.named import read_named
from rag.overviews.sentences import read_sentences
from rag.overviews.types import Overview


def overview(
    article: AnyPath | None = None,
    *,
    library: Library | AnyPath | None = None,
    most: int = MOST,
    named: bool = True,
) -> Overview:
    """Return the sentences that carry an article, each cited, and what it names.

    Args:
        article: a file; with ``library``, the id of an article. The bundled one, if not given.
        library: a library that holds it, or its folder.
        most: how many sentences at most; a short article has fewer.
        named: whether its names, figures and dates are wanted too.

    Raises:
        InputError: the file cannot be taken in.
        LibraryError: the library cannot be read, or has no such article.
    """
    with ExitStack() as opened:
        if library is None:
            shelf = library_of([article or bundled_article()])
            wanted = shelf.entries[0].id
        else:
            wanted = str(article)
            shelf = (
                library
                if isinstance(library, Library)
                else opened.enter_context(Library.open(library, create=False))
            )
        text = shelf.article(wanted)
        with shelf.reading():
            found = read_sentences(wanted, shelf)
            rows = choose(found, most=most)
            citations = tuple(cite(found.evidence[row], n, shelf) for n, row in enumerate(rows, 1))
            kinds = read_named(found.evidence, len(citations), shelf) if named else ((), (), ())
        return Overview(text, citations, *kinds)


def overviews(library: Library, *, articles: int = 10, sentences: int = 2) -> tuple[Overview, ...]:
    """Return a short overview of each of the first ``articles`` of a library."""
    return tuple(
        overview(entry.id, library=library, most=sentences, named=False)
        for entry in library.entries[:articles]
    )
