"""Which of several titles is the text's own: the one that others say too."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

SHARE = 0.4
"""A title that is less of another is not said by it: the site's name after a bar, say."""

SHOWN = 0.6
"""Of the words of a title at least so many stand at the head of what it is the title of."""

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Return the words of a title, by which it is compared."""
    return _WORD.findall(text.casefold())


def says(longer: str, title: str) -> bool:
    """Tell whether one title is in another, and not just a small part of it."""
    whole, part = words_of(longer), words_of(title)
    inside = f" {' '.join(part)} " in f" {' '.join(whole)} "
    return bool(part) and inside and len(part) >= SHARE * len(whole)


def choose_title(shown: Sequence[str], told: Sequence[str], site: Collection[str]) -> str | None:
    """Return the title of a page from what it shows as headlines and what its metadata tells.

    A headline that metadata says too is it; then what two of the metadata say; then the only
    headline. The ``site``'s own names are never it, unless there is nothing else.
    """
    names = {" ".join(words_of(name)) for name in site}

    def other(titles: Sequence[str]) -> list[str]:
        return [each for each in titles if words_of(each) and " ".join(words_of(each)) not in names]

    headlines, own = other(shown), other(told)
    for each in headlines:
        if any(says(said, each) or says(each, said) for said in own):
            return each
    if len(headlines) == 1:
        return headlines[0]
    for place, each in enumerate(own):
        if any(says(said, each) for said in own[:place] + own[place + 1 :]):
            return each
    return next(iter([*own, *headlines, *shown, *told]), None)


def is_shown(title: str, head: str) -> bool:
    """Tell whether a text's head says what is told to be its title, or the name of its author."""
    words, there = words_of(title), set(words_of(head))
    return bool(words) and sum(word in there for word in words) >= SHOWN * len(words)
