"""Text → terms for the full-text index, and question → words. Words, and single characters and
pairs of them for scripts that do not put spaces between words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from index.backends.words.stems import stem

VERSION = "2"
"""Of the rules below, raised whenever they change: an index of others is made anew on opening."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = f"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u1100-\u11ff\uac00-\ud7a3{_HAN}"
"""Korean has spaces, but between groups of words: its words carry what others put before theirs."""

_RUN = re.compile(f"[{_UNSPACED}]+")
_CHARACTER = re.compile(f"[{_HAN}]")
_MARK = re.compile(
    # Of Latin, Greek and Cyrillic, without the breve that makes another letter of и.
    "(?<!\u0438)\u0306|[\u0300-\u0305\u0307-\u036f"
    # Hebrew points, Arabic vowels with the hamza over and under letters, Koran marks, tatweel.
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u06d6-\u06ed\u0640]"
)
_LETTERS = str.maketrans("ةىیک", "هييك")
"""Arabic letters that are written one for another."""

_DIGIT = re.compile(r"[^\D0-9]")
_NO_WORD = re.compile(r"[^\w\s]|_")

STEMMED = "\ue000"
"""Ends what was stemmed here, so that SQLite takes no English ending off it, and a word of one
language is not taken for the stem of another."""


def terms(text: str, language: str = "") -> str:
    """Return the words of ``text`` without case and accents, runs of unspaced script as pairs.

    ``"Résumé: 中心"`` → ``"resume    中 心 中心 "``. A tokenizer that takes a run for one word
    finds nothing in Chinese, Japanese or Thai; SQLite's own folding is for Latin letters only.
    ``language``: what the text is in, if that has stems (``stems.has_stems``).
    """
    words = _NO_WORD.sub(_mark_or_space, _fold(text))
    if not words.isascii():
        words = _RUN.sub(_pairs, words)
    if language:
        words = " ".join(f"{stem(word, language)}{STEMMED}" for word in words.split())
    return words


def words(question: str, languages: Iterable[str] = ()) -> list[str]:
    """Return the words of ``question`` that can be searched for, each once.

    They are as they stand, and stemmed in each of ``languages``: those of the articles.
    """
    found = dict.fromkeys(
        word for language in ("", *languages) for word in terms(question, language).split()
    )
    return [word for word in found if any(map(str.isalnum, word))]


def _fold(text: str) -> str:
    """Return a text without case, marks and widths, and with digits from 0 to 9."""
    if text.isascii():
        return text.lower()
    plain = _MARK.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_LETTERS)
    return _DIGIT.sub(_plain_digit, unicodedata.normalize("NFC", plain))


def _plain_digit(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit.group()))


def _mark_or_space(character: re.Match[str]) -> str:
    found = character.group()
    return found if unicodedata.category(found)[0] == "M" else " "


def _pairs(run: re.Match[str]) -> str:
    """Pairs, and of Chinese single characters too, for each may be a word."""
    found = run.group()
    singles = _CHARACTER.findall(found) if len(found) > 1 else []
    pairs = [found[i : i + 2] for i in range(max(1, len(found) - 1))]
    return f" {' '.join([*singles, *pairs])} "
