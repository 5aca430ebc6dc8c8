"""One statement against the sentences that it may rest on: which carry it, and what does not hold.

Rules look at what a reader must not be told wrongly (quotes, numbers, dates, names, negations,
comparatives, who did what); the rest is weighed by ``support``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from index.speaking.words import _
from rag.check.alignment import alignment_faults
from rag.check.difference import difference
from rag.check.evidence_selection import Source, find_carriers
from rag.check.polarity import comparison_faults, framing_faults, negation_faults
from rag.check.role_context import Slot, company, read_slots, same_thing, swapped
from rag.check.support import Encode, bigram_precision, support, word_matches
from rag.language.names import Name, stands_in
from rag.language.quantities import Bound, Date, Number, read_dates, read_numbers
from rag.language.terms import Term, fold, read_terms
from rag.types import Piece, Verdict

LEAST_SUPPORT = 0.57
"""A statement that is supported less than this is not carried."""

NAMED = (2.0, 0.0)
"""What a name counts when sentences are looked for that carry a statement, in words."""

HOLDS = (Verdict.EXACT, Verdict.NORMALISED, Verdict.SUPPORTED)
"""What a statement must be to be shown as part of an answer."""

ALTERED = 0.5
"""A statement with a fault that shares this much with its source is that, altered."""

SAME_WORD = 0.5
"""A word that begins a statement is no name if its best cosine with the source is this."""

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")
_YEARS = range(1500, 2100)
_EDGES = " .,;:!?'\"-…()[]"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a statement. ``carriers`` are places in the sources that were given.

    ``support`` is how far they carry it, in [0, 1].
    """

    verdict: Verdict
    carriers: tuple[int, ...]
    support: float
    faults: tuple[str, ...] = ()
    difference: tuple[Piece, ...] = ()


def check_against(said: str, sources: Sequence[Source], encode: Encode) -> Checked:
    """Check a statement against the sentences that it may rest on.

    If it does not hold, those are tried that may mean its names without naming them.
    """
    found = [find_carriers(said, sources, encode, weight) for weight in NAMED]
    checked = [_check(said, sources, carriers, encode) for carriers in dict.fromkeys(found)]
    return next((each for each in checked if each.verdict in HOLDS), checked[0])


def _check(
    said: str, sources: Sequence[Source], carriers: tuple[int, ...], encode: Encode
) -> Checked:
    if not carriers:
        return Checked(Verdict.ABSENT, (), 0.0, (_("nothing that was found speaks of it"),))
    text = " ".join(sources[place].text for place in carriers)
    around = "\n".join(dict.fromkeys(sources[place].around for place in carriers))
    for place in carriers:
        if said.strip() == sources[place].text:
            return Checked(Verdict.EXACT, (place,), 1.0)
        if _bare(said) == _bare(sources[place].text):
            return Checked(Verdict.NORMALISED, (place,), 1.0)
    missing = tuple(_quote_faults(said, [text, around, *(source.text for source in sources)]))
    if missing:
        return Checked(Verdict.ABSENT, carriers, 0.0, missing, difference(said, text))
    everything = "\n".join(source.text for source in sources)
    faults = tuple(dict.fromkeys(_faults(said, text, around, everything, encode)))
    faults += tuple(framing_faults(said, [sources[place].text for place in carriers]))
    if not faults:
        each = (alignment_faults(said, sources[place].text, around, text) for place in carriers)
        faults = tuple(dict.fromkeys(chain.from_iterable(each)))
    supported = support(said, text, around, encode)
    if not faults and supported >= LEAST_SUPPORT:
        return Checked(Verdict.SUPPORTED, carriers, supported)
    close = max(bigram_precision(said, text), supported) >= ALTERED
    if faults and close:
        return Checked(Verdict.ALTERED, carriers, supported, faults, difference(said, text))
    reason = faults or (_("what it cites does not say so"),)
    return Checked(Verdict.UNSUPPORTED, carriers, supported, reason, difference(said, text))


def _faults(said: str, source: str, around: str, everything: str, encode: Encode) -> Iterator[str]:
    ours, theirs = read_slots(said, (source, around)), read_slots(source, (around,))
    yield from _number_faults(said, source, around)
    yield from _date_faults(said, source, around)
    yield from _name_faults(said, source, around, everything, ours, theirs, encode)
    yield from negation_faults(said, source)
    yield from comparison_faults(said, source)
    yield from swapped(ours, theirs)


