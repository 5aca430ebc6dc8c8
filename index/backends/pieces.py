"""Pieces of what is removed, and where any of them still stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np

from index.types import Article

PIECE = 24
"""Bytes of what is searched for. A text is cut into such pieces one after the other, so that
whatever twice as many bytes of it are left, a whole piece is among them."""

SHORTEST = 12
"""Bytes under which a text cannot be told from chance."""

PLAINEST = 4
"""How many different bytes a piece must have: a row of spaces or zeros is everywhere."""

FILE_STEP = 4096
"""Of a file one piece of so many bytes is searched for: a page of the database holds four."""


def pieces_of(
    article: Article, vectors: Iterable[bytes], files: Iterable[bytes]
) -> frozenset[bytes]:
    """Return what would betray an article: of its text and names, its vectors and its file."""
    names = (article.title.encode(), article.source.encode())
    pieces = set(itertools.chain(*map(cut, (article.text.encode(), *names))))
    for vector in vectors:
        pieces |= set(itertools.islice(filter(_is_telling, cut(vector)), 1))
    for packed in files:
        pieces |= {packed[at : at + PIECE] for at in range(0, len(packed), FILE_STEP)}
    return frozenset(filter(_is_telling, pieces))


def cut(data: bytes) -> Iterator[bytes]:
    """Cut ``data`` into pieces; the last one overlaps the one before."""
    for start in range(0, len(data) - PIECE, PIECE):
        yield data[start : start + PIECE]
    yield data[-PIECE:]


def find(pieces: Iterable[bytes], blocks: Iterable[bytes]) -> set[bytes]:
    """Return those pieces that stand anywhere in one of the blocks.

    Every eight bytes of a block are compared with how the pieces begin, all at once.
    """
    wanted = set(pieces)
    sizes = {len(piece) for piece in wanted}
    heads = np.unique(np.array([int.from_bytes(p[:8], "little") for p in wanted], dtype="<u8"))
    beginnings = np.zeros(2**16, dtype=bool)
    beginnings[(heads & np.uint64(0xFFFF)).astype(np.int64)] = True
    found: set[bytes] = set()
    for block in blocks if wanted else ():
        for shift in range(min(8, max(0, len(block) - 7))):
            words = np.frombuffer(block, "<u8", (len(block) - shift) // 8, shift)
            likely = np.flatnonzero(beginnings[words.view("<u2")[::4]])
            places = likely[np.isin(words[likely], heads)] * 8 + shift
            found |= {block[at : at + size] for at in places.tolist() for size in sizes} & wanted
    return found


def _is_telling(piece: bytes) -> bool:
    return len(piece) >= SHORTEST and len(set(piece)) >= PLAINEST
