"""JSON and JSON lines → each value with the path that leads to it; lists of like objects as tables.

``{"ferry": {"fare": 8}}`` → ``ferry › fare: 8``. Numbers stand as they do in the file,
places in a list are counted from 0, as JSON counts them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded, row_of, visible
from index.parse.text import decode
from index.segment.paragraphs import find_paragraphs
from index.types import Role

STEP = " › "
DEEPEST = 60
"""How many values may lie within each other."""

LONGEST_CELL = 200
"""A text of more characters is no cell: it is read as paragraphs, under its path."""

MOST_COLUMNS = 100

_OBJECT = re.compile(r'\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\}\s*\Z)')
_LIST = re.compile(r'\s*\[\s*(?:[\[{"\]]|-?\d+(?:\.\d+)?\s*,|true|false|null)')

Path = tuple[str, ...]


class _Number(str):
    """A number, as it is written."""


def is_json(head: str) -> bool:
    """Tell whether a text that begins like this is JSON, or lines of it."""
    return bool(_OBJECT.match(head) or _LIST.match(head))


def parse_json(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse JSON, or a JSON value on each line.

    Raises:
        InputError: it is damaged, nested too deeply, or over a limit.
    """
    text = decode(data, name, limits)
    try:
        value = _load(text)
    except json.JSONDecodeError as whole:
        value = _load_lines(text, name, whole)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is nested too deeply to be read as JSON: split it") from error
    blocks = tuple(_walk(value, (), name))
    return Parsed(blocks=blocks, names_itself=False)


def _load(text: str) -> Any:
    return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=_Number)


def _load_lines(text: str, name: str, whole: json.JSONDecodeError) -> list[Any]:
    """Return the values of lines; where the first one is none, the file was meant to be one."""
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append(_load(line))
        except (ValueError, RecursionError) as error:
            at = number if values else whole.lineno
            raise InputError(
                f"{name} is damaged and cannot be read as JSON (line {at:,}): mend that line"
            ) from error
    return values


def _walk(value: Any, path: Path, name: str) -> Iterator[Block]:
    if len(path) > DEEPEST:
        raise InputError(f"{name} is nested over {DEEPEST} levels deep: split it")
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _walk(each, (*path, folded(str(key))), name)
    elif isinstance(value, list):
        yield from _items(value, path, name)
    elif (said := _said(value)) and _is_cell(value):
        yield _leaf(path, said)
    elif said:
        yield from _prose(value, path)


def _leaf(path: Path, said: str) -> Block:
    return Block(f"{STEP.join(path)}: {said}" if path else said)


def _items(items: Sequence[Any], path: Path, name: str) -> Iterator[Block]:
    if items and all(isinstance(each, dict) for each in items) and _alike(items):
        yield from _table(items, path, name)
    elif all(_is_cell(each) for each in items):
        said = ", ".join(filter(None, map(_said, items)))
        if said:
            yield _leaf(path, said)
    else:
        for number, each in enumerate(items):
            yield from _walk(each, (*path, str(number)), name)


def _alike(items: Sequence[dict[str, Any]]) -> bool:
    """Tell whether objects have names in common: half of all that are there, on the average."""
    names = {key for each in items for key in each}
    return 0 < len(names) <= MOST_COLUMNS and 2 * sum(map(len, items)) >= len(names) * len(items)


def _table(items: Sequence[dict[str, Any]], path: Path, name: str) -> Iterator[Block]:
    """Yield objects as rows, with the objects in them; lists and long texts follow."""
    flat = [dict(_flattened(each, (), name)) for each in items]
    columns = list(dict.fromkeys(key for row in flat for key, v in row.items() if _is_cell(v)))
    if path:
        yield Block(STEP.join(path), Role.HEADING)
    if len(columns) > 1:
        yield row_of((STEP.join(each) for each in columns), header=True)
        for row in flat:
            cells = [_said(row.get(each)) if _is_cell(row.get(each)) else "" for each in columns]
            yield row_of(cells)
    for number, row in enumerate(flat):
        for key, each in row.items():
            if len(columns) < 2 or not _is_cell(each):
                yield from _walk(each, (*path, str(number), *key), name)


def _flattened(value: dict[str, Any], path: Path, name: str) -> Iterator[tuple[Path, Any]]:
    if len(path) > DEEPEST:
        raise InputError(f"{name} is nested over {DEEPEST} levels deep: split it")
    for key, each in value.items():
        inner = (*path, folded(str(key)))
        if isinstance(each, dict):
            yield from _flattened(each, inner, name)
        else:
            yield inner, each


def _is_cell(value: Any) -> bool:
    return not isinstance(value, dict | list) and len(_said(value)) <= LONGEST_CELL


def _said(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return folded(str(value).lower() if isinstance(value, bool) else str(value))


def _prose(text: str, path: Path) -> Iterator[Block]:
    if path:
        yield Block(STEP.join(path), Role.HEADING)
    shown = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    for start, end, role in find_paragraphs(shown):
        yield Block(shown[start:end], role)
