"""Negations and comparatives: where a small word turns a statement around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.speaking.words import _
from rag.language.function_words import FUNCTION_WORDS
from rag.language.terms import Term, read_terms, stem_of

_NEGATES = re.compile(
    r"(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|barely|scarcely"
    r"|seldom|rarely|unable|lacks?|lacked|refuse[sd]?|refusing|den(?:y|ies|ied)|fail(?:s|ed)?"
    r"|declin(?:es|ed)|.+n['’]t)",
    re.I,
)
_SOFT = re.compile(
    r"(?:except|unlike|instead|rather|excluding|kept|keep|prevent\w*|avoid\w*|un\w{4,}|in(?:dep)\w+"
    r"|miss(?:ed|ing)?|only|few|little|absen\w+|yet|still|ruled|unclear|open|almost)",
    re.I,
)
"""A source may say with these what a statement says with a negation."""

_ONLY_AFTER = re.compile(r"\s+only\b|\s+just\b", re.I)
_BREAK = re.compile(r"[,;:.()—–]|\b(?:but|while|although|though|because|whereas)\b", re.I)
_SCOPE = 3
_DENIED = re.compile(
    r"\b(?:fake|false|falsely|rumou?rs?|hoax|myths?|rul(?:ed?|es|ing) out|wrongly|supposedly)\b",
    re.I,
)
_INTENT = (
    r"intend(?:s|ed)?|intentions?|target|aim(?:s|ed)?|hopes?|hoped|propos\w+|planned|plans to"
    r"|promis\w+|whether"
)
_INTENDED = re.compile(rf"\b(?:{_INTENT})\b", re.I)
_OPEN = re.compile(
    rf"\b(?:{_INTENT}|may|might|could|would|should|will|shall|can|must|plans?|goal|wants?|wanted"
    r"|expect\w*|(?:is|are|was|were|has|have) to|to be|if|consider\w*|likely|perhaps|original"
    r"|originally|first)\b",
    re.I,
)
"""What is not said to have happened."""

_BOUNDS = re.compile(r"\bat $", re.I)
_AUXILIARY = frozenset(map(stem_of, "have has had been being do does did be use used".split()))

_OPPOSITES = (
    (
        "more over above exceed exceeds exceeded exceeding most majority",
        "less fewer under below least fewest minority",
    ),
    ("higher high highest", "lower low lowest"),
    ("larger bigger greater largest biggest greatest large big", "smaller smallest small tiny"),
    ("longer longest long", "shorter shortest short brief"),
    (
        "rise rose risen rises rising increase increased increases increasing grow grew grown grows"
        " growing growth climb climbed gain gained soar soared",
        "fall fell fallen falls falling decrease decreased decreases decreasing decline declined"
        " declines drop dropped drops shrink shrank shrinking sink",
    ),
    ("before earlier prior ahead", "after later following afterwards subsequently behind"),
    ("first start started begin began starts begins", "last end ended ends finish finished"),
    ("northbound north northern northwards", "southbound south southern southwards"),
    ("east eastern eastbound", "west western westbound"),
    ("best better", "worst worse"),
    ("faster fastest fast quicker quickly quick rapid", "slower slowest slow slowly"),
    ("wider widest wide", "narrower narrow narrowest"),
    ("deeper deepest deep", "shallower shallow"),
    ("stronger strongest strong", "weaker weakest weak"),
    ("newer newest new younger", "older oldest old"),
    ("inside inner indoors", "outside outer"),
    ("always", "never"),
    ("win won wins", "lose lost loses"),
    ("open opened opens opening", "close closed closes closing shut"),
    ("expensive costly dear", "cheap cheaper cheapest"),
    ("import imported imports", "export exported exports"),
    ("buy bought buys purchase purchased", "sell sold sells"),
    ("stricter tighter tighten tightened harsher", "looser loosen loosened relaxed"),
    ("accept accepted accepts agree agreed", "reject rejected rejects"),
    ("maximum most", "minimum least"),
    ("all every", "none"),
    ("thicker thick", "thinner thin"),
    ("heavier heavy", "lighter light"),
    ("easier easy", "harder hard"),
    ("success succeeded succeed", "failure failed fail"),
    ("strengthen strengthened", "weaken weakened"),
    ("public", "secret private"),
    ("often frequently usually mostly", "seldom rarely occasionally"),
)  # fmt: skip


def _opposites() -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for pair, sides in enumerate(_OPPOSITES):
        for side, words in enumerate(sides):
            for word in words.split():
                found.setdefault(word, set()).add((pair, side))
    return found


_SIDES = _opposites()


@dataclass(frozen=True, slots=True)
class Negation:
    """A word that negates, at ``start``, the stems it negates, and those ``before`` it."""

    word: str
    start: int
    scope: tuple[str, ...]
    before: tuple[str, ...]
    soft: bool


def is_negation(word: str) -> bool:
    """Tell whether a word negates: ``never``, ``didn’t``."""
    return _NEGATES.fullmatch(word) is not None


def is_soft(word: str) -> bool:
    """Tell whether a source may say with a word what a statement says with a negation."""
    return _SOFT.fullmatch(word) is not None


def opposed(one: str, other: str) -> bool:
    """Tell whether two words say opposite things: ``rose`` and ``fell``."""
    sides = _SIDES.get(other.lower(), set())
    return any((pair, 1 - side) in sides for pair, side in _SIDES.get(one.lower(), ()))


def read_negations(text: str) -> tuple[Negation, ...]:
    """Return the negations of a text. ``"It did not reach the scene."`` → not: reach, scene."""
    terms = read_terms(text)
    return tuple(_negations(text, terms))


def negation_faults(said: str, source: str) -> Iterator[str]:
    """Say where a statement negates what its source does not, or the other way round."""
    ours, theirs = read_negations(said), read_negations(source)
    source_stems = [term.stem for term in read_terms(source)]
    negated = {stem for negation in theirs for stem in negation.scope}
    hard = [negation for negation in ours if not negation.soft]
    for negation in hard:
        met = any(
            set(negation.scope) & {*other.scope, *other.before}
            or (_tells_no(negation) and stem_of(negation.word) == stem_of(other.word))
            for other in theirs
        )
        plain = [s for s in negation.scope[:1] if s in source_stems and s not in negated]
        if not theirs or (not met and plain):
            yield _("“{words}” is not in what it cites", words=negation.word)
    said_stems = {term.stem for term in read_terms(said)}
    answers = [n for n in ours if not n.soft or stem_of(n.word) not in source_stems]
    for other in theirs:
        if other.soft or not other.scope or other.scope[0] not in said_stems:
            continue
        share = sum(stem in said_stems for stem in other.scope) / len(other.scope)
        answered = any({*n.scope, *n.before} & set(other.scope) for n in answers) or _unsaid(
            other, said
        )
        if share >= 0.5 and not answered:
            yield _("“{words}” is left out", words=other.word)


def comparison_faults(said: str, source: str) -> Iterator[str]:
    """Say which comparative or direction of a statement is the opposite of its source's."""
    theirs = {side for term in _compared(source) for side in _SIDES.get(term.text.lower(), ())}
    ours = {side for term in _compared(said) for side in _SIDES.get(term.text.lower(), ())}
    denied = {stem for negation in read_negations(said) for stem in negation.scope}
    for term in _compared(said):
        sides = _SIDES.get(term.text.lower(), set())
        opposite = {(pair, 1 - side) for pair, side in sides}
        if (
            sides & theirs
            or not opposite & theirs
            or opposite & theirs & ours
            or term.stem in denied
        ):
            continue
        yield _("“{words}” is the opposite of what it cites", words=term.text)


