"""The names of a text, and whether two of them are one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.function_words import FUNCTION_WORDS
from rag.language.quantities import read_dates, read_numbers
from rag.language.terms import REMARK, Term, read_terms, stem_of

_JOIN = frozenset("of the and for in on".split())
_TITLES = frozenset("mr mrs ms miss dr sir prof ceo".split())
_DEMONYM = re.compile(r"(?:ians?|ans?|ese|ish|ic|is?|ns?|s|ia|a|e|y|o)$")
_NO_NAME_ENDS = ("s", "ing", "ed", "ly", "ty", "tion", "ment", "ness", "ers")
_SAME = (
    "us usa united_states america american americans united_states_of_america",
    "uk britain british united_kingdom great_britain",
    "eu european_union",
    "france french",
    "netherlands dutch",
    "spain spanish",
    "germany german germans",
    "denmark danish",
    "switzerland swiss",
    "greece greek",
    "un united_nations",
)
_CLASS = {name: str(i) for i, names in enumerate(_SAME) for name in names.split()}


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words at ``[start, end)``. ``words`` are folded for comparing.

    ``opens``: a single word that may be capitalised only because a sentence begins. Not ``sure``:
    it ends like no name as well.
    """

    text: str
    words: tuple[str, ...]
    start: int
    end: int
    sure: bool
    opens: bool


@lru_cache(maxsize=2_000)
def read_names(text: str, known: tuple[str, ...] = ()) -> tuple[Name, ...]:
    """Return the names of a text, in order.

    ``known`` are texts in which a word that begins a sentence here may stand in lower case; then it
    is no name.
    """
    common = {term.text for other in (text, *known) for term in read_terms(other)}
    common = {stem_of(word) for word in common if word[0].islower()}
    dates = [(date.start, date.end) for date in read_dates(text)]
    numbers = [(number.start, number.end) for number in read_numbers(text)]
    terms = [term for term in read_terms(text) if not _inside(term, dates)]
    names: list[list[Term]] = []
    for before, term in zip([None, *terms], terms, strict=False):
        first = before is None or _begins(text[before.end : term.start])
        if not _capitalised(term) or _plain(term, first, common) or _inside(term, numbers):
            continue
        if (
            before
            and not first
            and names
            and names[-1][-1] is before
            and _goes_on(text, before, term)
        ):
            names[-1].append(term)
        else:
            names.append([term])
    return tuple(_name(text, run) for run in names)


def same_name(one: str, other: str) -> bool:
    """Tell whether two folded words name the same: ``china`` and ``chinese`` do."""
    if one == other:
        return True
    one, other = one.replace(".", ""), other.replace(".", "")
    if one in _CLASS and _CLASS[one] == _CLASS.get(other):
        return True
    return _alike(one, other)


def _alike(one: str, other: str) -> bool:
    one, other = one.replace(".", ""), other.replace(".", "")
    return one == other or (min(len(one), len(other)) > 3 and bool(_roots(one) & _roots(other)))


def same(one: Name, other: Name) -> bool:
    """Tell whether two names name the same: one is the other, a part of it or its initials."""
    few, many = sorted((one.words, other.words), key=len)
    if all(any(_alike(word, there) for there in many) for word in few):
        return True
    if same_name("_".join(one.words), "_".join(other.words)):
        return True
    return is_acronym(one.text, other.text) or is_acronym(other.text, one.text)


def stands_in(word: str, name: Name, words: Sequence[str], text: str) -> bool:
    """Tell whether a word of a name stands among the folded ``words`` of ``text``."""
    if any(same_name(word, other) for other in words):
        return True
    kind = _CLASS.get(word) or _CLASS.get("_".join(name.words))
    spaced = "_".join(words)
    if kind and any(c == kind and f"_{known}_" in f"_{spaced}_" for known, c in _CLASS.items()):
        return True
    return is_acronym(name.text, text) or any(is_acronym(w, name.text) for w in _acronyms(text))


def is_acronym(short: str, text: str) -> bool:
    """Tell whether ``short`` is made of the initials of words side by side: ``AGI``."""
    letters = re.sub(r"[^A-Z]", "", short)
    if len(letters) < 2 or not re.fullmatch(r"(?:[A-Z]\.?)+s?(?:['’]s)?", short):
        return False
    words = [term.text for term in read_terms(text) if term.text.lower() not in _JOIN]
    return letters in "".join(word[0].upper() if word.isalpha() else " " for word in words)


def folded(text: str) -> str:
    """Return a word of a name without case, a possessive and what is joined: ``Paris-based``."""
    return re.sub(r"['’]s?$|(?<=\w)-[a-z]+$", "", text).replace("’", "'").lower().rstrip(".")


def _acronyms(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]{2,}\b", text)


def _roots(word: str) -> set[str]:
    root = _DEMONYM.sub("", word)
    return {word, root} if len(root) > 3 else {word}


def _goes_on(text: str, before: Term, term: Term) -> bool:
    """Tell whether two capitalised words side by side are of one name."""
    return text[before.end : term.start] == " " and not before.text.endswith(("'s", "’s"))


def _capitalised(term: Term) -> bool:
    return any(c.isupper() for c in term.text) and folded(term.text) not in _TITLES


def _plain(term: Term, first: bool, common: set[str]) -> bool:
    """Tell whether a capital means nothing: an ordinary word begins a sentence."""
    lower = term.text.lower()
    if lower in ("i", "i'm", "i’m", "one") or (
        first and lower in FUNCTION_WORDS and not (len(lower) > 1 and term.text.isupper())
    ):
        return True
    if lower in REMARK and first:
        return True
    return first and term.stem in common and term.text[1:].islower()


def _begins(between: str) -> bool:
    return re.search(r"[.!?:]\W*\s|^\W*[\"“]\W*$", between) is not None


def _inside(term: Term, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start < term.end and term.start < end for start, end in ranges)


def _name(text: str, run: Sequence[Term]) -> Name:
    start, end = run[0].start, run[-1].end
    opens = not text[:start].strip(" \"“'‘([") or _begins(text[max(0, start - 3) : start])
    first = re.sub(r"['’]s$", "", run[0].text)
    ordinary = first.lower().endswith(_NO_NAME_ENDS) and first[1:].islower()
    sure = len(run) > 1 or not opens or not ordinary
    words = tuple(folded(term.text) for term in run)
    return Name(text[start:end], words, start, end, sure, opens and len(run) == 1)
