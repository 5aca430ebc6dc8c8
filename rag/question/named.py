"""Which of several articles a question names: ``"the npr interview"``, ``"the March articles"``.

What names an article is a word for a text ("interview") with words beside it that stand in an
article's title, file, address, author or date. So does an author's whole name by itself.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import PurePath

from index.errors import LibraryError
from index.library import Library
from index.types import Entry
from rag.language.function_words import FUNCTION_WORDS
from rag.language.quantities import read_numbers
from rag.language.terms import Term, read_terms, stem_of
from rag.libraries import at_hand

MATCHED = 0.6
"""The least share of what a name tells that an article has to have."""

AUTHORS = 200
"""Of so many articles at most the authors are looked at."""

ARTICLES = frozenset({"the", "a", "an", "this", "that"})

PLAIN = "the article"
"""What stands for a name in what is searched for: the article need not speak of itself."""

_PIECE = re.compile(r"[^\W\d_]+|\d+")

Words = Mapping[str, Collection[str]]
"""For each article, by id, the stems of the words that may name it."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is to be searched for, and the articles that are to be searched, by id; None: as before.

    ``titles`` are theirs.
    """

    question: str
    within: Collection[str] | None
    titles: tuple[str, ...] = ()


def find_named(question: str, library: Library, within: Collection[str] | None) -> Named:
    """Return the articles that a question names, of those ``within``, and the rest of it.

    ``"what does the npr interview say about hell"`` → ``"what does the article say about hell"``
    and the id of that article. Nothing is narrowed where nothing is named, or all of them are.
    """
    articles = at_hand(library, within)
    if len(articles) < 2:
        return Named(question, within)
    authors = {each.id: _author_of(each, library) for each in articles[:AUTHORS]}
    terms = read_terms(question)
    named: list[tuple[int, int, list[str]]] = []
    if any(term.stem in _known("kinds") for term in terms):
        words = {each.id: _words_of(each, authors.get(each.id, "")) for each in articles}
        for first, last in name_ranges(terms, words):
            told = [term.stem for term in terms[first:last] if not _joins(term)]
            named.append((first, last, best_matches(told, words)))
    named = [each for each in named if each[2]] or _by_author(terms, authors)
    found = {id_ for *_, ids in named for id_ in ids}
    if not 0 < len(found) < len(articles):
        return Named(question, within)
    for first, last, ids in reversed(named):
        question = _without(question, terms, first, last, PLAIN if len(ids) == 1 else f"{PLAIN}s")
    titles = tuple(each.title for each in articles if each.id in found)
    return Named(question, frozenset(found), titles)


_authors: dict[Entry, str] = {}
_MOST_AUTHORS = 1_000


def _author_of(entry: Entry, library: Library) -> str:
    """Return the author of an article, "" if none is known or it is gone; its text is read once."""
    known = _authors.get(entry)
    if known is None:
        try:
            known = library.article(entry.id).author or ""
        except LibraryError:
            return ""
        if len(_authors) >= _MOST_AUTHORS:
            _authors.clear()
        _authors[entry] = known
    return known


@cache
def _known(name: str) -> frozenset[str]:
    """Return the stems of words: ``kinds`` of texts; what ``leads`` from these to a name; what goes
    before a name that a question is whole without (``asides``)."""
    stored = json.loads(files("rag.question").joinpath("naming.json").read_text("utf-8"))
    return frozenset(stem_of(word) for word in stored[name])


def name_ranges(terms: Sequence[Term], words: Words) -> list[tuple[int, int]]:
    """Return the places of the words of a question that name an article, in order.

    ``"what does the story about the old bridge say"`` → those of "story about the old bridge",
    if some article has each of its words.
    """
    held = {word for each in words.values() for word in each}
    found: list[tuple[int, int]] = []
    for at, term in enumerate(terms):
        if term.stem not in _known("kinds") or (found and at < found[-1][1]):
            continue
        first, last = at, at + 1
        for place in range(at - 1, -1, -1):
            if _names(terms[place], held):
                first = place
            elif not _joins(terms[place]) or first == at or _begins(terms[place]):
                break
        if last < len(terms) and terms[last].stem in _known("leads"):
            for place in range(last, len(terms)):
                if _names(terms[place], held):
                    last = place + 1
                elif not _joins(terms[place]):
                    break
        if last - first > 1:
            found.append((first, last))
    return found


def _names(term: Term, held: Collection[str]) -> bool:
    return not _joins(term) and (term.stem in held or term.stem in _known("kinds"))


def _joins(term: Term) -> bool:
    """Tell whether a word only joins others, or counts: "may", "two"; not "May" in a question."""
    name = term.start > 0 and term.text.istitle()
    counts = term.text.isalpha() and bool(read_numbers(term.text))
    return counts or (term.text.lower() in FUNCTION_WORDS and not name)


def _begins(term: Term) -> bool:
    """Tell whether a word goes before a name: none goes on from what is before it."""
    return term.text.lower() in ARTICLES or term.stem in _known("asides") - _known("leads")


def best_matches(name: Sequence[str], words: Words) -> list[str]:
    """Return the articles that the stems of a name fit best.

    A word that few articles have tells more. None if no article has enough of what the name tells.
    """
    told = {stem for stem in name if stem not in _known("kinds")}
    held = Counter(word for each in words.values() for word in each)
    telling = {word: math.log((len(words) + 1) / (held[word] + 0.5)) for word in told}
    whole = sum(telling.values())
    if whole <= 0:
        return []
    shares = {
        id_: sum(tells for word, tells in telling.items() if word in each) / whole
        for id_, each in words.items()
    }
    most = max(shares.values())
    return [id_ for id_, share in shares.items() if share == most] if most >= MATCHED else []


def _words_of(entry: Entry, author: str) -> frozenset[str]:
    """Return the stems of an article's title, file or address, author and date."""
    address = entry.source.split("://")[-1] if "://" in entry.source else ""
    texts = [entry.title, address or PurePath(entry.source).stem, author]
    found = {term.stem for text in texts for term in read_terms(text)}
    pieces = {stem_of(piece) for text in texts for piece in _PIECE.findall(text)}
    named = {word for word in found | pieces if word not in FUNCTION_WORDS}
    return frozenset(named | _date_words(entry.published))


