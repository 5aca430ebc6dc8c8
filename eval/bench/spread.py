"""Repeated measurements → median and range, quotients of two, and the exponent of growth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of ``count`` measurements, with the least and the largest of them."""

    median: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        """``9.81 (9.56–10.2)``; the median alone, if there was but one measurement."""
        if self.count == 1:
            return figure(self.median)
        return f"{figure(self.median)} ({figure(self.low)}–{figure(self.high)})"


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of at least one value.

    Raises:
        ValueError: there is none.
    """
    if not values:
        raise ValueError("nothing was measured")
    return Spread(median(values), min(values), max(values), len(values))


def quotients(dividends: Sequence[float], divisors: Sequence[float]) -> Spread:
    """Return the spread of each dividend over the divisor of the same round."""
    return spread([one / other for one, other in zip(dividends, divisors, strict=True)])


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return ``e`` of the best fit ``value = c * size ** e``: the slope in log-log (least squares).

    0 is constant, 1 linear. Not a number where fewer than two points are positive.
    """
    points = [(math.log(s), math.log(v)) for s, v in zip(sizes, values, strict=True) if v > 0]
    if len({across for across, _ in points}) < 2:
        return math.nan
    across, up = np.array(points).T
    return float(np.polyfit(across, up, 1)[0])


def figure(value: float) -> str:
    """Return about three significant digits: ``1,234``, ``56.7``, ``8.90``, ``0.123``."""
    if math.isnan(value):
        return "–"
    for least, digits in ((99.95, 0), (9.995, 1), (0.9995, 2)):
        if abs(value) >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"
