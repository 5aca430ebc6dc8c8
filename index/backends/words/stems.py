"""Words without their endings, in the languages that Snowball knows."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock
from typing import Protocol

from index.language import CODES

KEPT = 100_000
"""How many stems are remembered."""

_NAMES = {code: name for name, code in CODES.items()}

_ONE_AT_A_TIME = Lock()
"""A stemmer keeps the word that it works on."""


_HEH, _TEH_MARBUTA = "\u0647", "\u0629"
"""Ends of Arabic words, often written one for the other; the stemmer takes off the second."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


@cache
def has_stems(language: str) -> bool:
    """Tell whether words of a language are stemmed here; English ones are by SQLite itself."""
    import snowballstemmer

    return language != "en" and _name(language) in snowballstemmer.algorithms()


@lru_cache(KEPT)
def stem(word: str, language: str) -> str:
    """Return what is left of a folded word. ``("puertos", "es")`` → ``"puert"``."""
    if language == "ar" and word.endswith(_HEH):
        word = word[:-1] + _TEH_MARBUTA
    with _ONE_AT_A_TIME:
        return _stemmer(language).stemWord(word)


def _name(language: str) -> str:
    return _NAMES.get(language, "").partition(" ")[0].lower()


@cache
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer

    found: _Stemmer = snowballstemmer.stemmer(_name(language))
    return found
