"""Where a library is kept, by how it is named, opened or made there."""

from __future__ import annotations

import os

from index.backends.backend import Backend
from index.parse.text import user_path


def open_backend(named: str | os.PathLike[str], *, create: bool, lock_wait: float) -> Backend:
    """Open what a library is kept in: a folder.

    Raises:
        LibraryError: it is something else, or it is damaged.
    """
    from index.backends.sqlite.folder import Folder

    return Folder.open(user_path(named), create=create, lock_wait=lock_wait)
