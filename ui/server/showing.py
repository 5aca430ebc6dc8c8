"""The page in the browser of who started it."""

from __future__ import annotations

import os
import sys
import webbrowser


def has_screen() -> bool:
    """Tell whether a browser has a screen; without one it would be one that takes the terminal."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(address: str) -> bool:
    """Open ``address`` in the user's browser; False if there is none to open."""
    try:
        return has_screen() and webbrowser.open(address)
    except (OSError, webbrowser.Error):
        return False
