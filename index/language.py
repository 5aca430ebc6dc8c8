"""What language a text is in, told by its commonest words; by its script, where that is enough.

The words are those of jusText, in the order in which they are common in a hundred Wikipedias.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

ENGLISH = "English"

LOOKED_AT = 4000
"""So many characters of a text tell its language."""

COMMON = 300
"""So many of a language's commonest words are looked for."""

ELSEWHERE = 1e-4
"""How common a word is taken to be in a language that does not have it among these."""

CLEARLY = 0.4
"""By how much likelier, a word, a question has to be in another language to be told to be in it:
the logarithm. Few words are in several languages, and many are names."""

HARMONIC = 9.8
"""The sum of one over the rank, of ten thousand words."""

SHARE = 8
"""A letter of a script without spaces counts as so many of a script with them."""

FEWEST = 3
"""So many of a language's commonest words a text has at least: a name alone has no language."""

CODES = {
    "Arabic": "ar", "Armenian": "hy", "Basque": "eu", "Bulgarian": "bg", "Catalan": "ca",
    "Croatian": "hr", "Czech": "cs", "Danish": "da", "Dutch": "nl", "English": "en",
    "Esperanto": "eo", "Estonian": "et", "Finnish": "fi", "French": "fr", "Galician": "gl",
    "German": "de", "Greek": "el", "Hebrew": "he", "Hindi": "hi", "Hungarian": "hu",
    "Icelandic": "is", "Indonesian": "id", "Irish": "ga", "Italian": "it", "Kazakh": "kk",
    "Latvian": "lv", "Lithuanian": "lt", "Macedonian": "mk", "Marathi": "mr", "Nepali": "ne",
    "Norwegian Bokmal": "nb", "Persian": "fa", "Polish": "pl", "Portuguese": "pt",
    "Romanian": "ro", "Russian": "ru", "Serbian": "sr", "Slovak": "sk", "Slovenian": "sl",
    "Spanish": "es", "Swedish": "sv", "Tamil": "ta", "Turkish": "tr", "Ukrainian": "uk",
    "Urdu": "ur", "Vietnamese": "vi",
}  # fmt: skip
"""BCP 47, of those languages whose words or sentences have rules of their own."""

_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u206f\u060c\u061b\u061f\u06d4\u0964]+")
"""Marks of vowels are of the word: Hindi has them."""

_NO_LANGUAGES = {"Simple_English"}
_TOLD = [math.log(1 / (rank * HARMONIC * ELSEWHERE)) for rank in range(1, COMMON + 1)]
_UNSPACED = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "THAI": "Thai",
    "LAO": "Lao",
    "KHMER": "Khmer",
    "MYANMAR": "Burmese",
    "TIBETAN": "Tibetan",
}
"""Scripts that put no spaces between words, each with the language that is mostly written in it."""


def language_of(text: str) -> str:
    """Return the English name of the language that a text is likeliest in; "" if nothing tells.

    ``"Wer hat die Brücke gebaut?"`` → ``"German"``.
    """
    likely = _likelihoods(text)
    best = max(likely, key=lambda name: (likely[name], name), default="")
    return best if best and likely[best] > 0 else ""


def code_of(text: str) -> str:
    """Return the code of a text's language, "" where that cannot be told or has no rules.

    ``"Der Hund und die Katze sind im Haus."`` → ``"de"``. What is too short has none.
    """
    name = language_of(text)
    common = _common_words().get(name, {})
    seen = sum(word in common for word in _words(text))
    return CODES.get(name, "") if seen >= FEWEST else ""


def is_in(text: str, language: str) -> bool:
    """Tell whether a text may be in a language: no other is clearly likelier."""
    likely = _likelihoods(text)
    if language not in likely:
        return not likely
    if max(likely.values()) - likely[language] >= CLEARLY:
        return False
    return _script_of(language) in _scripts(text)


def _likelihoods(text: str) -> Mapping[str, float]:
    """Return how likely a text is in each language: the mean logarithm, 0 for any language."""
    words = _words(text)
    if not words:
        return {}
    unspaced = _unspaced(_scripts("".join(words)))
    if unspaced:
        return {unspaced: 1.0}
    return {
        name: sum(told.get(word, 0.0) for word in words) / len(words)
        for name, told in _common_words().items()
    }


def _words(text: str) -> list[str]:
    return [w.lower() for w in _WORD.findall(unicodedata.normalize("NFC", text[:LOOKED_AT]))]


def _scripts(text: str) -> Counter[str]:
    """Return how many letters a text has of each script: ``Counter(LATIN=4, CJK=2)``."""
    letters = Counter(filter(str.isalpha, text[:LOOKED_AT]))
    found: Counter[str] = Counter()
    for letter, count in letters.items():
        found[unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]] += count
    return found


def _unspaced(scripts: Counter[str]) -> str:
    """Return the language of a text in a script without spaces; "" for any other.

    A letter may be a word there. Japanese has Chinese characters too, Chinese has no kana.
    """
    found = Counter[str]()
    for script, count in scripts.items():
        found[_UNSPACED.get(script, "")] += count
    if SHARE * sum(count for name, count in found.items() if name) < found[""]:
        return ""
    del found[""]
    return "Japanese" if found["Japanese"] else next(iter(found.most_common(1)), ("", 0))[0]


@cache
def _script_of(language: str) -> str:
    """Return the script that a language is mostly written in."""
    if language not in _common_words():
        return next(script for script, name in _UNSPACED.items() if name == language)
    return _scripts("".join(_common_words()[language])).most_common(1)[0][0]


@cache
def _common_words() -> Mapping[str, Mapping[str, float]]:
    """Return the common words of each language, with how much likelier they are in it: log(p/q).

    A word's share of a text falls with its rank (Zipf).
    """
    found = {}
    for file in files("justext").joinpath("stoplists").iterdir():
        name, _, ending = file.name.partition(".")
        if ending == "txt" and name not in _NO_LANGUAGES:
            lines = file.read_bytes()[:LOOKED_AT].decode(errors="ignore").lower().split()
            words = list(dict.fromkeys(lines))[:COMMON]
            found[name.replace("_", " ")] = dict(zip(words, _TOLD, strict=False))
    return found
