"""A converted model in the cache: graph, weights and tokenizer, and the hashes of all of them.

Nothing of it is trusted: every byte is hashed before it is used, and what is wrong, half written,
of another version of OpenVINO or of a model that has changed is as good as not there. Whether the
model has changed is told by the sizes and times of its files: hashing them would take as long as
all the rest of loading.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.cache import cache_folder
from index.embed.forward import Facts
from index.types import Json

FORMAT = 1
PREFIX = "embedder-"
MANIFEST = "manifest.json"
GRAPH = "model.xml"
WEIGHTS = "model.bin"
TOKENIZER = "tokenizer.json"
LOCK = ".lock"

State = dict[str, list[int]]
"""Of each file of a model its size and the time of its last change, in nanoseconds."""

CONVERTING_SECONDS = 600.0
"""How long a process waits for another one that converts the same model."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A converted model. ``graph`` is OpenVINO's.

    ``halves`` tells whether it computes the same in bf16; None where that could not be tried.
    """

    graph: Any
    facts: Facts
    halves: bool | None


def load_kept(folder: Path, openvino: Any, can_halve: bool) -> Kept | None:
    """Return what is kept of the model in ``folder``; None if nothing is, or if it is not sound.

    ``can_halve`` tells whether it has to be known of ``halves``.
    """
    place = place_of(folder)
    try:
        manifest = json.loads((place / MANIFEST).read_bytes())
        if manifest != _sealed(manifest, state_of(folder), openvino.__version__, place):
            return None
        if can_halve and manifest["halves"] is None:
            return None
        tokenizer = (place / TOKENIZER).read_text(encoding="utf-8")
        facts = Facts(**manifest["facts"], tokenizer=tokenizer)
        graph = openvino.Core().read_model(place / GRAPH)
    except (OSError, ValueError, TypeError, KeyError, RuntimeError):
        return None
    return Kept(graph, facts, manifest["halves"])


@contextmanager
def converting(folder: Path) -> Iterator[None]:
    """Be the only process that converts the model in ``folder``; what killed ones left is deleted.

    Where no lock can be made, or another process takes too long, it is converted all the same.
    """
    from filelock import FileLock, Timeout

    final = place_of(folder)
    lock = FileLock(final.with_name(f"{final.name}{LOCK}"), timeout=CONVERTING_SECONDS)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, Timeout):
        yield
        return
    try:
        _sweep(final)
        yield
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def sweep_unfinished(folder: Path) -> None:
    """Delete what a killed conversion has left, unless somebody is converting right now."""
    final = place_of(folder)
    if not _unfinished_of(final):
        return
    from filelock import FileLock, Timeout

    try:
        with FileLock(final.with_name(f"{final.name}{LOCK}"), timeout=0) as lock:
            _sweep(final)
            Path(lock.lock_file).unlink(missing_ok=True)
    except (OSError, Timeout):
        return


def keep(folder: Path, state: State, openvino: Any, made: Kept) -> Kept:
    """Keep what was made of the model in ``folder`` and return it as it is read from there.

    ``state`` is that of the model before it was read. Where nothing can be written, what was made
    is returned as it came.
    """
    final = place_of(folder)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with _unfinished(final) as place:
            openvino.save_model(made.graph, place / GRAPH, compress_to_fp16=False)
            (place / TOKENIZER).write_text(made.facts.tokenizer, encoding="utf-8")
            facts = asdict(made.facts)
            del facts["tokenizer"]
            manifest = {"facts": facts, "halves": made.halves}
            manifest = _sealed(manifest, state, openvino.__version__, place)
            (place / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
            if load_kept(folder, openvino, made.halves is not None) is None:
                _put(place, final)
    except (OSError, RuntimeError):
        return made
    return load_kept(folder, openvino, made.halves is not None) or made


def place_of(folder: Path) -> Path:
    """Return where the converted model of the one in ``folder`` is kept."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return cache_folder() / f"{PREFIX}{name}"


def _sealed(manifest: Json, state: State, version: str, place: Path) -> Json:
    """Return the manifest as it has to be: of this model and this version, for these files."""
    whole = {
        "format": FORMAT,
        "openvino": version,
        "facts": manifest["facts"],
        "halves": manifest["halves"],
        "model": state,
        "files": {name: _hash(place / name) for name in (GRAPH, WEIGHTS, TOKENIZER)},
    }
    seal = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
    return {**whole, "seal": seal}


def state_of(folder: Path) -> State:
    """Return the state of the model in ``folder``; of a folder without one nothing is listed."""
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        return {}
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    found = ((file.relative_to(folder).as_posix(), file.stat()) for file in files)
    return {name: [state.st_size, state.st_mtime_ns] for name, state in found}


def hash_of(file: Path) -> str:
    """Return the sha256 of a large file; it is read again when its size or time has changed."""
    found = file.stat()
    state = [found.st_size, found.st_mtime_ns]
    note = place_of(file).with_suffix(".json")
    try:
        told = json.loads(note.read_bytes())
        if told["state"] == state:
            return str(told["sha256"])
    except (OSError, ValueError, TypeError, KeyError):
        pass
    sha256 = _hash(file)
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        unfinished = note.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps({"state": state, "sha256": sha256}), encoding="utf-8")
        unfinished.replace(note)
    return sha256


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _unfinished(final: Path) -> Iterator[Path]:
    """Make a folder that no other process has, and delete what is left of it at the end."""
    place = Path(tempfile.mkdtemp(prefix=f"{final.name}.", dir=final.parent))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _put(place: Path, final: Path) -> None:
    """Put a finished folder in the place of what is there."""
    with _unfinished(final) as old:
        with suppress(FileNotFoundError):
            final.rename(old / final.name)
        place.rename(final)


def _unfinished_of(final: Path) -> list[Path]:
    return [place for place in final.parent.glob(f"{final.name}.*") if place.is_dir()]


def _sweep(final: Path) -> None:
    """Delete what processes that were killed have left beside ``final``."""
    for place in _unfinished_of(final):
        shutil.rmtree(place, ignore_errors=True)