def _bare(text: str) -> str:
    return fold(text).strip(_EDGES).lower()


def _quote_faults(said: str, texts: Sequence[str]) -> Iterator[str]:
    folded = [fold(text) for text in texts]
    for match in _QUOTED.finditer(said):
        quote = fold(next(group for group in match.groups() if group)).strip(_EDGES)
        if not any(quote in text for text in folded):
            yield _("“{words}” is quoted, but stands nowhere", words=quote)


def _number_faults(said: str, source: str, around: str) -> Iterator[str]:
    known, ours = read_numbers(source), read_numbers(said)
    years = _years(source) or _years(around)
    gone = [other for other in known if not any(_equal(number, other) for number in ours)]
    for number in ours:
        shown = said[number.start : number.end]
        equal = [other for other in known if _equal(number, other)]
        # A sentence may lean on its paragraph for a number, if none is left that it could replace.
        if not equal and not gone:
            equal = [other for other in read_numbers(around) if _equal(number, other)]
        if not equal and not (number.value in years and not number.unit):
            yield _("“{words}” is not in what it cites", words=shown)
        elif equal and not any(_bounded(number, other) for other in equal):
            said_there = f"{_(number.bound.value)} {shown}"
            yield _("“{words}” is not what it cites says", words=said_there)


def _years(text: str) -> set[int]:
    """Return the years that a text names. A sentence without one may lean on its paragraph."""
    alone = {int(n.value) for n in read_numbers(text) if not n.unit and n.value in _YEARS}
    return alone | {date.year for date in read_dates(text) if date.year}


def _equal(one: Number, other: Number) -> bool:
    same = abs(one.value - other.value) <= 1e-9 * max(1.0, abs(other.value))
    share = one.unit == "%" and not other.unit and other.value <= 1
    return same and (one.unit in ("", other.unit) or share)


def _bounded(one: Number, other: Number) -> bool:
    return one.bound in (Bound.NONE, other.bound)


def _date_faults(said: str, source: str, around: str) -> Iterator[str]:
    known = read_dates(source) or read_dates(around)
    years = _years(f"{source}\n{around}")
    for date in read_dates(said):
        if not any(_agrees(date, other, years) for other in known):
            yield _("“{words}” is not in what it cites", words=said[date.start : date.end])


def _agrees(date: Date, other: Date, years: set[int]) -> bool:
    if date.weekday or other.weekday:
        return date.weekday == other.weekday
    if date.year and not other.year and date.year not in years:
        return False
    if date.year and other.year and date.year != other.year:
        return False
    return date.month == other.month and date.day in (0, other.day)


def _name_faults(
    said: str,
    source: str,
    around: str,
    everything: str,
    ours: Sequence[Slot],
    theirs: Sequence[Slot],
    encode: Encode,
) -> Iterator[str]:
    words, wide = _words(source), _words(around)
    for slot in ours:
        name = slot.thing
        if not isinstance(name, Name):
            continue
        missing = [word for word in name.words if not stands_in(word, name, words, source)]
        if not missing:
            continue
        lent = all(stands_in(word, name, wide, around) for word in missing)
        if name.text in everything and len(missing) < len(name.words):
            continue
        if lent and not _replaces(slot, ours, theirs):
            continue
        word = Term(name.text, name.start, name.end, "")
        if name.opens and word_matches(said, source, [word], encode)[0] >= SAME_WORD:
            continue
        if name.sure or lent:
            yield _("“{words}” is not in what it cites", words=name.text)


def _words(text: str) -> list[str]:
    return [
        re.sub(r"['’]s?$", "", term.text).replace("’", "'").lower() for term in read_terms(text)
    ]


def _replaces(slot: Slot, ours: Sequence[Slot], source: Sequence[Slot]) -> bool:
    """Tell whether a name stands where the source has another one, which the statement lacks."""
    gone = [
        other
        for other in source
        if isinstance(other.thing, Name) and not any(same_thing(each, other) for each in ours)
    ]
    return any(company(slot, other) >= 2 for other in gone)
