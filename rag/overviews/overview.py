"""``overview``: what an article is about, in its own words."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack

from index.library import Library
from rag.answer.citation import cite
from rag.language.quantities import read_dates, read_numbers
from rag.libraries import AnyPath, at_hand, bundled_article, library_of
from rag.overviews.choice import MOST, choose
from rag.overviews.sentences import read_sentences
from rag.overviews.types import Overview, joined
from rag.types import Answer

ARTICLES, OF_MANY = 10, 2
"""Of a library so many articles are shown, and so many sentences of each."""


def overview(
    article: AnyPath | None = None,
    *,
    library: Library | AnyPath | None = None,
    most: int = MOST,
    before: int = 0,
) -> Overview:
    """Return the sentences that carry an article, each cited, in source order.

    Args:
        article: a file; with ``library``, the id of an article. The bundled one, if not given.
        library: a library that holds it, or its folder.
        most: how many sentences at most; a short article has fewer.
        before: what the citations are numbered on from.

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
        return _overview(wanted, shelf, most, before)


def answer_overview(
    question: str, library: Library, within: Collection[str] | None
) -> Answer | None:
    """Return what the articles at hand are about; of several, two sentences of each of the first.

    None if they have no sentence.
    """
    articles = at_hand(library, within)
    most = MOST if len(articles) == 1 else OF_MANY
    found: list[Overview] = []
    for each in articles[:ARTICLES]:
        before = sum(len(shown.citations) for shown in found)
        found.append(_overview(each.id, library, most, before))
    answer = joined(question, found)
    return answer if answer.citations else None


def figures(article_id: str, library: Library, before: int = 0) -> Overview:
    """Return the sentences of an article with a date or a number in digits, in source order.

    Their citations are numbered on from ``before``.

    Raises:
        LibraryError: the library cannot be read, or has no such article.
    """
    with library.reading():
        rows = [each for each in read_sentences(article_id, library).evidence if _exact(each.text)]
        citations = tuple(cite(each, n, library) for n, each in enumerate(rows, before + 1))
    return Overview(library.article(article_id), citations)


def _exact(text: str) -> bool:
    """Tell whether a text has a date, or a number that is written in digits."""
    numbers = [text[each.start : each.end] for each in read_numbers(text)]
    return bool(read_dates(text)) or any(letter.isdigit() for n in numbers for letter in n)


def _overview(wanted: str, library: Library, most: int, before: int = 0) -> Overview:
    """Return an article's overview, its citations numbered on from ``before``."""
    with library.reading():
        found = read_sentences(wanted, library)
        rows = choose(found, most=most) if found.evidence else []
        chosen = [found.evidence[row] for row in rows]
        citations = tuple(cite(each, n, library) for n, each in enumerate(chosen, before + 1))
    return Overview(library.article(wanted), citations)
