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
    each question. It also keeps the last value of each part, a page's picture among them, for links
    to a state of the page, of which there are none.
    """
    SessionState.__setitem__ = _numbered  # type: ignore[method-assign]
    SessionState._update_value_in_config = _unheld  # type: ignore[method-assign, assignment]


def _unheld(state: SessionState, key: int, value: Any) -> None:
    """Keep no value."""


def _numbered(state: SessionState, key: int, value: Any) -> None:
    if isinstance(value, Block):
        value._id = key
    _set(state, key, value)
