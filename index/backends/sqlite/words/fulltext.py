"""Text → terms for the full-text index, and question → words. Words, and pairs of characters
for scripts that do not put spaces between words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_RUN = re.compile(f"[{_UNSPACED}]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_NO_WORD = re.compile(r"[^\w\s]|_")


def terms(text: str) -> str:
    """Return the words of ``text`` without case and accents, runs of unspaced script as pairs.

    ``"Résumé: 数据中心"`` → ``"resume    数据 据中 中心 "``. A tokenizer that takes a run for one
    word finds nothing in Chinese, Japanese or Thai; SQLite's own folding is for Latin letters only.
    """
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    words = _NO_WORD.sub(_mark_or_space, unicodedata.normalize("NFC", plain))
    return _RUN.sub(_pairs, words)


def words(question: str) -> list[str]:
    """Return the words of ``question`` that can be searched for, each once."""
    found = dict.fromkeys(terms(question).split())
    return [word for word in found if any(map(str.isalnum, word))]


def any_of(words: Iterable[str]) -> str:
    """Return an FTS5 expression: ``["near", "the"]`` → ``'"near" OR "the"'``."""
    return " OR ".join(f'"{word}"' for word in words)


def one_with(word: str, others: Iterable[str]) -> str:
    """Return an FTS5 expression: ``("a", ["b", "c"])`` → ``'"a" AND ("b" OR "c")'``."""
    return f'"{word}" AND ({any_of(others)})'


def _mark_or_space(character: re.Match[str]) -> str:
    found = character.group()
    return found if unicodedata.category(found)[0] == "M" else " "


def _pairs(run: re.Match[str]) -> str:
    found = run.group()
    return f" {' '.join(found[i : i + 2] for i in range(max(1, len(found) - 1)))} "
