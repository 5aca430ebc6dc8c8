"""An answer's words against the gold answers. Higher is better; results are in [0, 1].

Exact match and token F1 follow the rules of SQuAD's official script (Rajpurkar et al. 2016, 2018).
Text in Chinese, Japanese or Thai, which has no spaces, is compared by characters.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
_PUNCTUATION = frozenset(string.punctuation)
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_PIECES = re.compile(f"{_UNSPACED.pattern}|[^\\s{_UNSPACED.pattern[1:-1]}]+")


def normalise(text: str) -> str:
    """Return ``text`` in lower case without punctuation, English articles and extra space."""
    lowered = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", lowered).split())


def words(text: str) -> list[str]:
    """Return the words that are compared: characters where the script has no spaces."""
    if not _UNSPACED.search(text):
        return normalise(text).split()
    kept = "".join(" " if unicodedata.category(c)[0] in "PS" else c for c in text)
    return _PIECES.findall(normalise(kept))


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """Return 1.0 if the answer is one of the golds; no golds: if it is empty."""
    return max(float(words(answer) == words(gold)) for gold in golds or [""])


def token_f1(answer: str, golds: Sequence[str]) -> float:
    """Return the best F1 of the answer's words against a gold; no golds: 1.0 if it is empty."""
    return max(_f1(words(answer), words(gold)) for gold in golds or [""])


def contains(answer: str, golds: Sequence[str]) -> float:
    """Return 1.0 if a gold stands in the answer, word for word."""
    found = words(answer)
    return float(any(_stands_in(words(gold), found) for gold in golds))


def _f1(found: list[str], gold: list[str]) -> float:
    if not found or not gold:
        return float(found == gold)
    shared = (Counter(found) & Counter(gold)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(found), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def _stands_in(gold: list[str], found: list[str]) -> bool:
    starts = range(len(found) - len(gold) + 1)
    return bool(gold) and any(found[i : i + len(gold)] == gold for i in starts)
