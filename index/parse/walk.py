"""Many files at once: found in folders, parsed by two processes, handed on in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from index.errors import InputError
from index.limits import DEFAULT_LIMITS, Limits
from index.parse.document import read_document
from index.parse.isolated.child import Worker
from index.types import Document

PROCESSES = 2
"""How many files are parsed at the same time."""

AHEAD = 4
"""How many files are parsed before they are asked for."""

Place = tuple[Path, Path | None]
"""A file, and the folder that it was found in; None if it was named itself."""


def find_files(paths: Iterable[Path]) -> Iterator[Place]:
    """Yield the paths, and of each folder the files in it and below, by name.

    Hidden files and folders are left out; links to folders are not followed.
    """
    for path in paths:
        if not path.is_dir():
            yield path, None
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from ((Path(folder, name), path) for name in sorted(names) if name[0] != ".")


def read_documents(
    places: Iterable[Place],
    limits: Limits = DEFAULT_LIMITS,
    seen: Callable[[Path, int, int], None] | None = None,
) -> Iterator[tuple[Path, Document | InputError]]:
    """Yield each file with its document, or with why it cannot be taken in; in their order.

    ``seen`` is told of each file how many pages were recognised, of how many; in any thread.
    """
    workers = [Worker() for _ in range(PROCESSES)]
    free: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        free.put(worker)
    waiting: deque[tuple[Path, Future[Document]]] = deque()
    rest = iter(places)
    pool = ThreadPoolExecutor(PROCESSES, thread_name_prefix="parse")
    try:
        while True:
            while len(waiting) < AHEAD and (place := next(rest, None)) is not None:
                waiting.append((place[0], pool.submit(_read, *place, limits, free, seen)))
            if not waiting:
                return
            path, parsed = waiting.popleft()
            try:
                yield path, parsed.result()
            except InputError as error:
                yield path, error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.kill()
        pool.shutdown(wait=True)
        for worker in workers:
            worker.close()


def refuse_stray(path: Path, folder: Path | None) -> None:
    """Refuse a link out of the folder that it was found in. Raises ``InputError``."""
    if folder and path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{path} is a link to what is not in {folder}: add that by its own name")


def _read(
    path: Path,
    folder: Path | None,
    limits: Limits,
    free: SimpleQueue[Worker],
    seen: Callable[[Path, int, int], None] | None,
) -> Document:
    refuse_stray(path, folder)
    worker = free.get()
    try:
        return read_document(path, limits, worker, partial(seen, path) if seen else None)
    finally:
        free.put(worker)
