"""Texts that are encoded once while one question is answered, however many judge them."""

from __future__ import annotations

from collections.abc import Sequence

from index.embed.embedder import Embedder
from index.types import Encoding, Fingerprint, Tokens


class EncodesOnce:
    """An embedder that keeps what it made of each question. Made for one ``ask`` and dropped.

    Each is encoded by itself, so that its vectors are to the last bit what they are without this.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, Encoding] = {}

    @property
    def name(self) -> str:
        """What the embedder was asked for by."""
        return self._embedder.name

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors were made with."""
        return self._embedder.fingerprint

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return what the embedder makes of ``texts``; nothing is kept."""
        return self._embedder.tokenize(texts)

    def encode(
        self, texts: Sequence[str], *, query: bool = False, context: str = ""
    ) -> list[Encoding]:
        """Return the encodings of ``texts``; one question alone is kept, all else encoded anew."""
        if not query or context or len(texts) != 1:
            return self._embedder.encode(texts, query=query, context=context)
        [text] = texts
        if text not in self._kept:
            [self._kept[text]] = self._embedder.encode([text], query=True)
        return [self._kept[text]]
