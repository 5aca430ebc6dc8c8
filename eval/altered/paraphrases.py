"""A sentence → the same in another form, by rules that keep it true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Paraphrase = Callable[[str], Iterator[str]]

_NUMBERS = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve fourteen twenty ninety".split(),
        "2 3 4 5 6 7 8 9 10 11 12 14 20 90".split(),
        strict=True,
    )
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORTER = {
    "the United States": "the US", "Office of Science and Technology Policy": "OSTP",
    "National Security Agency": "NSA", "Suez Canal Authority": "SCA",
    "kilometres": "km", "metres": "meters", "programme": "program", "centres": "centers",
    "fibre": "fiber", "artificial general intelligence": "AGI",
}  # fmt: skip


def move_opening(sentence: str) -> Iterator[str]:
    """``"In June, it came."`` → ``"It came in June."``."""
    found = re.fullmatch(
        r"((?:In|On|At|For|By|Before|During|Behind|Over|Under) [^,]+), (\w.+)\.", sentence
    )
    if found and not re.search(r"[;:]", sentence) and "and" not in found[1].split():
        opening, rest = found.groups()
        yield f"{rest[0].upper()}{rest[1:]} {opening[0].lower()}{opening[1:]}."


def write_numbers(sentence: str) -> Iterator[str]:
    """Number words as digits, per cent as %, dollars behind the number, dates the American way."""
    pattern = rf"\b({'|'.join(_NUMBERS)})\b(?! (?:or|and|of|hundred|thousand|million|thirds)\b)"
    changed = re.sub(pattern, lambda m: _NUMBERS[m.group()], sentence)
    yield changed
    yield re.sub(r" per cent", "%", changed)
    yield re.sub(r"\$([\d.]+ (?:million|billion))", r"\1 dollars", sentence)
    yield re.sub(rf"\b(\d\d?) ({_MONTHS}) (\d{{4}})", r"\2 \1, \3", sentence)
    yield re.sub(rf"\b(\d\d?) ({_MONTHS})(?! \d)", r"\2 \1", sentence)


def leave_out(sentence: str) -> Iterator[str]:
    """Appositions, approximations and adverbs left away."""
    yield re.sub(r", (?:a|an|the) [^,;“”]{5,60},(?= \w)", "", sentence, count=1)
    yield re.sub(r"\b(?:about|roughly|around|some) (?=[$\d])", "", sentence)
    yield re.sub(r"\b(?:too|again|also|however|in fact|of course),? ", "", sentence)


def split_halves(sentence: str) -> Iterator[str]:
    """Each half of a sentence that a semicolon joins."""
    halves = sentence.split("; ")
    if len(halves) == 2 and all(len(half.split()) > 3 for half in halves):
        yield f"{halves[0]}."
        yield halves[1][0].upper() + halves[1][1:]


def shorten(sentence: str) -> Iterator[str]:
    """Abbreviations, and the American spelling."""
    for long, short in _SHORTER.items():
        if long in sentence:
            yield sentence.replace(long, short)


def attribute(sentence: str) -> Iterator[str]:
    """The article named as the source."""
    if re.match(r"(?:The|A|An|It|She|He|They|Many|Some|There|Both)\b", sentence):
        yield f"According to the article, {sentence[0].lower()}{sentence[1:]}"


def refold(sentence: str) -> Iterator[str]:
    """Plain quote marks, and white space of another kind."""
    if re.search("[“’]", sentence):
        plain = sentence.replace("“", '"').replace("”", '"').replace("’", "'")
        yield plain.replace(" ", "\u00a0", 1)


PARAPHRASES: dict[str, Paraphrase] = {
    "opening moved": move_opening,
    "numbers rewritten": write_numbers,
    "shortened": leave_out,
    "one half": split_halves,
    "abbreviated": shorten,
    "attributed": attribute,
    "refolded": refold,
}
