"""Removal that can be checked: every file is searched for what a removed article would leave."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.backends.sqlite.originals import packed_originals
from index.backends.sqlite.reading import passage_ids, vector_blobs, vectors_after
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.generation import Generation
from index.types import Article, Removal

PIECE = 24
"""Bytes of what is searched for. A text is cut into such pieces one after the other, so that
whatever twice as many bytes of it are left, a whole piece is among them."""

SHORTEST = 12
"""Bytes under which a text cannot be told from chance."""

PLAINEST = 4
"""How many different bytes a piece must have: a row of spaces or zeros is everywhere."""

FILE_STEP = 4096
"""Of a file one piece of so many bytes is searched for: a page of the database holds four."""

BLOCK = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Marks:
    """What would betray an article: pieces of its text, its names and its vectors."""

    article: Article
    pieces: frozenset[bytes]
    passages: tuple[int, ...]


def marks_of(store: Store, article: Article) -> Marks:
    """Return what to search for once the article is removed."""
    names = (article.title.encode(), article.source.encode())
    pieces = set(itertools.chain(*map(cut, (article.text.encode(), *names))))
    for vector in vector_blobs(store, article.id):
        pieces |= set(itertools.islice(filter(_is_telling, cut(vector)), 1))
    with store.guard():
        for packed in packed_originals(store.connection, article.id):
            pieces |= {packed[at : at + PIECE] for at in range(0, len(packed), FILE_STEP)}
    passages = tuple(passage_ids(store, [article.id]))
    return Marks(article, frozenset(filter(_is_telling, pieces)), passages)


def search_files(folder: Path, store: Store, index: Generation, marks: Sequence[Marks]) -> Removal:
    """Search every file in the folder of the library for what is left of removed articles.

    Pieces that the library may still hold, because they are in another article too, are left out.
    Codes of vectors cannot be told from chance: the published ``index`` must not know their ids.
    """
    pieces = frozenset().union(*(each.pieces for each in marks))
    shared = find(pieces, _still_held(store))
    pieces -= shared
    files = sorted(place for place in folder.rglob("*") if place.is_file())
    left = [
        f"{file.relative_to(folder)}: {piece.decode(errors='replace')!r}"
        for file in files
        for piece in sorted(find(pieces, _blocks(file)))
    ]
    gone = [number for each in marks for number in each.passages]
    held = zip(gone, index.holds(gone), strict=True)
    left += [f"search index: passage {number}" for number, known in held if known]
    articles = tuple(each.article for each in marks)
    size = sum(file.stat().st_size for file in files)
    return Removal(articles, len(files), size, len(pieces), len(shared), tuple(left))


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


def _still_held(store: Store) -> Iterator[bytes]:
    for article in store.each_article():
        yield "\0".join((article.text, article.title, article.source)).encode()
    yield "\0".join((*store.sources(""), *store.own_words())).encode()
    for _, vectors in vectors_after(store, 0):
        yield vectors.tobytes()
    with store.guard():
        yield from packed_originals(store.connection)


def _blocks(file: Path) -> Iterator[bytes]:
    """Read a file in blocks that overlap, so that no piece is cut in two."""
    with file.open("rb") as data:
        tail = b""
        while block := data.read(BLOCK):
            yield tail + block
            tail = block[-PIECE:]
