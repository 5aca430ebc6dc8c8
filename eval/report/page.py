"""``report.html``: one file that needs nothing else, for a person to read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.metrics.summary import judged, outcomes
from eval.report import charts
from eval.report.lines import (
    Line,
    chance,
    kind_cells,
    kind_count,
    kind_header,
    number,
    title,
    verdict,
)
from eval.report.worst import worst
from eval.result import Result
from eval.types import Check

HERE = Path(__file__).parent

Figure = tuple[str, str, Markup]
"""A heading, what the chart shows, and the chart."""


def write_page(path: Path, result: Result, lines: Sequence[Line], checks: Sequence[Check]) -> None:
    """Write the report. All that comes from the set or the system is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "chance": chance}
    header = kind_header(result)
    page = environment.get_template("page.html").render(
        title=title(result),
        verdict=verdict(checks),
        passed=all(check.passed for check in checks),
        result=result,
        groups=[(n, list(found)) for n, found in groupby(lines, lambda line: line.metric.group)],
        checks=sorted(checks, key=lambda check: check.passed),
        header=header,
        kinds=[
            (kind, kind_count(result, kind), [kind_cells(name, found) for name in header])
            for kind, found in result.kinds.items()
        ],
        figures=_figures(result),
        worst=worst(result),
    )
    path.write_text(page, encoding="utf-8")


def _figures(result: Result) -> list[Figure]:
    found: list[tuple[str, str, str]] = []
    if judged(result.rows):
        of_all = outcomes(result.rows)
        found += [
            (
                "Risk and coverage",
                "How many answers would be wrong if only the surest questions were answered.",
                charts.risk_coverage_chart(of_all),
            ),
            (
                "Calibration",
                "How often a question of a given confidence can be answered. On the dotted line "
                "the confidence is right.",
                charts.calibration_chart(of_all),
            ),
            (
                "Confidence",
                "How far apart answerable and unanswerable questions lie.",
                charts.distribution_chart(of_all),
            ),
        ]
    if result.stages:
        latency = "Milliseconds by stage; what stands after “ask:” is a part of it."
        found.append(("Time", latency, charts.latency_chart(result.stages)))
    # The charts are drawn here, from numbers and fixed words.
    return [(heading, caption, Markup(chart)) for heading, caption, chart in found]
