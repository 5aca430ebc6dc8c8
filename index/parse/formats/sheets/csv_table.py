"""Comma-, semicolon- and tab-separated values → the rows of one table."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded, row_of
from index.parse.formats.markup import name_columns
from index.parse.formats.sheets.grid import mark_heads
from index.parse.text import decode

FEWEST = 3
"""Fewer lines are no table."""

EVEN = 0.9
"""The share of lines that have the same number of fields."""

LONGEST = 80
"""Fields are shorter than this on the average; sentences that have commas in them are not."""

_NUMBER = re.compile(r"\s*[-+(]?[$€£¥]?\s*\d[\d.,\s]*%?\)?\s*")


def separator_of(text: str) -> str | None:
    """Return what parts the fields of a table's lines; None for a text that is no table.

    A text with a comma in each of its lines is one only if a column of it is numbers.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < FEWEST:
        return None
    for separator in "\t;,":
        try:
            rows = list(csv.reader(lines, delimiter=separator, strict=True))
        except csv.Error:
            continue
        if _is_table(rows, strict=separator != "\t"):
            return separator
    return None


def _is_table(rows: list[list[str]], *, strict: bool) -> bool:
    (width, often), *_ = Counter(map(len, rows)).most_common(1)
    even = [row for row in rows if len(row) == width]
    letters = sum(len(field) for row in even for field in row)
    if width < 2 or often < EVEN * len(rows) or letters > LONGEST * width * len(even):
        return False
    if width > 2 or not strict:
        return not strict or width > 3 or _has_numbers(even)
    return _has_numbers(even)


def _has_numbers(rows: list[list[str]]) -> bool:
    """Tell whether some column below the first row is numbers."""
    columns = zip(*rows[1:], strict=True)
    return any(all(_NUMBER.fullmatch(field) for field in column) for column in columns)


def parse_csv(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a table.

    Raises:
        InputError: it is damaged, or it has no row.
    """
    text = decode(data, name, limits)
    separator = separator_of(text) or ","
    try:
        rows = list(_rows(text, separator))
    except csv.Error as error:
        raise InputError(f"{name} is damaged and cannot be read as CSV ({error})") from error
    return Parsed(blocks=tuple(mark_heads(name_columns(rows))))


def _rows(text: str, separator: str) -> Iterator[Block]:
    for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
        if any(field.strip() for field in row):
            yield row_of(folded(field) for field in row)
