"""Charts as SVG that takes its colours from the page, so that it reads in light and in dark.

Drawn in stand-in colours, which are then replaced by the page's variables.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.metrics.refusal import RISK, Outcomes, calibration, risk_coverage

INK, FAINT, ONE, TWO = "#010203", "#040506", "#070809", "#0a0b0c"
_COLOURS = {INK: "currentColor", FAINT: "var(--line)", ONE: "var(--one)", TWO: "var(--two)"}

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "axes.grid": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}

_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_GROUP_ID = re.compile(r'(<g) id="[^"]*"')
_FONT = re.compile(r"'DejaVu Sans'[^;\"]*")


def risk_coverage_chart(outcomes: Outcomes) -> str:
    """Draw the risk against the coverage, were only the surest questions answered."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": "risk"}):
        figure, axes = canvas("share of questions answered", "share of answers that are wrong")
        coverages, risks = risk_coverage(outcomes)
        axes.plot(coverages, risks, color=ONE, linewidth=2)
        axes.axhline(RISK, color=TWO, linewidth=1.2, linestyle="--")
        axes.annotate("risk 5 %", (1, RISK), ha="right", va="bottom", color=TWO)
        answered = outcomes.refused == 0
        if answered.any():
            point = float(answered.mean()), float(1 - outcomes.right[answered].mean())
            axes.plot(*point, "o", color=INK, markersize=7)
            axes.annotate("as shipped", point, (6, 6), textcoords="offset points")
        axes.set(xlim=(0, 1.02), ylim=(0, max(0.2, float(risks.max()) * 1.1)))
        return to_svg(figure)


def calibration_chart(outcomes: Outcomes) -> str:
    """Draw how often questions of each confidence could be answered; the area is their number."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": "calibration"}):
        figure, axes = canvas("confidence", "share of questions that are answerable")
        sure, true, counts = calibration(outcomes)
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=":")
        axes.plot(sure, true, color=ONE, linewidth=1)
        axes.scatter(sure, true, s=30 + 300 * counts / counts.sum(), color=ONE)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.04))
        return to_svg(figure)


def distribution_chart(outcomes: Outcomes) -> str:
    """Draw how the confidences of answerable and of unanswerable questions are spread."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": "distribution"}):
        figure, axes = canvas("confidence", "share of questions")
        bins = np.linspace(0, 1, 21)
        for name, wanted, colour, hatch in (
            ("answerable", 1.0, ONE, ""),
            ("unanswerable", 0.0, TWO, "////"),
        ):
            values = outcomes.confidence[outcomes.answerable == wanted]
            if len(values):
                weights = np.full(len(values), 1 / len(values))
                axes.hist(values, bins.tolist(), weights=weights, color=colour, alpha=0.25)
                axes.hist(
                    values,
                    bins.tolist(),
                    weights=weights,
                    histtype="step",
                    color=colour,
                    hatch=hatch,
                    linewidth=1.6,
                    label=f"{name} ({len(values)})",
                )
        axes.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.5, 1.14))
        axes.set(xlim=(0, 1))
        return to_svg(figure)


def latency_chart(stages: Mapping[str, Mapping[str, float]]) -> str:
    """Draw p50, p95 and p99 of each stage, in milliseconds."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": "latency"}):
        figure, axes = canvas("milliseconds", "")
        names = list(stages)[::-1]
        for place, name in enumerate(names):
            reach = stages[name]["p50"], stages[name]["p99"]
            axes.plot(reach, (place, place), color=FAINT, linewidth=6)
        for percentile, mark, colour in (("p50", "o", ONE), ("p95", "s", ONE), ("p99", "D", TWO)):
            values = [stages[name][percentile] for name in names]
            axes.plot(values, range(len(names)), mark, color=colour, label=percentile)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_xlim(left=0)
        axes.grid(axis="y", visible=False)
        axes.legend(loc="upper center", ncols=3, bbox_to_anchor=(0.4, 1.14))
        return to_svg(figure)


def canvas(across: str, up: str) -> tuple[Figure, Axes]:
    """Return a figure of the page's size, and its axes with their labels."""
    figure = Figure(figsize=(5.2, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=across, ylabel=up)
    axes.set_axisbelow(True)
    return figure, axes


def to_svg(figure: Figure) -> str:
    """Return the figure as an ``<svg>`` element of the page's width, colours and type."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = _METADATA.sub("", _PROLOGUE.sub("", buffer.getvalue()))
    text = _FONT.sub("system-ui, sans-serif", _GROUP_ID.sub(r"\1", text))
    head, rest = text.split(">", 1)
    head = re.sub(r' (?:width|height)="[^"]*"', "", head) + ' aria-hidden="true"'
    for stand_in, colour in _COLOURS.items():
        rest = rest.replace(stand_in, colour)
    return f"{head}>{rest}"
