"""A number in a cell, as its format shows it: ``(45419.0, "d mmm yyyy")`` → ``"7 May 2024"``.

The formats are those of ECMA-376, part 1, 18.8.31. Names of months and days are English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

from index.parse.formats.sheets.date_formats import DATE_TOKEN, date_shown

GENERAL = "General"
_BY_SYSTEM = "yyyy-mm-dd"
"""Shown in the order of the reader's own country: here in the one that all countries read alike."""

BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0', 6: '"$"#,##0',
    7: '"$"#,##0.00', 8: '"$"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: _BY_SYSTEM, 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: f"{_BY_SYSTEM} h:mm",
    37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"', 42: '"$"#,##0;("$"#,##0);"-"', 43: '#,##0.00;(#,##0.00);"-"',
    44: '"$"#,##0.00;("$"#,##0.00);"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""Formats that a file names by number alone."""

WIDE = 11
"""A number without a format is shown in so many characters, at most."""

_TOKEN = re.compile(
    rf"""(?P<quoted>"[^"]*"?) | \\(?P<escaped>.) | (?P<space>[_*].?)
    | \[\$(?P<money>[^\]-]*)[^\]]*\] | \[(?P<test>[<>=]{{1,2}}-?[\d.]+)\]
    | (?P<general>general) | (?P<date>{DATE_TOKEN}) | (?P<other>\[[^\]]*\])
    | (?P<exponent>e[+-]) | (?P<digit>[0\#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%)
    | (?P<text>@) | (?P<end>;) | (?P<literal>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TEST = re.compile(r"([<>=]{1,2})(.*)")
_PLAIN = re.compile(r"#*0|#,##0|(?:#*0|#,##0)\.0+")
_EXACT = Context(prec=400)
_LITERAL = {"quoted", "escaped", "money", "literal", "percent"}

Token = tuple[str, str]
"""What it is, and what it says."""


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the up to four parts of a format: for numbers above 0, below, 0, and text."""

    tokens: tuple[Token, ...]
    test: str = ""
    kinds: frozenset[str] = frozenset()

    def has(self, kind: str) -> bool:
        return kind in self.kinds


def is_date(code: str) -> bool:
    """Tell whether a format shows a number as a date or a time."""
    return _sections(code)[0].has("date")


def number_shown(value: float, code: str = GENERAL, *, since_1904: bool = False) -> str:
    """Return a number as a format shows it; dates are counted in days."""
    section, bare = _choose(value, _sections(code))
    if section.has("date"):
        return date_shown(value, section.tokens, since_1904=since_1904)
    sign = "-" if value < 0 and not bare else ""
    if section.has("general") or not (section.has("digit") or section.has("text")):
        own = "".join(says for kind, says in section.tokens if kind in _LITERAL)
        only_words = bool(section.tokens) and not section.has("general")
        shown = own if only_words or bare else own + _general(abs(value))
        return (sign if not only_words else "") + shown if section.tokens else ""
    if section.has("text"):
        return sign + _general(abs(value))
    return sign + _digits(abs(value), section).strip()


def text_shown(text: str, code: str) -> str:
    """Return a text as a format shows it: the fourth of its parts is for text."""
    sections = _sections(code)
    if len(sections) < 4:
        return text
    said = (text if kind == "text" else says for kind, says in sections[3].tokens)
    return "".join(said)


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or ""
        if kind == "end":
            sections.append([])
        elif kind not in {"space", "other"}:
            says = found[kind].strip('"') if kind == "quoted" else found[kind]
            sections[-1].append((kind, says))
    made = []
    for tokens in sections[:4]:
        test = next((says for kind, says in tokens if kind == "test"), "")
        kept = tuple(each for each in tokens if each[0] != "test")
        made.append(_Section(kept, test, frozenset(kind for kind, _ in kept)))
    return tuple(made)


def _choose(value: float, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """Return the part for a number, and whether it says by itself that the number is below 0."""
    if len(sections) == 1 and not sections[0].test:
        return sections[0], False
    if any(section.test for section in sections):
        for section in sections[:3]:
            if not section.test or _holds(value, section.test):
                return section, bool(section.test) and value < 0 and "<" in section.test
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], False


def _holds(value: float, test: str) -> bool:
    found = _TEST.match(test)
    sign, bound = (found[1], float(found[2].strip(".") or 0)) if found else ("=", 0.0)
    return (
        ("=" in sign and value == bound)
        or ("<" in sign and value < bound)
        or (">" in sign and value > bound)
    )


def _general(value: float) -> str:
    for digits in range(WIDE - 1, 0, -1):
        shown = f"{value:.{digits}g}".replace("e", "E")
        if len(shown) <= WIDE and "E" not in shown:
            return shown
    return f"{value:.0f}" if value < 10**WIDE and value >= 1 else f"{value:.5E}"


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the tokens of a number's format say: where its point is, how it is rounded."""

    point: int
    scale: int
    places: int
    grouped: bool
    plain: bool


@cache
def _shape(tokens: tuple[Token, ...]) -> _Shape:
    kinds = [kind for kind, _ in tokens]
    last = max(place for place, kind in enumerate(kinds) if kind == "digit")
    point = kinds.index("point") if "point" in kinds else last + 1
    whole_end = max((p for p in range(min(point, len(kinds))) if kinds[p] == "digit"), default=-1)
    thousands = sum(_commas(kinds, place) for place in {whole_end, last})
    grouped = "comma" in kinds[: max(whole_end, 0)]
    core = "".join(says for kind, says in tokens if kind in {"digit", "point", "comma"})
    first = kinds.index("digit")
    together = not any(kind in _LITERAL for kind in kinds[first : last + 1])
    return _Shape(
        point,
        2 * kinds.count("percent") - 3 * thousands,
        sum(kind == "digit" for kind in kinds[point:]),
        grouped,
        together and _PLAIN.fullmatch(core) is not None,
    )


def _digits(value: float, section: _Section) -> str:
    """Return a number above 0 with the digits, points and words of a format."""
    tokens = section.tokens
    if section.has("exponent"):
        return _scientific(value, tokens)
    if section.has("literal") and ("literal", "/") in tokens:
        return _fraction(value, tokens)
    shape = _shape(tokens)
    told = _rounded(value, shape.scale, shape.places)
    if shape.plain:
        whole, _, part = told.partition(".")
        core = (f"{int(whole):,}" if shape.grouped else whole) + (f".{part}" if part else "")
        return _around(tokens, core)
    whole, _, part = told.partition(".")
    left = _whole("" if whole == "0" else whole, tokens[: shape.point], grouped=shape.grouped)
    return left + _part(part, tokens[shape.point :])


def _around(tokens: tuple[Token, ...], core: str) -> str:
    """Put what stands before and behind a number around it."""
    before, behind = _words_around(tokens)
    return f"{before}{core}{behind}"


@cache
def _words_around(tokens: tuple[Token, ...]) -> tuple[str, str]:
    first = next(place for place, (kind, _) in enumerate(tokens) if kind == "digit")
    before, behind = (
        "".join(says for kind, says in part if kind in _LITERAL)
        for part in (tokens[:first], tokens[first:])
    )
    return before, behind


def _rounded(value: float, scale: int, places: int) -> str:
    """Return a number in decimals, what is half rounded up: ``(2.675, 0, 2)`` → ``"2.68"``.

    It is the shortest number that reads as ``value`` that is rounded, as people see it.
    """
    told = repr(value)
    _, _, part = told.partition(".")
    if scale or "e" in told or part[places : places + 1] == "5":
        exact = Decimal(told).scaleb(scale, _EXACT)
        return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT):f}"
    return f"{value:.{places}f}"


