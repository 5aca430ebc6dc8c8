"""The tables on the terminal, and the folder: ``results.json``, ``report.md`` and the charts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group
from rich.table import Table as Drawn
from rich.text import Text

from eval.bench.spread import figure
from eval.bench.types import Floor, Part, Table
from eval.report.markdown import pipe_table, plain
from eval.report.terminal import blank_table
from index.errors import InputError
from index.types import Json

REACHED, NOT_REACHED = "reached", "not reached"


def render(tables: Sequence[Table]) -> Group:
    """Return the tables as they are shown on a terminal."""
    return Group(*(piece for table in tables for piece in _drawn(table)))


def floors_table(parts: Sequence[Part]) -> Table | None:
    """Return what was promised, what was found, and whether it is kept; None without promises."""
    rows = tuple(_floor(floor) for part in parts for floor in part.floors)
    return Table("Floors", ("", "found", "wanted", ""), rows) if rows else None


def failures_table(parts: Sequence[Part]) -> Table | None:
    """Return the parts that could not be measured, with the reason; None if there is none."""
    rows = tuple((part.name, part.failed) for part in parts if part.failed)
    return Table("Not measured", ("part", "because"), rows, words=True) if rows else None


def verdicts(parts: Sequence[Part]) -> list[Table]:
    """Return the floors and the failures, whichever there are."""
    return [table for table in (floors_table(parts), failures_table(parts)) if table]


def write_files(folder: Path, machine: Table, parts: Sequence[Part]) -> None:
    """Write ``results.json``, ``report.md`` and each chart.

    Raises:
        InputError: the folder cannot be written.
    """
    try:
        for part in parts:
            for name, svg in part.charts.items():
                (folder / name).write_text(svg + "\n", encoding="utf-8")
        text = json.dumps(to_json(machine, parts), indent=1, ensure_ascii=False)
        (folder / "results.json").write_text(text + "\n", encoding="utf-8")
        (folder / "report.md").write_text(to_markdown(machine, parts), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror}): name another") from error


def to_json(machine: Table, parts: Sequence[Part]) -> Json:
    """Return all that was measured, as JSON can hold it."""
    return {
        "machine": {row[0]: row[1] for row in machine.rows},
        "floors": [
            {
                "what": floor.what,
                "found": floor.found if math.isfinite(floor.found) else None,
                "wanted": floor.wanted,
                "reached": floor.reached,
            }
            for part in parts
            for floor in part.floors
        ],
        "parts": {part.name: part.figures for part in parts if not part.failed},
        "not measured": {part.name: part.failed for part in parts if part.failed},
    }


def to_markdown(machine: Table, parts: Sequence[Part]) -> str:
    """Return the report as Markdown, the charts beside it."""
    pieces = ["# Benchmark"]
    for verdict in verdicts(parts):
        pieces += _marked(verdict)
    for part in parts:
        for table in part.tables:
            pieces += _marked(table)
        pieces += [f"![{name}]({name})" for name in part.charts]
    pieces += _marked(machine)
    return "\n\n".join(pieces) + "\n"


def _marked(table: Table) -> Iterator[str]:
    yield f"## {plain(table.title)}"
    rows = [[plain(cell) for cell in row] for row in table.rows]
    yield pipe_table([plain(cell) for cell in table.header], rows)
    yield from map(plain, table.notes)


def _drawn(table: Table) -> Iterator[Drawn | Text]:
    yield Text(f"\n{table.title}", style="bold")
    drawn = blank_table("", table.header)
    for column in drawn.columns:
        column.justify = "left" if table.words else column.justify
    for row in table.rows:
        drawn.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    yield drawn
    for note in table.notes:
        yield Text(note, style="dim")


def _style(cell: str) -> str:
    return {REACHED: "green", NOT_REACHED: "red"}.get(cell, "")


def _floor(floor: Floor) -> tuple[str, str, str, str]:
    sign = "≥" if floor.at_least else "≤"
    mark = REACHED if floor.reached else NOT_REACHED
    # A cosine of .9998 is not to look like 1.
    found = f"{floor.found:.4f}" if abs(floor.found) < 10 else figure(floor.found)
    return floor.what, found, f"{sign} {floor.wanted:g}", mark
