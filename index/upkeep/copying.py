"""A library copied to another place as it is: nothing is parsed, cut or embedded again."""

from __future__ import annotations

from index.backends.backend import Backend, Step
from index.errors import LibraryError


def copy_library(source: Backend, target: Backend, step: Step | None = None) -> int:
    """Copy all articles of a library to a new one, and return how many it has now.

    What one state of ``source`` holds is copied, an article in one transaction: vectors and ids
    stay the same, so both find the same. Begun again after an interruption, it goes on.

    Raises:
        LibraryError: ``target`` has articles that are not of ``source``; or one of them cannot be
            read or written.
    """
    with target.writing(), source.reading():  # what is read is let go before it is indexed
        wanted = [entry.id for entry in source.entries()]
        there = {entry.id for entry in target.entries()}
        _refuse_others(source, target, there, set(wanted))
        target.set_meta(**source.settings())
        for done, article_id in enumerate(wanted, 1):
            held = None if article_id in there else source.holding(article_id)
            if held:
                target.take(held)
            if step:
                step(done, len(wanted))
        target.remember(source.former())
    return len(target.entries())


def _refuse_others(source: Backend, target: Backend, there: set[str], wanted: set[str]) -> None:
    known = source.fingerprint(), target.fingerprint()
    same = all(source.passages_of(each) == target.passages_of(each) for each in there & wanted)
    if there - wanted or not same or (known[1] and known[0] != known[1]):
        raise LibraryError(
            f"{target.place} has other articles in it: name a new library to copy to"
        )
