"""``summary.md``: the result for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval.report.lines import Line, kind_cells, kind_count, kind_header, title, verdict
from eval.result import Result
from eval.types import Check

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|"})


def write_summary(
    path: Path, result: Result, lines: Iterable[Line], checks: Sequence[Check]
) -> None:
    """Write the verdict, what failed, the metrics and the kinds of questions."""
    parts = [f"## {plain(title(result))}", f"**{verdict(checks)}**"]
    failed = [check for check in checks if not check.passed]
    if failed:
        parts.append("\n".join(f"- ✗ {plain(c.name)}: {plain(c.detail)}" for c in failed))
    rows = [
        [plain(line.metric.name), line.value, line.interval, line.limit, line.change]
        for line in lines
    ]
    parts.append(pipe_table(["metric", "value", "95 % interval", "limit", "change"], rows))
    if len(result.kinds) > 1:
        header = kind_header(result)
        rows = [
            [plain(kind), kind_count(result, kind), *(kind_cells(n, found) for n in header)]
            for kind, found in result.kinds.items()
        ]
        parts.append("By kind of question (\\* too few to decide anything):")
        parts.append(pipe_table(["kind", "n", *map(plain, header)], rows))
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def pipe_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, its first column to the left and the others to the right."""
    ruler = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, ruler, *rows])


def plain(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is, on one line."""
    return " ".join(text.split()).translate(_SPECIAL)
