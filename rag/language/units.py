"""Units and their many spellings: ``"metres"``, ``"m"`` and ``"Meter"`` are one."""

from __future__ import annotations

import re

_PREFIXES = {
    "tera": "T", "giga": "G", "mega": "M", "kilo": "k", "centi": "c", "milli": "m", "micro": "µ",
    "nano": "n",
}  # fmt: skip
_WITH_PREFIX = {
    "m": "metre meter mètre", "g": "gram gramme gramm", "l": "litre liter",
    "W": "watt", "V": "volt", "J": "joule", "Hz": "hertz", "Pa": "pascal",
    "Wh": "watt_hour watt-hour wattstunde wattheure",
}  # fmt: skip
_DATA = {"bit": "bit", "B": "byte"}
# A pound of money and one of weight are not told apart: nobody takes the one for the other.
_NAMES = {
    "%": "% percent per_cent percentage pct prozent pour_cent",
    "$": "$ usd us$ dollar us_dollar", "€": "€ eur euro", "£": "£ gbp lb pound", "¥": "¥ yen jpy",
    "₹": "₹ inr rupee", "CHF": "chf swiss_franc", "kr": "kr krone kroner krona kronor",
    "mi": "mi mile", "ft": "ft foot feet", "in": "inch inches", "yd": "yd yard",
    "nmi": "nmi nautical_mile", "ha": "ha hectare hektar", "acre": "acre",
    "t": "tonne ton tonnen", "oz": "oz ounce", "kg": "kilo",
    "s": "sec second sekunde sekunden", "min": "min minute minuten",
    "h": "hr hour stunde stunden heure", "d": "day tag tage tagen jour",
    "w": "week", "mo": "month", "a": "yr year", "10a": "decade", "100a": "century centuries",
    "kn": "kn kt knot", "km/h": "km/h kmh kph kilometre/h kilometer/h", "mph": "mph mile/h",
    "m/s": "m/s metre/s meter/s", "°": "° degree", "dB": "db decibel",
}  # fmt: skip
_SYMBOLS = {"t": "t", "h": "h", "s": "s", "L": "l"}
_AREAS = {"2": "square_{} sq_{} sq.{} {}²", "3": "cubic_{} cu_{} cu.{} {}³"}


def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    """Return the unit of every name, in lower case, and of every symbol as it is written."""
    names = {word: unit for unit, words in _NAMES.items() for word in words.split()}
    symbols = dict(_SYMBOLS)
    for base, words in _WITH_PREFIX.items():
        for long, short in {"": "", **_PREFIXES}.items():
            names |= {f"{long}{word}": f"{short}{base}" for word in words.split()}
            symbols[f"{short}{base}"] = f"{short}{base}"
    for base, word in _DATA.items():
        for long, short in _PREFIXES.items():
            unit = f"{short.upper()}{base}"
            names |= {f"{long}{word}": unit, f"{long}{word}/s": f"{unit}/s"}
            symbols |= {unit: unit, f"{short}{base}": unit}
            symbols |= {f"{unit}/s": f"{unit}/s", f"{short}{base}/s": f"{unit}/s"}
    for power, forms in _AREAS.items():
        for word in [word for word, unit in names.items() if unit in ("m", "km", "cm", "mi", "ft")]:
            names |= {form.format(word): f"{names[word]}{power}" for form in forms.split()}
        for symbol in ("m", "km", "cm", "mm"):
            symbols |= {form.format(symbol): f"{symbol}{power}" for form in forms.split()}
    return names, symbols


_BY_NAME, _BY_SYMBOL = _spellings()
_WORD = r"[^\W\d_]+[²³]?"
_UNIT = re.compile(
    r"(?P<space>[\s-]*)(?P<word>%|(?:°|degrees?\s)\s?(?:C|F|Celsius|Fahrenheit)\b|°"
    r"|(?:(?:square|cubic|sq|cu|nautical|per|pour|US|Swiss|(?:kilo|mega|giga|tera)?watt)[\s.-]+)?"
    rf"{_WORD}(?:/{_WORD}|\s(?:per|an?)\s(?:hour|second)\b)?)",
    re.IGNORECASE,
)


def read_unit(text: str, start: int) -> tuple[str, int]:
    """Return the unit of the number that ends at ``start``, ``""`` if none, and where it ends.

    ``("120 m high", 3)`` → ``("m", 5)``.
    """
    match = _UNIT.match(text, start)
    if not match:
        return "", start
    word = re.sub(r"\s(?:per|an?)\s(?=[hs])", "/", match["word"], flags=re.IGNORECASE)
    word = re.sub(r"(?<=/)([hs])(?:our|econd)$", r"\1", word, flags=re.IGNORECASE)
    word = re.sub(r"\s+", "_", word)
    shorter = (word, re.split(r"/", word)[0], re.split(r"[_-]", word)[0])
    for each in dict.fromkeys(shorter):
        # "the 80s" are no seconds
        unit = "" if each == "s" and not match["space"] else unit_of(each)
        if unit:
            whole = each == word
            return unit, match.end() if whole else match.start("word") + len(each)
    return "", start


def unit_of(word: str) -> str:
    """Return the unit that a word or sign is, ``""`` if it is none."""
    lower = word.lower()
    degrees = re.fullmatch(r"(?:°|degrees?)_?([cf])\w*", lower)
    if degrees:
        return f"°{degrees[1].upper()}"
    singular = re.sub(r"(?<!/)s(?=/|$)", "", lower)
    return _BY_SYMBOL.get(word) or _BY_NAME.get(lower) or _BY_NAME.get(singular, "")
