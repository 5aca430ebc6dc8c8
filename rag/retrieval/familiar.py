"""Whether the embedder knows the language of a question, measured by its own vocabulary.

A word that it knows is a token of its own. Of a language that it was not trained on it spells the
words out, or has one token for whatever it has never seen. No list of languages is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

from index.embed.forward import MULTILINGUAL
from index.types import PassageTokens, Tokens
from rag.language.function_words import FUNCTION_WORDS
from rag.question.encode import Question
from rag.retrieval.candidates import Candidate

KNOWN_SHARE = 0.52
"""From this share on a language is known. On XQuAD all English questions have more (0.526 to 0.99;
both halves were looked at, so that none of them is ranked otherwise than by vectors), of Spanish
and German ones 19 in 20 have less than 0.45, Russian, Chinese and Arabic ones next to nothing."""

TRUST = 3.0
"""How fast vectors are trusted more as more is known. Chosen on calibration halves, of 0.5 to 4."""

LEAST_TRUST = 0.001
"""What vectors weigh at least: they order what shares no word, or the same words."""

MANY_LANGUAGES = frozenset({MULTILINGUAL})
"""Embedders whose vectors are trusted in any language, across languages too: on calibration halves
of XQuAD every share that shared words have in their ranks costs."""

READ = 5
"""How many passages tell what language the articles are in."""

PASSAGE_PIECES = 12
"""What they say counts as much as so many pieces of the question: a name alone has no language."""

PIECE_LETTERS = 4
"""An unknown stretch of text counts as a piece for every so many characters."""

JOINING_PIECES = 3
"""An English word that joins others counts as so many known pieces: a text on chloroplasts is spelt
out as well, but no other language joins words with these."""

_WORD = re.compile(r"[^\W\d_]+")
_ACCENT = re.compile("[\u0300-\u036f]")


class _Piece(NamedTuple):
    """A token with letters in it. ``whole``: it is a word, not a part of one."""

    text: str
    token: int
    whole: bool


def knows(share: float) -> bool:
    """Tell whether the embedder knows a language of which it knows this share.

    Where it does not, its vectors, and whatever was fitted on English, tell little or nothing.
    """
    return share >= KNOWN_SHARE


def in_english(question: Question, share: float) -> bool:
    """Tell whether a question is in the English that the reader learnt, as far as that is known.

    Of an embedder that knows many languages, what share it knows says nothing.
    """
    return knows(share) and question.embedder not in MANY_LANGUAGES


def trust_in_vectors(share: float) -> float:
    """Return what vectors weigh beside shared words (their weight is the rest), in (0, 1].

    1 where the language is known, next to nothing where it is not: there words find better.
    """
    trust = TRUST * share / (KNOWN_SHARE + (TRUST - 1) * share)
    return min(1.0, max(LEAST_TRUST, trust))


def known_share(question: Question, candidates: Sequence[Candidate]) -> float:
    """Return how much of the language of a question the embedder knows, in [0, 1].

    1 for an embedder that was trained on many. Of another one it is the share of the question's
    pieces that are words of their own. Since a short question may be all names, the passages that
    share most words with it have a say.
    """
    if question.tokens is None or question.embedder in MANY_LANGUAGES:
        return 1.0
    near = sorted((c for c in candidates if c.shared > 0), key=lambda c: -c.shared)[:READ]
    asked = _pieces(question.searched, question.tokens)
    found = [piece for each in near for piece in _pieces(each.passage.text, each.tokens)]
    strange = _strange([*asked, *found])
    known, pieces = _sum(asked, strange)
    if found:
        around, of = _sum(found, strange)
        known, pieces = known + PASSAGE_PIECES * around / of, pieces + PASSAGE_PIECES
    return known / pieces if pieces else 1.0


def _pieces(text: str, tokens: Tokens | PassageTokens) -> list[_Piece]:
    """Return the tokens of ``text`` that have letters, without words of a single letter."""
    words = {word.span() for word in _WORD.finditer(text)}
    found = []
    for (start, end), token in zip(tokens.ranges.tolist(), tokens.ids.tolist(), strict=True):
        piece = text[start:end]
        if (start, end) in words:
            if end - start > 1:
                found.append(_Piece(piece, token, True))
        elif _WORD.search(piece):
            found.append(_Piece(piece, token, False))
    return found


def _strange(pieces: Iterable[_Piece]) -> set[int]:
    """Return the tokens that stand for several words: such a token is any word never seen."""
    of: dict[int, str] = {}
    strange = set()
    for piece in pieces:
        if piece.whole:
            first = of.setdefault(piece.token, piece.text)
            if first != piece.text and _plain(first) != _plain(piece.text):
                strange.add(piece.token)
    return strange


def _sum(pieces: Iterable[_Piece], strange: Set[int]) -> tuple[float, float]:
    """Return how many of the pieces are known, and how many there are."""
    known = total = 0.0
    for piece in pieces:
        if piece.whole and piece.token not in strange:
            size = JOINING_PIECES if piece.text.lower() in FUNCTION_WORDS else 1.0
            known += size
        else:
            size = max(1.0, len(piece.text) / PIECE_LETTERS)
        total += size
    return known, total


def _plain(word: str) -> str:
    return _ACCENT.sub("", unicodedata.normalize("NFKD", word.casefold()))
