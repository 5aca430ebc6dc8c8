"""``generation-<n>/``: the FAISS index of a library, a cache that is checked and can be rebuilt.

FAISS overwrites in place and loads flipped bits without a word, so its bytes are written beside
their final name, hashed, flushed and renamed; the hash of the manifest is kept in the database,
which is the pointer to the generation in force.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.types import Floats

MANIFEST = "manifest.json"
VECTORS = "vectors.faiss"
PREFIX = "generation-"
_UNFINISHED = ".tmp"


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of a library's vectors; ``ids`` are the passages in it, ``index`` is FAISS's."""

    number: int
    ids: frozenset[int]
    index: Any

    def search(
        self, vector: Floats, limit: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine)`` of the nearest, of ``among`` only, best first."""
        import faiss

        if not self.ids:
            return []
        # One question is compared on one thread anyway; the others would be woken to wait for it.
        faiss.omp_set_num_threads(1)
        only = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(np.fromiter(among, dtype=np.int64))
            only = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
        found = min(limit, len(self.ids))
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
    return Generation(number, frozenset(ids), index)


def publish(folder: Path, generation: Generation) -> str:
    """Write a generation under its final name, durably. Returns the sha256 of its manifest."""
    import faiss

    data = faiss.serialize_index(generation.index).tobytes()
    manifest = json.dumps(
        {
            "rows": len(generation.ids),
            "ids": _hash(np.array(sorted(generation.ids), dtype=np.int64).tobytes()),
            "files": {VECTORS: _hash(data)},
        },
        indent=2,
    ).encode()
    final = path(folder, generation.number)
    unfinished = final.with_name(f"{final.name}{_UNFINISHED}")
    for leftover in (unfinished, final):
        _delete(leftover)
    unfinished.mkdir()
    _write(unfinished / VECTORS, data)
    _write(unfinished / MANIFEST, manifest)
    _flush(unfinished)
    unfinished.rename(final)
    _flush(folder)
    return _hash(manifest)


def load(folder: Path, number: int, manifest_sha256: str) -> Generation:
    """Read a generation back.

    Raises:
        StaleGeneration: any byte of it is not what was published.
    """
    import faiss

    place = path(folder, number)
    try:
        manifest = (place / MANIFEST).read_bytes()
        data = (place / VECTORS).read_bytes()
    except OSError as error:
        raise StaleGeneration(str(error)) from error
    if _hash(manifest) != manifest_sha256 or _hash(data) != json.loads(manifest)["files"][VECTORS]:
        raise StaleGeneration(f"{place} is not what was published")
    index: Any = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    return Generation(number, frozenset(faiss.vector_to_array(index.id_map).tolist()), index)


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


def _write(file: Path, data: bytes) -> None:
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


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
