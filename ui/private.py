"""The folder of this process alone: what visitors bring lies there, and nobody else can read it.

It goes when the process ends; if the process was killed, the next one that starts deletes it.
Importing this module also tells Gradio, which reads its settings once, to keep uploads there and
to talk to nobody: import it before Gradio.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = ".lock"


@cache
def private_folder() -> Path:
    """Return this process's folder; sweep those of processes that died without doing so."""
    shared = _own_root()
    _sweep(shared)
    folder = Path(tempfile.mkdtemp(dir=shared))
    # The lock comes before anything worth sweeping, and dies with the process.
    lock = FileLock(shared / f"{folder.name}{LOCK}")
    lock.acquire()
    atexit.register(_remove, folder, lock)
    return folder


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
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    Path(lock.lock_file).unlink(missing_ok=True)


os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Nor is a table of all events to be drawn up after each of them.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"
_UPLOADS = private_folder() / "uploads"
_UPLOADS.mkdir(mode=0o700)
os.environ["GRADIO_TEMP_DIR"] = str(_UPLOADS)
