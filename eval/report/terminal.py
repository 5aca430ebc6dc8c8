"""The table on the terminal. What it returns rich can draw; ``__main__`` draws it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from eval.report.lines import Line, chance, kind_cells, kind_count, kind_header, number, title
from eval.result import Result
from eval.types import Check


def render(result: Result, lines: Iterable[Line], checks: Sequence[Check]) -> Group:
    """Return everything that a person wants to see at the end of a run."""
    parts: list[Table | Text] = [_metrics(result, lines)]
    if len(result.kinds) > 1:
        parts.append(_kinds(result))
    if result.rivals:
        parts.append(_rivals(result))
    if result.stages:
        parts.append(_stages(result))
    return Group(*parts, *_checks(checks))


def blank_table(heading: str, columns: Sequence[str]) -> Table:
    """Return a table without rows, its first column to the left and the others to the right."""
    table = Table(title=heading, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        heading = column.replace("_", " ")
        table.add_column(heading, justify="right" if place else "left", no_wrap=not place)
    return table


def _metrics(result: Result, lines: Iterable[Line]) -> Table:
    table = blank_table(
        title(result), ["", "value", "95 % interval", "questions", "limit", "change"]
    )
    group = ""
    for line in lines:
        if line.metric.group != group:
            group = line.metric.group
            table.add_row(Text(group, style="dim"))
        count = str(line.estimate.count)
        name = f"  {line.metric.name}"
        table.add_row(name, line.value, line.interval, count, line.limit, line.change)
    return table


def _kinds(result: Result) -> Table:
    header = kind_header(result)
    table = blank_table("\nBy kind of question (* too few to decide anything)", ["", "n", *header])
    for kind, found in result.kinds.items():
        cells = [kind_cells(name, found) for name in header]
        table.add_row(Text(f"  {kind}"), kind_count(result, kind), *cells)
    return table


def _rivals(result: Result) -> Table:
    header = [cell for rival in result.rivals for cell in (rival.name, "p")]
    table = blank_table(
        "\nBeside other rankings (p: paired randomisation test)", ["", "ours", *header]
    )
    for name in result.rivals[0].p_values:
        cells = [
            cell
            for rival in result.rivals
            for cell in (number(rival.overall[name].value), chance(rival.p_values[name]))
        ]
        table.add_row(f"  {name}", number(result.overall[name].value), *cells)
    return table


def _stages(result: Result) -> Table:
    table = blank_table("\nMilliseconds", ["", "p50", "p95", "p99"])
    for stage, found in result.stages.items():
        table.add_row(Text(f"  {stage}"), *(f"{value:.1f}" for value in found.values()))
    return table


def _checks(checks: Sequence[Check]) -> Iterator[Text]:
    yield Text("\nGate", style="bold")
    for check in checks:
        mark, style = ("  ✓ ", "green") if check.passed else ("  ✗ ", "red")
        yield Text.assemble((mark, style), f"{check.name}: {check.detail}")
