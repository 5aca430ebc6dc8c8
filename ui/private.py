"""The folder of this process alone: what visitors bring lies there, and nobody else can read it.

It goes when the process ends; if the process was killed, the next one that starts deletes it.
Importing this module also tells Gradio, which reads its settings once, to keep uploads there and
to talk to nobody: import it before Gradio.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = ".lock"


@cache
def private_folder() -> Path:
    """Return this process's folder; sweep those of processes that died without doing so."""
    shared = _own_root()
    _sweep(shared)
    lock = _own_lock(shared)
    folder = Path(lock.lock_file.removesuffix(LOCK))
    folder.mkdir(mode=0o700)
    atexit.register(_remove, folder, lock)
    return folder


def _own_lock(root: Path) -> FileLock:
    """Return a lock that is held, and dies with the process, for a folder that is not there yet.

    Another process that sweeps may take the file between its making and its locking for that of one
    that died, and delete it; then a new one is made.
    """
    while True:
        lock = FileLock(root / f"{secrets.token_hex(8)}{LOCK}")
        lock.acquire()
        if Path(lock.lock_file).exists():
            return lock
        lock.release()


def _own_root() -> Path:
    """Return a folder in the temporary one that is ours; a new one, if its name is another's."""
    root = Path(tempfile.gettempdir()) / f"pullquote-{os.getuid() if hasattr(os, 'getuid') else 0}"
    try:
        root.mkdir(mode=0o700, exist_ok=True)
        found = root.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="pullquote-"))
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    if root.is_symlink() or not ours:
        return Path(tempfile.mkdtemp(prefix="pullquote-"))
    root.chmod(0o700)
    return root


def _sweep(root: Path) -> None:
    for path in root.glob(f"*{LOCK}"):
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except (Timeout, OSError):
            continue  # its process lives
        _remove(root / path.name.removesuffix(LOCK), lock)


def _remove(folder: Path, lock: FileLock) -> None:
    """Delete a folder and its lock: while it is held, so that who waits for it finds it gone.

    Windows deletes no file that is open.
    """
    shutil.rmtree(folder, ignore_errors=True)
    file = Path(lock.lock_file)
    with suppress(OSError):
        file.unlink(missing_ok=True)
    lock.release()
    if os.name == "nt":
        file.unlink(missing_ok=True)


os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Nor is a table of all events to be drawn up after each of them.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"
_UPLOADS = private_folder() / "uploads"
_UPLOADS.mkdir(mode=0o700)
os.environ["GRADIO_TEMP_DIR"] = str(_UPLOADS)
