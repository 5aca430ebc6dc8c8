"""A statement that follows one sentence word by word: what was put in, left out or replaced there.

Where most words are the same, a replaced name, a negation put in or a direction turned around shows
without knowing what the sentence says, even if the new name stands elsewhere in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from index.speaking.words import _
from rag.check.polarity import is_negation, is_soft, opposed
from rag.check.support import bigram_precision
from rag.language.names import Name, folded, is_acronym, read_names, same
from rag.language.terms import Term, read_terms

FOLLOWS = 0.5
"""The share of a statement's word pairs that makes it one that follows its source."""

LONGEST = 5
"""Words that are replaced by words are compared up to this many; beyond, it is another wording."""

_STANDS_FOR = frozenset(
    "he she it they him her them his its their who which that this these those there one".split()
)
_ROW = re.compile(r"(?:,|\band\b|\bor\b|\bthe\b|\bwith\b|[^\w\s]|\s|\b[A-Z0-9][\w-]*|['’]s)*")


@dataclass(frozen=True, slots=True)
class _Side:
    """One text with its words, and for each of them the name that it belongs to."""

    text: str
    terms: tuple[Term, ...]
    names: tuple[Name, ...]

    def named(self, first: int, last: int) -> list[Name]:
        """Return the names that have a word among ``terms[first:last]``."""
        if first >= last:
            return []
        start, end = self.terms[first].start, self.terms[last - 1].end
        return [name for name in self.names if name.start < end and start < name.end]

    def words(self, first: int, last: int) -> list[str]:
        return [term.text for term in self.terms[first:last]]


def alignment_faults(said: str, source: str, around: str, carried: str) -> Iterator[str]:
    """Say what was changed in a statement that follows ``source`` word by word.

    ``carried``: all the sentences that it rests on.
    """
    if bigram_precision(said, source) < FOLLOWS:
        return
    ours = _side(said, (source, around))
    theirs = _side(source, (around,))
    keys = [[_key(term) for term in side.terms] for side in (theirs, ours)]
    operations = SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes()
    counts = [
        sum(is_negation(term.text) or is_soft(term.text) for term in side.terms)
        for side in (theirs, ours)
    ]
    for operation, i, j, k, m in operations:
        if operation == "equal":
            continue
        yield from _negations(theirs.terms[i:j], ours.terms[k:m], counts[1] - counts[0])
        if operation == "replace" and max(j - i, m - k) <= LONGEST:
            yield from _directions(
                theirs.words(i, j), ours.words(k, m), [each.terms for each in (theirs, ours)]
            )
            yield from _names(theirs, (i, j), ours, (k, m), around, carried)
    yield from _turned(ours, theirs)


def _side(text: str, known: tuple[str, ...]) -> _Side:
    return _Side(text, read_terms(text), read_names(text, known))


def _key(term: Term) -> str:
    return term.stem or term.text


def _negations(theirs: Sequence[Term], ours: Sequence[Term], more: int) -> Iterator[str]:
    """A negation that went together with all that it negated is no change of what is left."""
    there = [
        term.text
        for place, term in enumerate(theirs)
        if is_negation(term.text) and not any(other.content for other in theirs[place + 1 :])
    ]
    here = [term.text for term in ours if is_negation(term.text)]
    if more > 0 and len(here) > sum(is_negation(term.text) for term in theirs):
        yield _("“{words}” is not in what it cites", words=here[0])
    elif more < 0 and len(there) > len(here):
        yield _("“{words}” is left out", words=there[0])


def _directions(
    theirs: Sequence[str], ours: Sequence[str], whole: Sequence[Sequence[Term]]
) -> Iterator[str]:
    for word in ours:
        there, here = (sum(term.text == word for term in terms) for terms in whole)
        if here > there and any(opposed(word, other) for other in theirs):
            yield _("“{words}” is the opposite of what it cites", words=word)


def _names(
    theirs: _Side,
    there: tuple[int, int],
    ours: _Side,
    here: tuple[int, int],
    around: str,
    carried: str,
) -> Iterator[str]:
    known = theirs.named(*there)
    for name in ours.named(*here):
        if not known:
            if not name.sure or name.text in carried or _lent(name, theirs.words(*there), around):
                continue
            if any(same(name, other) for other in theirs.names):
                continue
        elif is_acronym(name.text, theirs.text) or any(
            same(name, other) or _in_row(theirs.text, name, other) for other in known
        ):
            continue
        yield _("“{words}” is not what it cites says there", words=name.text)
    yield from _ordinary(theirs, there, ours, here, known)


def _ordinary(
    theirs: _Side,
    there: tuple[int, int],
    ours: _Side,
    here: tuple[int, int],
    known: Sequence[Name],
) -> Iterator[str]:
    """Say that a word stands where a name stood, if it stands elsewhere as a name."""
    if known and not ours.named(*here) and here[1] - here[0] == there[1] - there[0] == 1:
        word = ours.words(*here)[0]
        if word[:1].isupper() and not any(folded(word) in name.words for name in known):
            yield _("“{words}” is not what it cites says there", words=word)


def _lent(name: Name, replaced: Sequence[str], around: str) -> bool:
    """Tell whether a name stands for a pronoun, or says more of a name than the sentence does."""
    pronoun = any(word.lower() in _STANDS_FOR for word in replaced) or "the" in map(
        str.lower, replaced
    )
    return pronoun and name.text in around


def _turned(ours: _Side, theirs: _Side) -> Iterator[str]:
    """Say that two names changed places: ``from Asia to Oslo`` became ``from Oslo to Asia``."""
    for one, other in pairwise(ours.names):
        link = ours.text[one.end : other.start]
        for first, second in pairwise(theirs.names):
            if theirs.text[first.end : second.start] != link or _ROW.fullmatch(link):
                continue
            if same(one, second) and same(other, first) and not same(one, other):
                yield _("“{one}” and “{other}” changed places", one=one.text, other=other.text)


def _in_row(text: str, one: Name, other: Name) -> bool:
    """Tell whether two names stand in one row of names, where their order says nothing."""
    first, second = text.find(one.text), other.start
    if first < 0:
        return False
    (_, end), (start, _) = sorted(
        [(first, first + len(one.text)), (second, second + len(other.text))]
    )
    return _ROW.fullmatch(text, end, start) is not None
