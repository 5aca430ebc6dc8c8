"""Token vectors by their signs: one bit for each dimension, where a library is large.

A dot product with the signs of a unit row ``v``, divided by the sum of the row's absolute values,
is the dot product with ``v`` itself, without bias (Gao and Long, "RaBitQ", 2024). 50 bytes for 384
dimensions instead of 384, and as good at finding the paragraph and the sentence.
"""

from __future__ import annotations

import numpy as np

from index.types import Bytes, Floats

_SUM = np.dtype(np.float16)


def pack_signs(rows: Floats) -> bytes:
    """Return unit ``rows`` (n, dim) as bits, then each row's sum of absolute values."""
    sums = np.abs(rows).sum(axis=1).astype(_SUM)
    return bytes(np.packbits(rows > 0, axis=1)) + bytes(sums)


def unpack_signs(blob: bytes, count: int) -> tuple[Bytes, Floats]:
    """Return ``count`` rows of signs (n, dim), 1 and -1, and what to divide by (n,).

    Raises:
        ValueError: the blob is not of so many rows.
    """
    width = len(blob) // count - _SUM.itemsize
    bits = np.frombuffer(blob, dtype=np.uint8, count=count * width).reshape(count, width)
    sums = np.frombuffer(blob, dtype=_SUM, offset=count * width)
    signs = np.unpackbits(bits, axis=1).view(np.int8)
    return 2 * signs - 1, sums.astype(np.float32)
