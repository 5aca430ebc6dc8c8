"""A sentence → the same with one fact changed, by rules that know nothing of the check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

Change = Callable[[str, Sequence[str]], Iterator[str]]
"""A sentence and the names of its article → the sentence changed, once for each place."""

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}) )?(?P<month>{'|'.join(_MONTHS)})(?: (?P<year>\d{{4}}))?\b"
)
_YEAR = re.compile(r"(?<![\w$.,])(?:1[5-9]|20)\d\d(?![\w,.]\d|%)")
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])")
_COUNT = "two three four five six seven eight nine ten eleven twelve fourteen twenty fifty ninety"
_WORDS = _COUNT.split()
_SCALES = {"million": "billion", "billion": "million", "metres": "feet", "kilometres": "miles"}
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|had|have|can|could|would|will|may|might|did|does)\b"
    r"(?! (?:not|no|never|hardly|neither)\b)"
)
_NEGATIONS = {
    "did not": "did", "was not": "was", "has not": "has", "not": "", "nobody": "everybody",
    "nothing": "everything", "no": "some", "never": "always", "without": "with", "none": "all",
    "neither": "both", "nor": "and", "cannot": "can", "rarely": "often", "seldom": "often",
}  # fmt: skip
_OPPOSITES = {
    "more": "less", "less": "more", "rose": "fell", "fell": "rose", "before": "after",
    "after": "before", "first": "last", "largest": "smallest", "longer": "shorter",
    "wider": "narrower", "deeper": "shallower", "over": "under", "strongest": "weakest",
    "later": "earlier", "earlier": "later", "eastern": "western", "western": "eastern",
    "northern": "southern", "southern": "northern", "north": "south", "higher": "lower",
    "fewer": "more", "most": "least", "increase": "decrease", "grew": "shrank", "best": "worst",
    "longest": "shortest", "thicker": "thinner", "best-known": "least-known", "stricter": "looser",
    "westbound": "eastbound", "eastbound": "westbound", "highest": "lowest", "faster": "slower",
}  # fmt: skip
_PAIRS = """
accepted rejected|accused cleared|added removed|admitted denied|agreed refused|allowed prohibited
approved rejected|arrived left|attacked defended|banned permitted|began ended|begin end
borrowed lent|bought sold|broke repaired|built demolished|buys sells|caught released
cheap expensive|cheaper dearer|closed opened|cold hot|confirmed disproved|created destroyed
convicted acquitted|cut raised|dangerous harmless|deep shallow|deliberately accidentally
dry wet|early late|earned spent|easy difficult|employed dismissed|enemy ally|enough insufficient
expanded contracted|failed succeeded|fast slow|few many|free captive|friendly hostile|full empty
gained lost|gave took|guilty innocent|hard soft|harder easier|healthy sick|heavy light
hired fired|import export|imports exports|improved worsened|included excluded|inside outside
joined left|kept discarded|known unknown|lack abundance|large small|larger smaller|legal illegal
lend borrow|long short|loudest quietest|lowered raised|majority minority|married divorced
maximum minimum|modern ancient|narrow wide|natural artificial|near far|necessary unnecessary
older younger|oldest newest|poor rich|praised criticised|private public|profit loss
protects endangers|public secret|quickly slowly|reduced increased|remembered forgot
rises falls|rural urban|safe unsafe|saved wasted|separate joint|simple complicated
started stopped|stays leaves|strengthened weakened|strong weak|supported opposed|thin thick
trusted distrusted|upper lower|victory defeat|voluntary compulsory|warm cool|withdrew advanced
winter summer|won lost
"""
"""Words and their opposites, from general knowledge of English, not from what the check knows."""

_OTHER_WAY = dict(pair.split() for pair in re.split(r"[|\n]", _PAIRS.strip()))
_OTHER_WAY = {b: a for a, b in _OTHER_WAY.items()} | _OTHER_WAY
_STRANGERS = ("Nordwind", "Helena Marsh", "Lindqvist", "Tasmania", "Orbicom")


def change_numbers(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """Another number, in digits or in words; another magnitude or unit."""
    dates = [match.span() for match in _DATE.finditer(sentence)]
    for match in _NUMBER.finditer(sentence):
        if any(a <= match.start() < b for a, b in dates) or _YEAR.fullmatch(match.group()):
            continue
        yield _put(sentence, match.span(), _another(match.group()))
    for match in re.finditer(rf"\b({'|'.join(_WORDS)})\b", sentence, re.IGNORECASE):
        other = _WORDS[(_WORDS.index(match.group().lower()) + 3) % len(_WORDS)]
        yield _put(sentence, match.span(), _cased(other, match.group()))
    for match in re.finditer(rf"(?<=\d )({'|'.join(_SCALES)})\b", sentence):
        yield _put(sentence, match.span(), _SCALES[match.group()])


def change_dates(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """Another day, month or year."""
    for match in _DATE.finditer(sentence):
        if match["month"] == "May" and not match["day"] and not match["year"]:
            continue
        if match["day"]:
            yield _put(sentence, match.span("day"), str(int(match["day"]) % 28 + 1))
        month = _MONTHS[(_MONTHS.index(match["month"]) + 5) % 12]
        yield _put(sentence, match.span("month"), month)
    for match in _YEAR.finditer(sentence):
        yield _put(sentence, match.span(), str(int(match.group()) + 2))


def change_names(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """Another name of the article, and one that is not in it."""
    for place, (start, end) in enumerate(_named(sentence, names)):
        others = [name for name in names if not set(name.split()) & set(sentence.split())]
        if others:
            other = others[(start + 7 * place + len(sentence)) % len(others)]
            yield _put(sentence, (start, end), other)
        yield _put(sentence, (start, end), _STRANGERS[(start + place) % len(_STRANGERS)])


def swap_names(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """Two names in each other's place, unless they only stand in a row."""
    found = _named(sentence, names)
    for place, (a, b) in enumerate(found):
        for c, d in found[place + 1 :]:
            between = sentence[b:c]
            if re.fullmatch(r"(?:,| and| or| with|\W|[A-Z][\w-]*|the)*", between):
                continue
            yield sentence[:a] + sentence[c:d] + between + sentence[a:b] + sentence[d:]


