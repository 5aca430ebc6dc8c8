"""One event of a reply in OpenAI's protocol → its text, and what the endpoint counted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeVar

from index.errors import ModelError

MOST_TOKENS = 10**8
"""No endpoint counts more in one reply."""

_Kind = TypeVar("_Kind", dict[str, Any], list[Any], str)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What an event says: a piece of the text, why it is the last, tokens; empty where nothing."""

    text: str
    finish: str
    read_tokens: int
    written_tokens: int


def read_chunk(event: str) -> Chunk:
    """Read the data of an event.

    Raises:
        ModelError: the endpoint says that it failed.
        ValueError, RecursionError: something in it is not what the protocol says.
    """
    fields = _take(dict, json.loads(event))
    if fields.get("error"):
        raise ModelError("the endpoint failed while it was replying")
    usage = _take(dict, fields.get("usage"))
    choice = _take(dict, next(iter(_take(list, fields.get("choices"))), None))
    text = _take(str, _take(dict, choice.get("delta")).get("content"))
    text.encode()  # refuses half a character
    return Chunk(
        text,
        _take(str, choice.get("finish_reason")),
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
    )


def _take(kind: type[_Kind], value: object) -> _Kind:
    """Return a value that must be of a kind; an empty one for none."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise ValueError(f"a {type(value).__name__} in place of a {kind.__name__}")
    return value


def _count(value: object) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or not 0 <= value <= MOST_TOKENS:
        raise ValueError("no number of tokens")
    return value
