"""A text as the checks read it: its words, folded so that spelling and inflection do not matter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from rag.language.function_words import FUNCTION_WORDS

_WORD = re.compile(r"[^\W_]+(?:[.&'’‘-][^\W_]+)*")
_QUOTE_MARKS = str.maketrans("‘’‚‛“”„‟«»‹›′″–—‑−", "''''\"\"\"\"\"\"'''\"----")
_SPELLINGS = (
    (re.compile(r"(?<=\w\w)is(e[ds]?|ing|ations?)$"), r"iz\1"),
    (re.compile(r"(?<=[bdnt])re(s?)$"), r"er\1"),
    (re.compile(r"(?<=\w\w)our"), "or"),
    (re.compile(r"mme(s?)$"), r"m\1"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"ence$"), "ense"),
)
_stemmer = snowballstemmer.stemmer("english")

REMARK = frozenset(
    """
    article articles report reports reported author text excerpt excerpts source sources passage
    according also however therefore thus additionally furthermore moreover meanwhile
    """.split()
)
"""Words in which a statement speaks of its source or joins itself to the one before."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word at ``[start, end)`` of its text. ``stem`` is what is compared."""

    text: str
    start: int
    end: int
    stem: str

    @property
    def content(self) -> bool:
        """Whether it says something, rather than joins other words."""
        lower = self.text.lower()
        return lower not in FUNCTION_WORDS and lower not in REMARK and self.stem != ""


def fold(text: str) -> str:
    """Return a text on one line with plain quote marks and dashes."""
    return " ".join(text.translate(_QUOTE_MARKS).split())


@lru_cache(maxsize=2_000)
def read_terms(text: str) -> tuple[Term, ...]:
    """Return the words of a text. ``"The company’s cables"`` → the, compani, cabl."""
    return tuple(
        Term(found.group(), found.start(), found.end(), stem_of(found.group()))
        for found in _WORD.finditer(text)
    )


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Return what is left of a word without inflection; British and American spelling agree."""
    lower = word.translate(_QUOTE_MARKS).lower().removesuffix("'s").replace("'", "")
    for spelling, plain in _SPELLINGS:
        lower = spelling.sub(plain, lower)
    return str(_stemmer.stemWord(lower))
