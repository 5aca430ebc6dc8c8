"""Reading JSON and JSON Lines, with the file and the line in every complaint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import InputError

Record = dict[str, Any]


def read_lines(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield ``(line number, object)`` of a JSON Lines file; blank lines are passed over.

    Raises:
        InputError: the file cannot be read, or a line is not a JSON object.
    """
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, line {number}: not JSON ({error.msg})") from error
        if not isinstance(record, dict):
            raise InputError(f"{path}, line {number}: a JSON object in {{…}} is expected")
        yield number, record


def read_json(path: Path) -> Record:
    """Return the object that a JSON file holds.

    Raises:
        InputError: the file cannot be read, or is not a JSON object.
    """
    try:
        found = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from error
    if not isinstance(found, dict):
        raise InputError(f"{path}: a JSON object in {{…}} is expected")
    return found


def _text(path: Path) -> str:
    if not path.exists():
        raise InputError(f"{path} does not exist: check the name and the folder")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text ({error})") from error
