"""Charts as SVG files that stand alone: they bring the colours of the evaluation's page along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib as mpl
from matplotlib.ticker import LogFormatter

from eval.report.charts import FAINT, INK, ONE, STYLE, TWO, canvas, to_svg

_LIGHT = "--line:#dcd8cd;--one:#0a6ba8;--two:#b3500b;color:#23221f;background:#fbfaf7"
_DARK = "--line:#3d3a34;--one:#63b3e8;--two:#f0994f;color:#e9e6de;background:#191816"
_COLOURS = f"<style>svg{{{_LIGHT}}}@media(prefers-color-scheme:dark){{svg{{{_DARK}}}}}</style>"

_MARKS = "os^DvPX"


def scatter_chart(
    points: Mapping[str, tuple[float, float]], across: str, up: str, ours: str
) -> str:
    """Draw named points; ``ours`` stands out."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": "scatter"}):
        figure, axes = canvas(across, up)
        for mark, (name, point) in zip(cycle(_MARKS), points.items(), strict=False):
            colour = ONE if name == ours else TWO
            axes.plot(*point, mark, color=colour, markersize=8, label=name, alpha=0.8)
        figure.legend(loc="outside right center", fontsize=9)
        axes.set_xlim(0, max(place for place, _ in points.values()) * 1.1)
        axes.margins(y=0.15)
        return _alone(to_svg(figure))


def growth_chart(
    sizes: Sequence[float], lines: Mapping[str, Sequence[float]], up: str, across: str = "passages"
) -> str:
    """Draw values by size, both on logarithmic scales: growth is a slope."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": up}):
        figure, axes = canvas(across, up)
        looks = zip(cycle(_MARKS), cycle((ONE, TWO, INK)), lines.items(), strict=False)
        for mark, colour, (name, values) in looks:
            axes.plot(sizes, values, f"{mark}-", color=colour, label=name, linewidth=1.6)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(LogFormatter())
        axes.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.5)))
        axes.legend(loc="upper left")
        return _alone(to_svg(figure))


def bar_chart(values: Mapping[str, float], across: str, ours: str) -> str:
    """Draw one bar a name, in the order given from above; ``ours`` stands out."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": across}):
        figure, axes = canvas(across, "")
        names = list(values)[::-1]
        colours = [ONE if name == ours else FAINT for name in names]
        bars = axes.barh(names, [values[name] for name in names], color=colours)
        axes.bar_label(bars, fmt="%.2f", padding=4)
        axes.grid(axis="y", visible=False)
        axes.margins(x=0.15)
        return _alone(to_svg(figure))


def _alone(svg: str) -> str:
    head, rest = svg.split(">", 1)
    return f"{head}>{_COLOURS}{rest}"
