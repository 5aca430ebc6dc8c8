"""One statement against the sentences that it may rest on: which carry it, and what does not hold.

Rules look at what a reader must not be told wrongly (quotes, numbers, dates, names, negations,
comparatives, who did what); the rest is weighed by ``support``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from rag.check.alignment import alignment_faults
from rag.check.company import Slot, company, read_slots, same_thing, swapped
from rag.check.difference import difference
from rag.check.names import Name, read_names, stands_in
from rag.check.polarity import comparison_faults, negation_faults
from rag.check.quantities import Bound, Date, Number, read_dates, read_numbers
from rag.check.support import Encode, bigram_precision, support
from rag.check.terms import fold, read_terms
from rag.types import Piece, Verdict

MOST_CARRIERS = 3

LEAST_SUPPORT = 0.62
"""A statement that is supported less than this is not carried."""

ALTERED = 0.5
"""A statement with a fault that shares this much with its source is that, altered."""

GAIN = 2
"""How many more words of a statement a further sentence must carry; a name or a number is no
reason for one, for a wrong one stands in some sentence too."""

FOLLOWING = 3.0
"""What it counts for a sentence that a statement follows it word by word."""

TRIED = 12
"""How many sentences are looked at for what the first one lacks."""

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")
_YEARS = range(1500, 2100)
_EDGES = " .,;:!?'\"-…()[]"


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that may carry a statement; ``around`` is its title and its passage."""

    text: str
    around: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a statement. ``carriers`` are places in the sources that were given."""

    verdict: Verdict
    carriers: tuple[int, ...]
    support: float
    faults: tuple[str, ...] = ()
    difference: tuple[Piece, ...] = ()


def check_statement(said: str, sources: Sequence[Source], encode: Encode) -> Checked:
    """Check a statement against the sentences that it may rest on."""
    carriers = find_carriers(said, sources)
    if not carriers:
        return Checked(Verdict.ABSENT, (), 0.0, ("nothing that was found speaks of it",))
    text = " ".join(sources[place].text for place in carriers)
    around = "\n".join(dict.fromkeys(sources[place].around for place in carriers))
    if said.strip() == text:
        return Checked(Verdict.EXACT, carriers, 1.0)
    if fold(said).strip(_EDGES).lower() == fold(text).strip(_EDGES).lower():
        return Checked(Verdict.NORMALISED, carriers, 1.0)
    missing = tuple(_quote_faults(said, [text, around, *(source.text for source in sources)]))
    if missing:
        return Checked(Verdict.ABSENT, carriers, 0.0, missing, difference(said, text))
    faults = tuple(dict.fromkeys(_faults(said, text, around)))
    if not faults:
        each = (alignment_faults(said, sources[place].text, around) for place in carriers)
        faults = tuple(dict.fromkeys(chain.from_iterable(each)))
    supported = support(said, text, around, encode)
    if not faults and supported >= LEAST_SUPPORT:
        return Checked(Verdict.SUPPORTED, carriers, supported)
    close = max(bigram_precision(said, text), supported) >= ALTERED
    if faults and close:
        return Checked(Verdict.ALTERED, carriers, supported, faults, difference(said, text))
    reason = faults or ("what it cites does not say so",)
    return Checked(Verdict.UNSUPPORTED, carriers, supported, reason, difference(said, text))


def find_carriers(said: str, sources: Sequence[Source]) -> tuple[int, ...]:
    """Return the places of up to three sentences that share most with a statement, in order."""
    wanted = _weights(said)
    plain = _plain(said)
    shares = [_shared(wanted, source.text) for source in sources]
    follows = [FOLLOWING * bigram_precision(said, source.text) for source in sources]
    chosen: list[int] = []
    covered: set[str] = set()
    while len(chosen) < MOST_CARRIERS:
        gains = [
            sum(wanted[each] for each in share - covered) + bonus
            for share, bonus in zip(shares, follows, strict=True)
        ]
        order = sorted(
            set(range(len(gains))) - set(chosen), key=lambda place: (-gains[place], place)
        )
        best = next(
            (
                place
                for place in order[:TRIED]
                if (not chosen and shares[place])
                or len((shares[place] & plain) - covered) >= GAIN
                or (shares[place] - covered - plain and _in_company(said, sources[place], covered))
            ),
            None,
        )
        if best is None:
            break
        chosen.append(best)
        covered |= shares[best]
    return tuple(sorted(chosen))


def _in_company(said: str, source: Source, covered: set[str]) -> bool:
    """Tell whether a name or number that is still missing stands here beside the same words."""
    there = read_slots(source.text)
    return any(
        company(slot, other) >= 1
        for slot in read_slots(said)
        for other in there
        if slot.thing is not None and same_thing(slot, other) and not _keys(slot) & covered
    )


def _keys(slot: Slot) -> set[str]:
    match slot.thing:
        case Name() as name:
            return set(name.words)
        case Number() as number:
            return {f"#{number.value:g}"}
        case Date() as date:
            return {f"@{date.month}-{date.day}"}
    return set()


def _weights(said: str) -> dict[str, float]:
    """Return what is looked for and what it counts: stems, names, values of numbers."""
    found = {term.stem: 1.0 for term in read_terms(said) if term.content}
    for name in read_names(said):
        for word in name.words:
            found.pop(word, None)
            found[word] = 2.0 / len(name.words)
    return found | dict.fromkeys(_values(said), 2.0)


def _values(text: str) -> set[str]:
    """Return the numbers and dates of a text, folded."""
    return {f"#{number.value:g}" for number in read_numbers(text)} | {
        f"@{date.month}-{date.day}" for date in read_dates(text) if date.month
    }


def _plain(said: str) -> set[str]:
    """Return the stems that are neither of names nor of numbers."""
    taken = [(name.start, name.end) for name in read_names(said)]
    taken += [(number.start, number.end) for number in read_numbers(said)]
    return {
        term.stem
        for term in read_terms(said)
        if term.content and not any(a < term.end and term.start < b for a, b in taken)
    }


def _shared(wanted: dict[str, float], text: str) -> set[str]:
    there = {term.stem for term in read_terms(text)}
    there |= {word for name in read_names(text) for word in name.words}
    there |= _values(text)
    return {each for each in wanted if each in there}


def _faults(said: str, source: str, around: str) -> Iterator[str]:
    ours, theirs = read_slots(said, (source, around)), read_slots(source, (around,))
    yield from _number_faults(said, source, around)
    yield from _date_faults(said, source, around)
    yield from _name_faults(said, source, around, ours, theirs)
    yield from negation_faults(said, source)
    yield from comparison_faults(said, source)
    yield from swapped(ours, theirs)


def _quote_faults(said: str, texts: Sequence[str]) -> Iterator[str]:
    folded = [fold(text) for text in texts]
    for match in _QUOTED.finditer(said):
        quote = fold(next(group for group in match.groups() if group)).strip(_EDGES)
        if not any(quote in text for text in folded):
            yield f"“{quote}” is quoted, but stands nowhere"


def _number_faults(said: str, source: str, around: str) -> Iterator[str]:
    known = list(read_numbers(source))
    years = _years(source) or _years(around)
    for number in read_numbers(said):
        shown = said[number.start : number.end]
        equal = [other for other in known if _equal(number, other)]
        if not equal and not (number.value in years and not number.unit):
            yield f"“{shown}” is not in what it cites"
        elif equal and not any(_bounded(number, other) for other in equal):
            yield f"“{number.bound.value} {shown}” is not what it cites says"


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
            yield f"“{said[date.start : date.end]}” is not in what it cites"


def _agrees(date: Date, other: Date, years: set[int]) -> bool:
    if date.weekday or other.weekday:
        return date.weekday == other.weekday
    if date.year and not other.year and date.year not in years:
        return False
    if date.year and other.year and date.year != other.year:
        return False
    return date.month == other.month and date.day in (0, other.day)


def _name_faults(
    said: str, source: str, around: str, ours: Sequence[Slot], theirs: Sequence[Slot]
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
        if name.text in around and len(missing) < len(name.words):
            continue
        if lent and not _replaces(slot, ours, theirs):
            continue
        if name.sure or lent:
            yield f"“{name.text}” is not in what it cites"


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
    return any(company(slot, other) >= 1 for other in gone)