def framing_faults(said: str, sources: Sequence[str]) -> Iterator[str]:
    """Say what makes the sources tell of no fact, if nothing in the statement does."""
    if read_negations(said):
        return
    denied = [found for source in sources for found in _DENIED.finditer(source)]
    if denied and not _DENIED.search(said):
        yield _("“{words}” is left out", words=denied[0].group())
    intended = [_INTENDED.search(source) for source in sources]
    if intended[0] and all(intended) and not _OPEN.search(said):
        yield _("“{words}” is left out", words=intended[0].group())


def _compared(text: str) -> list[Term]:
    """Return the words that may compare; ``at least`` bounds a number."""
    return [term for term in read_terms(text) if not _BOUNDS.search(text[: term.start])]


def _negations(text: str, terms: Sequence[Term]) -> Iterator[Negation]:
    for place, term in enumerate(terms):
        hard = _NEGATES.fullmatch(term.text) is not None
        if not hard and not _SOFT.fullmatch(term.text):
            continue
        if term.text.lower() == "not" and _ONLY_AFTER.match(text, term.end):
            continue
        if term.text in ("No", "no") and re.match(r"\. ?\d", text[term.end :]):
            continue
        before = tuple(t.stem for t in terms[:place] if _tells(t))[-_SCOPE:]
        yield Negation(term.text, term.start, _scope(text, terms, place), before, not hard)


def _scope(text: str, terms: Sequence[Term], place: int) -> tuple[str, ...]:
    """Return the stems of the next words that say something, or else of those before."""
    end = terms[place].end
    stop = _BREAK.search(text, end)
    last = stop.start() if stop else len(text)
    after = [t.stem for t in terms[place + 1 :] if t.start < last and _tells(t)][:_SCOPE]
    if after:
        return tuple(after)
    return tuple(t.stem for t in terms[:place] if _tells(t))[-_SCOPE:]


def _tells(term: Term) -> bool:
    return term.content and term.stem not in _AUXILIARY and not _NEGATES.fullmatch(term.text)


def _tells_no(negation: Negation) -> bool:
    """Tell whether a negation is a verb, like ``failed``, which may be said of another word."""
    return negation.word.lower() not in FUNCTION_WORDS


def _unsaid(negation: Negation, said: str) -> bool:
    """Tell whether a statement negates by a prefix what the source negates by a word."""
    stems = {term.stem for term in read_terms(said)}
    return any(
        f"{prefix}{stem}" in stems
        for stem in negation.scope
        for prefix in ("un", "in", "im", "dis")
    )
