"""Whose something is: a browser's, by a long random key in a cookie that no script can read.

Only the key's hash is stored beside what is kept, so the store names nobody and opens nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets

COOKIE = "pullquote-key"

COOKIE_SECONDS = 400 * 24 * 3600
"""How long a browser keeps the key after its last visit; browsers allow no longer."""

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """Return a key that nobody can guess: 256 random bits."""
    return secrets.token_urlsafe(32)


def owner_of(key: object) -> str:
    """Return by which name a key's things are stored; "" if it is no key."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return ""
    return hashlib.sha256(key.encode()).hexdigest()
