"""Whether the words of a PDF's page can be words of a language, where widths tell nothing."""

from __future__ import annotations

import re
import unicodedata

from index.parse.pdf.ligatures import vocabulary

FEWEST = 12
"""Fewer words tell nothing."""

COMMON = 2.2
"""Letters in one token of a language model's vocabulary: of English 5.6, German 3.5, Spanish 3.9.

Letters that are exchanged for others make 1.7 to 2.0, and what few languages have fewer than this
have more vowels.
"""

VOWELS = 0.3
"""The share of vowels among the letters: of 165 languages in Latin letters 158 have more."""

DISTINCT = 12
"""Words of fewer different letters are keys, or genes."""

_WORD = re.compile(r"(?<!\w)[^\W\d_][^\W\d_]{3,}(?!\w)")
_A_TO_Z = re.compile("[a-z]")


def are_no_words(text: str) -> bool:
    """Tell whether a text in Latin letters is in no language: ``"Gur znlbe bcrarq …"``.

    Names, numbers and codes are not looked at, nor are texts of a few words.
    """
    words = [word.lower() for word in _WORD.findall(text) if word[1:].islower()]
    letters = unicodedata.normalize("NFD", "".join(words))
    plain = _A_TO_Z.findall(letters)
    if len(words) < FEWEST or len(plain) < 0.9 * len("".join(words)) or len({*plain}) < DISTINCT:
        return False
    if sum(letter in "aeiou" for letter in plain) >= VOWELS * len(plain):
        return False
    tokens = sum(len(vocabulary().encode_ordinary(f" {word}")) for word in words)
    return len("".join(words)) < COMMON * tokens
