"""Removal that can be checked: every file is searched for what a removed article would leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.backends.pieces import PIECE, find, pieces_of
from index.backends.sqlite.originals import packed_originals
from index.backends.sqlite.reading import passage_ids, vector_blobs, vectors_after
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.generation import Generation
from index.types import Article, Removal

BLOCK = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Marks:
    """What would betray an article: pieces of its text, its names and its vectors."""

    article: Article
    pieces: frozenset[bytes]
    passages: tuple[int, ...]


def marks_of(store: Store, article: Article) -> Marks:
    """Return what to search for once the article is removed."""
    with store.guard():
        files = list(packed_originals(store.connection, article.id))
    pieces = pieces_of(article, vector_blobs(store, article.id), files)
    passages = tuple(passage_ids(store, [article.id]))
    return Marks(article, pieces, passages)


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
