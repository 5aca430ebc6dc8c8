"""The style of the American Psychological Association, seventh edition (2020).

Sections of its Publication Manual stand beside what follows them. Titles keep their capitals: which
words are names, and so keep them in a title, nobody can tell from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase

from index.speaking.words import N_
from rag.styles.source import At, Author, Source, Words, initials, italic, line, month_of, stopped

HEADING = N_("References")

_MOST = 20
"""More authors than these are cut short (9.8)."""

_LONG, _SHORT = 8, 5
"""A title of more words is shortened where it stands for the author: to its first ones (8.14)."""


def cited(source: Source, at: At, mark: str = "") -> Words:
    """Return what stands after a quote (8.11, 8.25): ``(Lee, 2025, para. 6)``.

    ``mark`` tells works of one author and year apart: ``"a"``.
    """
    told = [_year(source, mark), *filter(None, [_place(source, at)])]
    who = ((_who(source), False),) if source.authors else ((_shortened(source.title), True),)
    return (("(", False), *who, (f", {', '.join(told)})", False))


def listed(source: Source, mark: str = "") -> Words:
    """Return the entry of a list of references (9.5): ``Lee, A. (2025, May 7). Title. Site. URL``.

    Where there is no author, the title takes the place (9.12); where no date, ``n.d.`` (9.17).
    """
    day = _day(source, mark)
    title = italic(source.title)
    names = [each.name for each in source.authors]
    head: Words = ((f"{stopped(_names(source))} ({day}). ", False), *title)
    if not source.authors:
        head = (*title, (f" ({day}).", False))
    site = source.site if not any(_is_site(name, source.site) for name in names) else ""
    rest = " ".join(filter(None, (f"{site}." if site else "", source.url)))
    return line(*head, (f" {rest}" if rest else "", False))


def ordered(sources: Mapping[str, Source]) -> dict[str, str]:
    """Return the ids of sources as they are listed (9.44–9.47), each with the mark of its year."""
    ids = sorted(sources, key=lambda id_: _order(sources[id_]))
    alike: dict[tuple[str, str], list[str]] = {}
    for id_ in ids:
        source = sources[id_]
        who = _who(source) if source.authors else _shortened(source.title)
        alike.setdefault((who.casefold(), _year(source, "")), []).append(id_)
    marks = {
        id_: letter
        for group in alike.values()
        if 1 < len(group) <= len(ascii_lowercase)
        for id_, letter in zip(group, ascii_lowercase, strict=False)
    }
    return {id_: marks.get(id_, "") for id_ in ids}


def _order(source: Source) -> tuple[str, tuple[int, ...], str]:
    title = without_article(source.title)
    who = _names(source) or title
    return who.casefold(), source.published, title.casefold()


def without_article(title: str) -> str:
    """Return a title as it is filed: "The Bridge" under "Bridge"."""
    first, _, rest = title.partition(" ")
    return rest if rest and first.casefold() in {"a", "an", "the"} else title


def _names(source: Source) -> str:
    names = [_inverted(each) for each in source.authors]
    if len(names) > _MOST:
        return f"{', '.join(names[: _MOST - 1])}, . . . {names[-1]}"
    return ", & ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _inverted(author: Author) -> str:
    return f"{author.family}, {initials(author.given)}" if author.family else author.name


def _who(source: Source) -> str:
    """Return who is named in the text: one, two, or the first of more (8.17)."""
    names = [each.family or each.name for each in source.authors]
    return f"{names[0]} et al." if len(names) > 2 else " & ".join(names)


def _year(source: Source, mark: str) -> str:
    if source.published:
        return f"{source.published[0]}{mark}"
    return f"n.d.-{mark}" if mark else "n.d."


def _day(source: Source, mark: str) -> str:
    day = source.published
    month = " ".join(filter(None, (month_of(day), str(day[2]) if len(day) > 2 else "")))
    return ", ".join(filter(None, (_year(source, mark), month)))


def _place(source: Source, at: At) -> str:
    if at.time:
        return at.clock
    if at.page:
        return f"Slide {at.page}" if source.slides else f"p. {at.page}"
    return f"para. {at.paragraph}" if at.paragraph else ""


def _shortened(title: str) -> str:
    words = title.split()
    if len(words) <= _LONG:
        return title
    head = title.split(":")[0]
    return head if len(head.split()) <= _LONG and head != title else " ".join(words[:_SHORT])


def _is_site(name: str, site: str) -> bool:
    """Tell whether an author is the site, which is then not named again (10.16)."""
    return "".join(name.split()).casefold() in {site.casefold(), site.split(".")[0].casefold()}
