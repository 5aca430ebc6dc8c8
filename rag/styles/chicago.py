"""The Chicago Manual of Style, seventeenth edition (2017), notes and bibliography.

Its sections stand beside what follows them. What is on the web is cited as a page of a web site
(14.206–10), what is not as a report (14.220). Every note is a full one, whatever stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.speaking.words import N_
from rag.styles.apa import without_article
from rag.styles.source import (
    At,
    Author,
    Source,
    Words,
    italic,
    line,
    month_of,
    single_quoted,
    stopped,
)

HEADING = N_("Bibliography")

_MOST_IN_NOTE, _MOST_LISTED, _LISTED = 3, 10, 7
"""More authors than these are cut short, in a note to the first, in an entry to seven (14.76)."""


def cited(source: Source, at: At, mark: str = "") -> Words:
    """Return a full note (14.20): ``Ann Lee, “A Bridge,” example.org, May 7, 2025, para. 6, URL.``

    ``mark`` is not used: notes are not told apart by letters.
    """
    names = [_natural(each) for each in source.authors]
    shown = [f"{names[0]} et al."] if len(names) > _MOST_IN_NOTE else names
    who = f"{_joined(shown)}, " if names else ""
    place = _place(source, at)
    if source.web:
        title: Words = ((f"{who}“{single_quoted(source.title)},” ", False),)
        told = ", ".join(filter(None, (source.site, _when(source), place, source.url)))
    else:
        facts = ", ".join(filter(None, (source.site, _date(source) or "n.d.")))
        title = ((who, False), (source.title, True), (" ", False))
        told = ", ".join(filter(None, (f"({facts})", place, source.url)))
    if not told:
        return ((f"{who}“{stopped(single_quoted(source.title))}”", False),)
    return line(*title, (stopped(told), False))


def listed(source: Source, mark: str = "") -> Words:
    """Return an entry of a bibliography (14.21): ``Lee, Ann. “A Bridge.” example.org, …``."""
    who = f"{stopped(_listed_names(source.authors))} " if source.authors else ""
    if source.web:
        when = _when(source)
        title: Words = ((f"{who}“{stopped(single_quoted(source.title))}”", False),)
    else:
        when = _date(source) or "n.d."
        title = ((who, False), *italic(source.title))
    facts = ", ".join(filter(None, (source.site, when)))
    rest = "".join(f" {stopped(each)}" for each in (facts, source.url) if each)
    return line(*title, (_capital(rest), False))


def ordered(sources: Mapping[str, Source]) -> dict[str, str]:
    """Return the ids of sources as they are listed, by author and title (14.65, 14.71)."""
    return dict.fromkeys(sorted(sources, key=lambda id_: _order(sources[id_])), "")


def _order(source: Source) -> tuple[str, str]:
    title = without_article(source.title).casefold()
    return _listed_names(source.authors).casefold() or title, title


def _natural(author: Author) -> str:
    return f"{author.given} {author.family}" if author.family else author.name


def _listed_names(authors: Sequence[Author]) -> str:
    """Return authors as an entry begins: only the first has the family name in front (14.76)."""
    names = [_natural(each) for each in authors]
    if authors and authors[0].family:
        names[0] = f"{authors[0].family}, {authors[0].given}"
    if len(names) > _MOST_LISTED:
        return f"{', '.join(names[:_LISTED])}, et al."
    if len(names) == 2 and authors[0].family:
        return ", and ".join(names)
    return _joined(names)


def _joined(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{', '.join(names[:-1])}, and {names[-1]}"
    return " and ".join(names)


def _date(source: Source) -> str:
    """``(2025, 5, 7)`` → ``"May 7, 2025"``."""
    day = source.published
    if len(day) > 2:
        return f"{month_of(day)} {day[2]}, {day[0]}"
    return " ".join(filter(None, (month_of(day), *map(str, day[:1]))))


def _when(source: Source) -> str:
    """Return the date; where there is none, when it was looked up on the web (14.12)."""
    if source.published or not source.accessed:
        return _date(source)
    day = source.accessed
    return f"accessed {month_of(day)} {day[2]}, {day[0]}"


def _place(source: Source, at: At) -> str:
    if at.time:
        return at.clock
    if at.page:
        return f"slide {at.page}" if source.slides else str(at.page)
    return f"para. {at.paragraph}" if at.paragraph else ""


def _capital(rest: str) -> str:
    """``" accessed May 7"`` → ``" Accessed May 7"``: it begins a sentence; a host does not."""
    return rest.replace(" accessed", " Accessed", 1) if rest.startswith(" accessed") else rest
