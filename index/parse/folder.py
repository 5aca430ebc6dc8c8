"""Many files at once: found in folders, parsed by two processes, handed on in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from index.document import read_document
from index.errors import InputError
from index.limits import DEFAULT_LIMITS, Limits
from index.types import Document

PROCESSES = 2
"""How many files are parsed at the same time."""

AHEAD = 4
"""How many files are parsed before they are asked for."""

Read = tuple[Path, Document | InputError]


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the paths, and of each folder the files in it and below, by name.

    Hidden files and folders are left out; links to folders are not followed.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def leads_out(path: Path, folder: Path) -> bool:
    """Tell whether a file in a folder is a link to what is not in it."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def read_documents(paths: Iterable[Path], limits: Limits = DEFAULT_LIMITS) -> Iterator[Read]:
    """Yield each path with its document, or with why it cannot be taken in; in their order."""
    waiting: deque[tuple[Path, Future[Document]]] = deque()
    rest = iter(paths)
    pool = ThreadPoolExecutor(PROCESSES, thread_name_prefix="parse")
    try:
        while True:
            while len(waiting) < AHEAD and (path := next(rest, None)) is not None:
                waiting.append((path, pool.submit(read_document, path, limits)))
            if not waiting:
                return
            path, parsed = waiting.popleft()
            try:
                yield path, parsed.result()
            except InputError as error:
                yield path, error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