def _date_words(published: str | None) -> set[str]:
    """``"2018-10-08"`` → the stems of 2018, October and 8."""
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return set()
    return {str(day.year), stem_of(f"{day:%B}"), str(day.day)}


def _by_author(
    terms: Sequence[Term], authors: Mapping[str, str]
) -> list[tuple[int, int, list[str]]]:
    """Return the place of an author's whole name in a question, and the articles by that author."""
    asked = [term.stem for term in terms]
    found: dict[tuple[int, int], list[str]] = {}
    for id_, author in authors.items():
        name = [term.stem for term in read_terms(author)]
        for at in range(len(asked) - len(name) + 1) if len(name) > 1 else ():
            if asked[at : at + len(name)] == name:
                found.setdefault((at, at + len(name)), []).append(id_)
    return [(first, last, ids) for (first, last), ids in sorted(found.items())]


def _without(question: str, terms: Sequence[Term], first: int, last: int, plain: str) -> str:
    """Return a question without the words that name an article.

    Behind such a word as "in", at the question's beginning or end, they are left out with it; else
    ``plain`` stands for them.
    """
    start, end = terms[first].start, terms[last - 1].end
    while first > 0 and terms[first - 1].text.lower() in ARTICLES:
        first -= 1
        start = terms[first].start
    before = first
    while before > 0 and terms[before - 1].stem in _known("asides"):
        before -= 1
    outer = before == 0 or last == len(terms)
    if before < first and outer and len(terms) - (last - before) > 1:
        head, tail = question[: terms[before].start].rstrip(), question[end:].lstrip(" ,:;")
        return f"{head} {tail}".strip() if tail[:1].isalnum() else f"{head}{tail}"
    return f"{question[:start]}{plain}{question[end:]}"
