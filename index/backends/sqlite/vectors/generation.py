"""``generation-<n>/``: the FAISS index of a library, a cache that is checked and can be rebuilt.

FAISS overwrites in place and loads flipped bits without a word, so its bytes are written beside
their final name, hashed, flushed and renamed; the hash of the manifest is kept in the database,
which is the pointer to the generation in force.

A small library is indexed exactly. A large one by one bit for each dimension (Gao and Long,
"RaBitQ", 2024): 72 bytes a passage, all of them compared with a question in a few milliseconds.
They need no training, and vectors are rotated by sums and differences (Hadamard's), not by a matrix
product, which rounds as its processor and the size of its batch will have it: so a vector's code
does not depend on what else is there, and what follows changes is, to the last byte, what is made
anew. What codes find first is ranked again by its exact vectors.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Floats

MANIFEST = "manifest.json"
VECTORS = "vectors.faiss"
PREFIX = "generation-"
_UNFINISHED = ".tmp"

FORMAT = 2
"""Changed whenever other bytes are made of the same vectors."""

_ROTATION_SEED = 1
"""Vectors are rotated at random before their signs are taken; always in the same way."""

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Generation:
    """One state of a library's vectors; ``index`` is FAISS's, exact or of codes."""

    number: int
    index: Any

    @property
    def exact(self) -> bool:
        """Whether its scores are cosines; if not, they only say what is worth looking at."""
        import faiss

        return isinstance(faiss.downcast_index(self.index.index), faiss.IndexFlat)

    @cached_property
    def ids(self) -> Ids:
        """The passages in it, (n,) ascending."""
        import faiss

        return np.sort(faiss.vector_to_array(self.index.id_map))

    def holds(self, ids: Sequence[int]) -> list[bool]:
        """Tell of each passage whether it is in it."""
        wanted = np.array(ids, dtype=np.int64)
        places = np.searchsorted(self.ids, wanted)
        return [p < len(self.ids) and self.ids[p] == w for p, w in zip(places, wanted, strict=True)]

    def search(
        self, vector: Floats, limit: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, score)`` of the nearest, best first.

        ``among``: the passages to choose from; only an exact one can choose.
        """
        import faiss

        if not self.index.ntotal:
            return []
        # One question is compared on one thread anyway; the others would be woken to wait for it.
        faiss.omp_set_num_threads(1)
        only = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(np.fromiter(among, dtype=np.int64))
            only = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
        found = min(limit, self.index.ntotal)
        scores, ids = self.index.search(vector.reshape(1, -1), found, params=only)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]


class StaleGeneration(Exception):
    """The folder of a generation is missing, incomplete or not what the database points to."""


def build(number: int, ids: Sequence[int], vectors: Floats) -> Generation:
    """Index ``vectors`` (n, dim), unit rows, exactly: inner products, that is cosines."""
    import faiss

    flat = faiss.IndexFlatIP(vectors.shape[1] if len(ids) else 1)
    index = faiss.IndexIDMap(flat)
    if len(ids):
        index.add_with_ids(vectors, np.array(ids, dtype=np.int64))
    return Generation(number, index)


def encode(number: int, vectors: Iterable[tuple[Ids, Floats]]) -> Generation:
    """Index ids (n,) and unit rows (n, dim) by codes."""
    import faiss

    index = None
    for ids, rows in vectors:
        index = index or _codes(rows.shape[1])
        index.add_with_ids(rows, ids)
    return Generation(number, index or faiss.IndexIDMap(faiss.IndexFlatIP(1)))


def _codes(dimension: int) -> Any:
    """Return an index of codes with nothing in it."""
    import faiss

    rotation = faiss.HadamardRotation(dimension, _ROTATION_SEED)
    width = rotation.d_out  # the next power of two
    codes = faiss.IndexRaBitQFastScan(width, faiss.METRIC_INNER_PRODUCT)
    codes.train(np.zeros((1, width), dtype=np.float32))  # signs are taken about the origin
    rotated = faiss.IndexPreTransform(rotation, codes)
    index = faiss.IndexIDMap(rotated)
    return index


def follow(
    before: Generation, number: int, gone: Sequence[int], added: Iterable[tuple[Ids, Floats]]
) -> Generation:
    """Return what a generation of codes becomes without ``gone`` and with what was ``added``."""
    import faiss

    index = faiss.deserialize_index(faiss.serialize_index(before.index))
    if gone:
        index.remove_ids(faiss.IDSelectorBatch(np.array(gone, dtype=np.int64)))
    for ids, vectors in added:
        index.add_with_ids(vectors, ids)
    return Generation(number, index)


def publish(folder: Path, generation: Generation) -> str:
    """Write a generation under its final name, durably. Returns the sha256 of its manifest."""
    import faiss

    data = faiss.serialize_index(generation.index)
    manifest = json.dumps(
        {
            "format": FORMAT,
            "rows": len(generation.ids),
            "ids": _hash(generation.ids.data),
            "files": {VECTORS: _hash(data.data)},
        },
        indent=2,
    ).encode()
    final = path(folder, generation.number)
    unfinished = final.with_name(f"{final.name}{_UNFINISHED}")
    for leftover in (unfinished, final):
        _delete(leftover)
    unfinished.mkdir()
    _write(unfinished / VECTORS, data.data)
    _write(unfinished / MANIFEST, manifest)
    _flush(unfinished)
    unfinished.rename(final)
    _flush(folder)
    return _hash(manifest)


def load(folder: Path, number: int, manifest_sha256: str) -> Generation:
    """Read a generation back.

    Raises:
        StaleGeneration: any byte of it is not what was published, or it is of another format.
    """
    import faiss

    place = path(folder, number)
    try:
        manifest = (place / MANIFEST).read_bytes()
        data = (place / VECTORS).read_bytes()
    except OSError as error:
        raise StaleGeneration(str(error)) from error
    told = json.loads(manifest) if _hash(manifest) == manifest_sha256 else {}
    if told.get("format") != FORMAT or _hash(data) != told["files"][VECTORS]:
        raise StaleGeneration(f"{place} is not what was published, or of another version")
    return Generation(number, faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))


def sweep(folder: Path, keep: int | None) -> None:
    """Delete generations out of force and unfinished ones; what cannot be deleted is left."""
    for place in folder.glob(f"{PREFIX}*"):
        if keep is None or place != path(folder, keep):
            _delete(place)


def newest(folder: Path) -> int:
    """Return the highest number of the generations in ``folder``; 0 if there is none."""
    names = (place.name.removeprefix(PREFIX) for place in folder.glob(f"{PREFIX}*"))
    return max((int(name) for name in names if name.isdecimal()), default=0)


def path(folder: Path, number: int) -> Path:
    """Return where generation ``number`` of the library in ``folder`` lies."""
    return folder / f"{PREFIX}{number}"


def _delete(place: Path) -> None:
    """Delete what can be deleted of a folder, or of a file that is in its place."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            place.unlink()


def _write(file: Path, data: bytes | memoryview) -> None:
    with file.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _flush(folder: Path) -> None:
    """Make renames in a folder durable, where the system lets a folder be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hash(data: bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()
