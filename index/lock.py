"""One writer at a time, by a lock of the kernel's that dies with its process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryBusy, LibraryReadOnly

FILE = "writer.lock"
_OWNER = "writer.pid"


@contextmanager
def writer_lock(folder: Path, wait: float) -> Iterator[None]:
    """Hold the right to write to the library in ``folder``; wait up to ``wait`` seconds for it.

    Raises:
        LibraryBusy: another process still has it.
        LibraryReadOnly: the folder cannot be written.
    """
    owner = folder / _OWNER
    try:
        with FileLock(folder / FILE, timeout=wait):
            owner.write_text(str(os.getpid()))
            yield
    except Timeout as error:
        raise LibraryBusy(
            f"{folder} is in use by process {_read(owner)}: wait until it is done, or end it"
        ) from error
    except PermissionError as error:
        raise LibraryReadOnly(
            f"{folder} cannot be written ({error.strerror}): change its rights or name another"
        ) from error


def _read(owner: Path) -> str:
    try:
        return owner.read_text()
    except OSError:
        return "unknown"
