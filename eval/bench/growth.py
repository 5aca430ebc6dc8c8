"""Part ``large``: how time, memory and disk grow with the passages of a library."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from eval.bench.charts import growth_chart
from eval.bench.child import run, say
from eval.bench.spread import exponent, figure
from eval.bench.types import Floor, Part, Plan, Table
from index.types import Json

MODULE = "eval.bench.large"
SIZES = (1_000, 10_000, 100_000)
FULL_SIZES = (*SIZES, 1_000_000)

COLUMNS = {
    "add_s": "add, s",
    "open_s": "open, s",
    "ask_p50_ms": "ask p50, ms",
    "ask_p95_ms": "ask p95, ms",
    "rss_mb": "memory, MB",
    "disk_mb": "disk, MB",
}
RIGHT = {"hit10": "hit@10", "exact_hit10": "hit@10, exact search"}

CURVES = {
    "add": ("add_s",),
    "open": ("open_s",),
    "ask": ("ask_p50_ms", "ask_p95_ms"),
    "memory": ("rss_mb",),
    "disk": ("disk_mb",),
}
"""What stands in one chart."""


def measure(plan: Plan) -> Part:
    """Make libraries of each size, and return the curves."""
    sizes = FULL_SIZES if plan.full else SIZES
    say(f"large: {', '.join(f'{size:,}' for size in sizes)} passages")
    folder = plan.out / "large"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", MODULE, "--out", str(folder)]
    command += ["--benchmarks", str(plan.benchmarks), "--sizes", *map(str, sizes)]
    run(command, watched=True)
    rows: list[Json] = json.loads((folder / "large.json").read_text(encoding="utf-8"))
    return Part("large", (to_table(rows),), _floors(rows[-1]), {"rows": rows}, _charts(rows))


def to_table(rows: Sequence[Mapping[str, float]]) -> Table:
    """Return a row for each size, and the exponents of growth below."""
    cells = [
        (
            f"{row['size']:,.0f}",
            *(figure(row[key]) for key in COLUMNS),
            *(f"{row[key]:.3f}" for key in RIGHT),
        )
        for row in rows
    ]
    slopes = [figure(_exponent(rows, key)) for key in COLUMNS]
    cells.append(("exponent", *slopes, *("" for _ in RIGHT)))
    return Table(
        "Large libraries",
        ("passages", *COLUMNS.values(), *RIGHT.values()),
        tuple(cells),
        ("Exponent 0: does not grow; 1: twice the passages, twice the cost.",),
    )


def _floors(largest: Mapping[str, float]) -> tuple[Floor, ...]:
    at = f"at {largest['size']:,.0f}"
    lost = largest["exact_hit10"] - largest["hit10"]
    return (
        Floor(f"large: seconds to open {at}", largest["open_s"], 2.0),
        Floor(f"large: ask p50 {at}, ms", largest["ask_p50_ms"], 50.0),
        Floor(f"large: hit@10 lost to exact search {at}", lost, 0.01),
        Floor(f"large: memory {at}, MB", largest["rss_mb"], 4000.0),
    )


def _charts(rows: Sequence[Mapping[str, float]]) -> dict[str, str]:
    return {
        f"large-{name}.svg": growth_chart(
            [row["size"] for row in rows],
            {_label(rows, key): [row[key] for row in rows] for key in keys},
            COLUMNS[keys[0]].replace(" p50", ""),
        )
        for name, keys in CURVES.items()
    }


def _label(rows: Sequence[Mapping[str, float]], key: str) -> str:
    return f"{COLUMNS[key].split(',')[0]}: exponent {figure(_exponent(rows, key))}"


def _exponent(rows: Sequence[Mapping[str, float]], key: str) -> float:
    return exponent([row["size"] for row in rows], [row[key] for row in rows])