def add_negations(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """A "not" behind the first two auxiliaries."""
    for match in list(_AUXILIARY.finditer(sentence))[:2]:
        yield _put(sentence, (match.end(), match.end()), " not")


def drop_negations(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """A negation gone, or turned into its opposite."""
    pattern = rf"\b({'|'.join(_NEGATIONS)})\b(?! only)"
    for match in re.finditer(pattern, sentence, re.IGNORECASE):
        other = _cased(_NEGATIONS[match.group().lower()], match.group())
        changed = _put(sentence, match.span(), other)
        yield re.sub(r" {2,}", " ", changed).strip()


def turn_comparatives(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """A comparative or direction turned into its opposite."""
    for match in re.finditer(rf"\b({'|'.join(_OPPOSITES)})\b", sentence, re.IGNORECASE):
        other = _cased(_OPPOSITES[match.group().lower()], match.group())
        yield _put(sentence, match.span(), other)


def turn_opposites(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """A verb, adjective or noun turned into its opposite."""
    for match in re.finditer(rf"\b({'|'.join(_OTHER_WAY)})\b(?!-)", sentence):
        yield _put(sentence, match.span(), _OTHER_WAY[match.group()])


CHANGES: dict[str, Change] = {
    "number": change_numbers,
    "date": change_dates,
    "name": change_names,
    "negation added": add_negations,
    "negation dropped": drop_negations,
    "names swapped": swap_names,
    "comparative": turn_comparatives,
    "opposite": turn_opposites,
}


def find_names(text: str) -> tuple[str, ...]:
    """Return the names of an article: capitalised words that do not begin a sentence."""
    months = {*_MONTHS, "Monday"}
    found = re.findall(
        r"(?<=[a-z,;] )((?:[A-Z][\w’&-]*[A-Za-z0-9])(?: (?:[A-Z0-9][\w&-]*[A-Za-z0-9]|\d\b))*)",
        text,
    )
    plain = (re.sub(r"’s\b.*", "", name) for name in found)
    return tuple(dict.fromkeys(name for name in plain if not months & set(name.split())))


def _named(sentence: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the sentence has names of the article, none inside another."""
    found: list[tuple[int, int]] = []
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", sentence):
            if not any(a < match.end() and match.start() < b for a, b in found):
                found.append(match.span())
    return sorted(found)


def _another(number: str) -> str:
    """Return a number of the same form and another value: ``"20,000"`` → ``"40,000"``."""
    value = float(number.replace(",", ""))
    if "." in number:
        return f"{value + 1.3:.{len(number.split('.')[1])}f}"
    return f"{int(value) * 2:,}" if "," in number or value > 30 else str(int(value) + 3)


def _put(sentence: str, where: tuple[int, int], other: str) -> str:
    return sentence[: where[0]] + other + sentence[where[1] :]


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word
