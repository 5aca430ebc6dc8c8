"""Passages as they are stored: what is packed into bytes, and sealed with a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.backends.signs import pack_signs, unpack_signs
from index.types import Encoding, Floats, Ints, Passage, PassageTokens, Sentence

LARGE = 20_000
"""A library with more passages is large: its search index is one of codes, for an exact one would
take longer than reading the question, and would be written again whole for every article; and the
token vectors of what is added from then on are kept by their signs."""

ANY_TOKEN = -1
"""Stands in the word frequencies for what every passage has."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A passage with what was encoded of it, as bytes.

    ``sentences`` is int32 (n, 2), ranges in the article; ``vector`` float32 (dim,), unit length;
    ``tokens`` int32 (n, 3), vocabulary number and range in the passage; ``token_vectors`` int8
    (n, dim), each row scaled to its largest component, or codes; ``sha256`` is by ``seal``.
    """

    id: int
    article_id: str
    paragraph: int
    start: int
    end: int
    text: str
    prompt_tokens: int
    sentences: bytes
    vector: bytes
    tokens: bytes
    token_vectors: bytes
    sha256: bytes
    words: str = ""

    @property
    def read(self) -> str:
        """What of it is in the full-text index."""
        return self.words or self.text

    @property
    def token_ids(self) -> Ints:
        """The vocabulary numbers, (n,); of damaged bytes, those that are whole."""
        tokens = self.tokens if isinstance(self.tokens, bytes) else b""
        return np.frombuffer(tokens[: len(tokens) // 12 * 12], dtype=np.int32)[::3]

    @property
    def whole(self) -> bool:
        """Whether it is what was stored, by its seal."""
        blobs = (self.sentences, self.vector, self.tokens, self.token_vectors)
        return all(isinstance(b, bytes) for b in blobs) and self.sha256 == seal(
            _place(self), *blobs
        )


def _place(packed: Packed) -> tuple[object, ...]:
    place = (packed.article_id, packed.paragraph, packed.start, packed.end, packed.text)
    return (*place, packed.words) if packed.words else place


def pack(passage: Passage, encoding: Encoding, *, large: bool) -> Packed:
    """Return a passage as it is stored. ``large``: its tokens' vectors by their signs alone."""
    by_signs = large and encoding.vector.size % 8 == 0
    ids = encoding.tokens.ids.reshape(-1, 1)
    blobs = (
        np.array([(s.start, s.end) for s in passage.sentences], dtype=np.int32).tobytes(),
        encoding.vector.astype(np.float32).tobytes(),
        np.hstack([ids, encoding.tokens.ranges]).astype(np.int32).tobytes(),
        (pack_signs if by_signs else scale_rows)(encoding.token_vectors),
    )
    place = (passage.article_id, passage.paragraph, passage.start, passage.end, passage.text)
    words = (passage.words,) if passage.words else ()
    sha256 = seal((*place, *words), *blobs)
    return Packed(passage.id, *place, passage.tokens, *blobs, sha256, passage.words)


def unpack(packed: Packed) -> tuple[Passage, PassageTokens]:
    """Return what was stored.

    Raises:
        ValueError: it is not, by its seal.
    """
    if not packed.whole:
        raise ValueError(f"passage {packed.id} is not what was stored")
    table = integers(packed.tokens, 3)
    passage = Passage(
        packed.article_id,
        packed.paragraph,
        packed.start,
        packed.end,
        packed.text,
        tuple(Sentence(int(a), int(b)) for a, b in integers(packed.sentences, 2)),
        packed.prompt_tokens,
        packed.id,
        packed.words,
    )
    lengths = None
    if len(packed.token_vectors) == len(table) * len(packed.vector) // 4:
        rows = np.frombuffer(packed.token_vectors, dtype=np.int8).reshape(len(table), -1)
    else:
        rows, lengths = unpack_signs(packed.token_vectors, len(table))
    return passage, PassageTokens(table[:, 0], table[:, 1:], rows, lengths)


def scale_rows(rows: Floats) -> bytes:
    """Return unit ``rows`` (n, dim) as int8, each scaled so that its largest component is 127."""
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0.0), 1e-12)
    return bytes(np.rint(rows * (127 / largest)).astype(np.int8).tobytes())


def seal(place: Sequence[object], *blobs: bytes) -> bytes:
    """Return the sha256 that a passage row carries of its place, its text and its blobs."""
    words = "\0".join(map(str, place)).encode()
    return hashlib.sha256(b"\0".join((words, *blobs))).digest()


def integers(blob: bytes, columns: int) -> Ints:
    """Return a blob as a table of (n, columns) int32."""
    return np.frombuffer(blob, dtype=np.int32).reshape(-1, columns)


def token_counts(rows: Iterable[Ints]) -> list[tuple[int, int]]:
    """Return each vocabulary number with how many rows have it; ``ANY_TOKEN`` is in every row."""
    unique: list[NDArray[np.int64]] = [np.unique([ANY_TOKEN, *ids]) for ids in rows]
    if not unique:
        return []
    tokens, counts = np.unique(np.concatenate(unique), return_counts=True)
    return [(int(t), int(n)) for t, n in zip(tokens, counts, strict=True)]
