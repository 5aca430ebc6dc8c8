"""Tables as they are stored: numbers alone, as JSON, for all that they say is in the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from index.types import Cell, Range, Row, Table, TableRow


def table_content(table: Table) -> str:
    """Return the ranges above a table, and the rows of cells that name its columns."""
    return json.dumps([table.above, table.heads])


def row_content(row: Row) -> str:
    """Return the ranges of a row's groups, and its cells."""
    return json.dumps([row.groups, row.cells])


def to_row(start: int, end: int, content: str) -> Row:
    """Return a row as it was."""
    groups, cells = json.loads(content)
    return Row(start, end, _cells(cells), _ranges(groups))


def to_table_row(row: Row, of_table: str, first: int) -> TableRow:
    """Return a row with what its table says of it. ``first``: where the table starts."""
    above, heads = json.loads(of_table)
    return TableRow(row, _ranges(above), tuple(map(_cells, heads)), first)


def to_tables(
    found: Iterable[tuple[int, str]], told: Iterable[tuple[int, int, int, str]]
) -> tuple[Table, ...]:
    """Return tables as they were.

    ``found``: each with its start and content. ``told``: their rows, each with start, end, the
    start of its table, and content. Both in order.
    """
    rows: dict[int, list[Row]] = {}
    for start, end, of, content in told:
        rows.setdefault(of, []).append(to_row(start, end, content))
    read = [(start, *json.loads(content)) for start, content in found]
    return tuple(
        Table(_ranges(above), tuple(map(_cells, heads)), tuple(rows.get(start, ())))
        for start, above, heads in read
    )


def _cells(said: Sequence[Sequence[int]]) -> tuple[Cell, ...]:
    return tuple(Cell(*each) for each in said)


def _ranges(said: Sequence[Sequence[int]]) -> tuple[Range, ...]:
    return tuple((int(start), int(end)) for start, end in said)
