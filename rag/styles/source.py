"""What a reference says of an article: who wrote it, when, what it is called, where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from urllib.parse import urlsplit

from index.parse.content import HTML, ODP, PDF, PPTX
from rag.answer.citation import spoken

Words = tuple[tuple[str, bool], ...]
"""Pieces of a line, and whether they are in italics."""

Day = tuple[int, ...]
"""A date as far as it is known: ``(2025, 5)`` is May 2025, ``()`` no date at all."""

_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?)(?:[^\W\d_]\.-?)*")
_CLOSING = "”’\"'»"
_STRAIGHT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Author:
    """A name as it is written; taken apart only where it says ``family, given`` itself."""

    name: str
    family: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An article to be referred to. ``url`` and ``site`` are "" where it is not on the web."""

    title: str
    authors: tuple[Author, ...]
    published: Day
    accessed: Day
    url: str
    site: str
    web: bool
    slides: bool


@dataclass(frozen=True, slots=True)
class At:
    """Where in it a quote stands; a paragraph of 0 is none, as of a heading."""

    paragraph: int
    page: int | None = None
    time: str | None = None

    @property
    def clock(self) -> str:
        """``"00:12:31"`` → ``"12:31"``; "" where the source is no transcript."""
        hours, minutes, seconds = map(int, (self.time or "0:0:0").split(".")[0].split(":"))
        if not self.time:
            return ""
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def source_of(told: Mapping[str, object]) -> Source:
    """Return the source that an article is, from what an export says of it.

    ``link`` is where it is on the web. It was looked up there on the day it was added.
    """
    url, media = str(told.get("link") or ""), told.get("media")
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return Source(
        title=spoken(str(told["title"])),
        authors=authors_of(str(told.get("author") or "")),
        published=day_of(str(told.get("published") or "")),
        accessed=day_of(str(told.get("added") or "")) if url else (),
        url=url,
        site=host,
        web=media == HTML or bool(url and media != PDF),
        slides=media in {PPTX, ODP},
    )


def day_of(text: str) -> Day:
    """``"2025-05"`` → ``(2025, 5)``; () of what is no date, and no month that there is not."""
    day = tuple(int(part) for part in text[:10].split("-") if part.isdecimal())
    return day[:1] if len(day) > 1 and not 1 <= day[1] <= 12 else day


def month_of(day: Day) -> str:
    """Return the English name of a date's month, "" if it has none."""
    if len(day) < 2:
        return ""
    from babel.dates import get_month_names

    return str(get_month_names("wide", locale="en_US")[day[1]])


def authors_of(text: str) -> tuple[Author, ...]:
    """Return who wrote an article, from one text: ``"Lee, Ann; The Porto Trust"`` names two.

    Only a semicolon parts authors: "and" and commas stand in names of organisations, too.
    """
    names = dict.fromkeys(filter(None, (spoken(name) for name in text.split(";"))))
    return tuple(map(_author, names))


def _author(name: str) -> Author:
    """Take a name apart where it is surely a person's, the family name first."""
    if name.count(",") != 1:
        return Author(name)
    family, given = (part.strip() for part in name.split(","))
    *particles, last = family.split() or [""]
    certain = _is_name(last) and all(word.islower() for word in particles)
    if not certain or not given or not all(map(_is_given, given.split())):
        return Author(name)
    return Author(name, family, given)


def _is_name(word: str) -> bool:
    """Tell whether a word is written as names are: ``Lee``, ``O’Brien``, not ``MD`` or ``Inc.``."""
    letters = re.sub("[-'’]", "", word)
    return len(letters) > 1 and letters.isalpha() and word[0].isupper() and not letters.isupper()


def _is_given(word: str) -> bool:
    return _is_name(word) or bool(_INITIALS.fullmatch(word))


def initials(given: str) -> str:
    """``"Ann-Marie B."`` → ``"A.-M. B."``."""
    parts = [part for word in given.split() for part in re.split(r"(?<=\.)(?!-)", word) if part]
    return " ".join("-".join(f"{each[0].upper()}." for each in part.split("-")) for part in parts)


def stopped(text: str) -> str:
    """Return a text with a full stop, if it does not end in a mark of its own."""
    return text if text.rstrip(_CLOSING).endswith((".", "?", "!", "…")) else f"{text}."


def single_quoted(title: str) -> str:
    """Return a title as it stands within quotation marks: its own become single ones."""
    return _STRAIGHT.sub(r"‘\1’", title).replace("“", "‘").replace("”", "’")


def italic(title: str) -> Words:
    """Return a title that ends a sentence; only what is its own stands in italics."""
    return line((title, True), (stopped(title)[len(title) :], False))


def line(*pieces: tuple[str, bool]) -> Words:
    """Return pieces as they stand in a line: none empty, none beside another of its kind."""
    alike = groupby((each for each in pieces if each[0]), key=itemgetter(1))
    return tuple(("".join(text for text, _ in group), slanted) for slanted, group in alike)


def plain(words: Words) -> str:
    """Return words without their italics."""
    return "".join(text for text, _ in words)
