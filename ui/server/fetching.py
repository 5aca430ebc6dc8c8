"""Gradio as it comes fetches what a caller names; this page fetches nothing for anybody.

Gradio reaches other hosts through ``safehttpx`` alone, so that is where it is stopped: whichever
route, payload or component a caller finds, no name is looked up and no connection made.
"""

from __future__ import annotations

from typing import Any, NoReturn

import safehttpx


async def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise ValueError("nothing is fetched for a caller")


def refuse_fetching() -> None:
    """Let every fetch of Gradio's fail before it looks up a name."""
    safehttpx.get = safehttpx.async_validate_url = _refuse
