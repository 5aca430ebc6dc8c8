"""Where a quote stands in a text that may have been edited since, in time linear in the text."""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s+")

_KEPT = (120, 60, 30, 15, 7, 3, 1, 0)
"""How many characters before and after a quote are looked for beside it, one after the other."""


def find_quote(text: str, quote: str, before: str, after: str, start: int) -> int | None:
    """Return where ``quote`` begins in ``text``; None if it does not stand there.

    Of several places it is the one with the most of what stood ``before`` and ``after`` it, of
    several such the one nearest to ``start``. However often it stands there, the text is searched
    twice for each of ``_KEPT``.
    """
    if not quote.strip() or quote not in text:
        return None
    for kept in _KEPT:
        head, tail = before[max(0, len(before) - kept) :], after[:kept]
        at = _nearest(text, head + quote + tail, start - len(head))
        if at is not None:
            return at + len(head)
    raise AssertionError("unreachable")


def find_spoken(text: str, quote: str, before: str, after: str, start: int) -> int | None:
    """Do the same where white space of any kind and length is one space."""
    place = len(_folded(text[:start]))
    at = find_quote(_folded(text), _folded(quote).strip(), _folded(before), _folded(after), place)
    return None if at is None else _unfolded(text, at)


def _nearest(text: str, words: str, start: int) -> int | None:
    start = min(max(start, 0), len(text))
    later = text.find(words, start)
    # Backwards by way of find: rfind takes the product of both lengths, at worst.
    until = text[: start + len(words) - 1]
    back = until[::-1].find(words[::-1])
    earlier = len(until) - back - len(words) if back >= 0 else -1
    found = [at for at in (earlier, later) if at >= 0]
    return min(found, key=lambda at: abs(at - start), default=None)


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text)


def _unfolded(text: str, position: int) -> int:
    """Return where in ``text`` the character is that is at ``position`` of it folded."""
    lost = 0
    for space in _SPACE.finditer(text):
        if space.start() - lost >= position:
            break
        lost += len(space.group()) - 1
    return position + lost
