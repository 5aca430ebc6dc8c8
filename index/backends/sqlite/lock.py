"""One writer at a time, by a lock of the kernel's that dies with its process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryBusy, LibraryReadOnly

PREFIX = "writer."
FILE = f"{PREFIX}lock"
_OWNER = f"{PREFIX}pid"


@contextmanager
def writer_lock(folder: Path, wait: float) -> Iterator[None]:
    """Hold the right to write to the library in ``folder``; wait up to ``wait`` seconds for it.

    Raises:
        LibraryBusy: another process still has it.
        LibraryReadOnly: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    owner = folder / _OWNER
    lock = FileLock(folder / FILE, timeout=wait)
    try:
        lock.acquire()
        owner.write_text(str(os.getpid()))
    except Timeout as error:
        raise LibraryBusy(
            f"{folder} is in use by process {_read(owner)}: wait until it is done, or end it"
        ) from error
    except OSError as error:
        lock.release()
        raise LibraryReadOnly(
            f"{folder} cannot be written ({error.strerror}): "
            "change its rights, free some space or name another folder"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _read(owner: Path) -> str:
    try:
        return owner.read_text() or "unknown"
    except OSError:
        return "unknown"
