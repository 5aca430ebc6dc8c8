"""A small deterministic embedder whose scores can be computed by hand.

Each word is a unit vector along an axis of its own; a text is the sum of its words, scaled to
length 1. So ``cos("red fox", "red car") == 1/2``, and a token matches another one by 1 or 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.embed.embedder import unit
from index.types import Encoding, Fingerprint, Tokens

DIMENSION = 1024
_WORD = re.compile(r"\w+|[^\w\s]")


class TinyEmbedder:
    """An ``Embedder`` without a model; ``weights`` and ``max_tokens`` can be chosen by a test."""

    def __init__(self, name: str = "tiny", weights: str = "none", max_tokens: int = 24) -> None:
        self.name = name
        self.encoded = 0
        self._fingerprint = Fingerprint(name, weights, DIMENSION, max_tokens)

    @property
    def fingerprint(self) -> Fingerprint:
        return self._fingerprint

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        return [_tokens(text) for text in texts]

    def encode(
        self, texts: Sequence[str], *, query: bool = False, context: str = ""
    ) -> list[Encoding]:
        self.encoded += len(texts)
        return [self._encode(text, query) for text in texts]

    def _encode(self, text: str, query: bool) -> Encoding:
        tokens = _tokens(text)
        if len(tokens.ids) > self._fingerprint.max_tokens and not query:
            raise ValueError("too long")
        rows = np.zeros((len(tokens.ids), DIMENSION), dtype=np.float32)
        rows[np.arange(len(rows)), tokens.ids] = 1.0
        return Encoding(unit(rows.sum(axis=0)), tokens, rows)


def axis(word: str) -> int:
    """The axis of a word."""
    return crc32(word.lower().encode()) % DIMENSION


def _tokens(text: str) -> Tokens:
    found = list(_WORD.finditer(text))
    ids = np.array([axis(match.group()) for match in found], dtype=np.int32)
    ranges = np.array([match.span() for match in found], dtype=np.int32).reshape(-1, 2)
    return Tokens(ids, ranges)