def _commas(kinds: list[str], place: int) -> int:
    """Count the commas right behind a place: each divides by a thousand."""
    count = 0
    while kinds[place + count + 1 : place + count + 2] == ["comma"]:
        count += 1
    return count


def _whole(digits: str, tokens: tuple[Token, ...], *, grouped: bool) -> str:
    """Fill the digits of a whole number in from the right; the first place takes all that is left.

    ``("5551234", "000-0000")`` → ``"555-1234"``.
    """
    places = sum(kind == "digit" for kind, _ in tokens)
    shown: list[str] = []
    count = 0
    for kind, says in reversed(tokens):
        if kind != "digit":
            shown += [says] if kind in _LITERAL else []
            continue
        places -= 1
        taken = digits if not places else digits[-1:]
        digits = digits[: len(digits) - len(taken)]
        for char in reversed(taken or ("0" if says == "0" else "")):
            shown += ([","] if grouped and count and count % 3 == 0 else []) + [char]
            count += 1
    return "".join(reversed(shown))


def _part(digits: str, tokens: tuple[Token, ...]) -> str:
    """Return what stands from the point on; zeros that need not be shown are not."""
    wanted = [says for kind, says in tokens if kind == "digit"]
    while digits and digits[-1] == "0" and wanted[len(digits) - 1] != "0":
        digits = digits[:-1]
    shown, left = [], iter(digits)
    for kind, says in tokens:
        if kind == "digit":
            shown.append(next(left, ""))
        elif kind == "point":
            shown.append(".")
        elif kind in _LITERAL:
            shown.append(says)
    return "".join(shown)


def _scientific(value: float, tokens: tuple[Token, ...]) -> str:
    kinds = [kind for kind, _ in tokens]
    end = kinds.index("exponent")
    start = kinds.index("point") if "point" in kinds[:end] else end
    return f"{value:.{kinds[start:end].count('digit')}E}"


def _fraction(value: float, tokens: tuple[Token, ...]) -> str:
    """``(2.5, "# ?/?")`` → ``"2 1/2"``."""
    place = tokens.index(("literal", "/"))
    below = [says for kind, says in tokens[place + 1 :] if kind in {"digit", "literal"}]
    fixed = "".join(below).strip()
    if fixed.isdecimal() and int(fixed):
        exact = Fraction(round(value * int(fixed)), int(fixed))
    else:
        exact = Fraction(value).limit_denominator(10 ** max(1, len(fixed)) - 1)
    whole, rest = divmod(exact.numerator, exact.denominator)
    if not rest:
        return str(whole)
    return f"{whole or ''} {rest}/{exact.denominator}".strip()
