"""Where a library is kept, by how it is named: opened there, or made."""

from __future__ import annotations

import os

from index.backends.backend import Backend
from index.backends.postgres.address import is_address
from index.errors import LibraryError
from index.parse.text import user_path


def open_backend(named: str | os.PathLike[str], *, create: bool, lock_wait: float) -> Backend:
    """Open what a library is kept in: a folder, or a database by its address.

    Raises:
        LibraryError: it is something else, it is damaged, or it cannot be reached.
    """
    if is_address(named):
        return _in_database(str(named), create=create, lock_wait=lock_wait)
    from index.backends.sqlite.folder import Folder

    return Folder.open(user_path(named), create=create, lock_wait=lock_wait)


def _in_database(address: str, *, create: bool, lock_wait: float) -> Backend:
    try:
        from index.backends.postgres.library import PostgresLibrary
    except ImportError as error:
        raise LibraryError(
            f"libraries in PostgreSQL need psycopg ({error}): pip install 'pullquote[postgres]'"
        ) from error
    return PostgresLibrary.open(address, create=create, lock_wait=lock_wait)
