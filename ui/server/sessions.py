"""What Gradio keeps of a page that is open: each part once, however often it was updated."""

from __future__ import annotations

from typing import Any

from gradio.blocks import Block
from gradio.state_holder import SessionState

_set = SessionState.__setitem__


def keep_parts_once() -> None:
    """Have an updated part keep its number.

    Gradio makes a part anew for every update and gives it a new number, under which the next value
    is kept beside the old ones, for as long as the page is open: the whole conversation, once for
    each question.
    """
    SessionState.__setitem__ = _numbered  # type: ignore[method-assign]


def _numbered(state: SessionState, key: int, value: Any) -> None:
    if isinstance(value, Block):
        value._id = key
    _set(state, key, value)
