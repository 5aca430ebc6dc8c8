"""Where what can be made again is kept."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "PULLQUOTE_CACHE"


def cache_folder() -> Path:
    """Return the folder of all that is kept: ``$PULLQUOTE_CACHE`` or the user's cache."""
    from platformdirs import user_cache_path

    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("pullquote")
