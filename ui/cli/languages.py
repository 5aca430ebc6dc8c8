"""One line on a library's embedder, where what was added is in another language than English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.library import Library
    from index.types import Article


def embedder_line(library: Library, added: Sequence[Article], *, new: bool) -> str:
    """Return what is to be said of the embedder that a library got, or of one that fits better.

    ``new``: the library had no articles before; "": nothing is to be said.
    """
    from index.embed.embedder import DEFAULT_EMBEDDER
    from index.embed.forward import MULTILINGUAL
    from index.embed.multilingual import NOT_INSTALLED, is_installed
    from index.language import ENGLISH, is_in, language_of
    from index.speaking.forms import SEMICOLON, in_a_row, language_name
    from index.speaking.words import _

    foreign = next((each for each in added if not is_in(each.text, ENGLISH)), None)
    if foreign is None:
        return ""
    told = {"title": foreign.title, "language": language_name(language_of(foreign.text))}
    if library.embedder_name == MULTILINGUAL and new:
        return _(
            "{title} is in {language}: the library has the embedder for many languages, {name}",
            **told,
            name=MULTILINGUAL,
        )
    if library.embedder_name != DEFAULT_EMBEDDER:
        return ""
    said = _(
        "{title} is in {language}, which the library's embedder, {name}, does not know: "
        "pullquote reindex {place} --embedder {other} gives it one that does",
        **told,
        name=DEFAULT_EMBEDDER,
        place=library.place,
        other=MULTILINGUAL,
    )
    return said if is_installed() else in_a_row([said, NOT_INSTALLED], SEMICOLON)
