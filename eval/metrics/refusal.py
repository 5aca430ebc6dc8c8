"""Knowing when not to answer: selective prediction over all questions of a run.

Every function takes ``Outcomes`` and returns one number, ``nan`` where it is not defined. A refusal
is right where the articles do not answer; an answer is right where it rests on gold evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

RISK = 0.05
"""The risk at which coverage is reported."""

BINS = 10
"""Bins of equal width for the calibration error."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of ``n`` questions: (n,) columns of 0.0 and 1.0, and of confidences in [0, 1].

    ``right``: what was answered, or would have been, rests on gold evidence.
    """

    answerable: Column
    refused: Column
    right: Column
    confidence: Column

    def __getitem__(self, rows: NDArray[np.intp]) -> Outcomes:
        """Return the outcomes of ``rows``, in that order, with repetitions."""
        columns = (self.answerable, self.refused, self.right, self.confidence)
        return Outcomes(*(column[rows] for column in columns))


def refusal_precision(outcomes: Outcomes) -> float:
    """Return the share of refusals that were right. Higher is better."""
    return _share(1 - outcomes.answerable, outcomes.refused)


def risk(outcomes: Outcomes) -> float:
    """Return the share of answers that were wrong. Lower is better."""
    return _share(1 - outcomes.right, 1 - outcomes.refused)


def risk_coverage(outcomes: Outcomes) -> tuple[Column, Column]:
    """Return coverages, ascending, and the risk at each, were only the surest answered.

    Questions of equal confidence come in together (El-Yaniv & Wiener 2010).
    """
    order = np.argsort(-outcomes.confidence, kind="stable")
    confidence = outcomes.confidence[order]
    wrong = np.cumsum(1 - outcomes.right[order])
    last = np.append(confidence[1:] != confidence[:-1], True)[: len(order)]
    counts = np.arange(1, len(order) + 1)[last]
    return counts / max(len(order), 1), wrong[last] / counts


def aurc(outcomes: Outcomes) -> float:
    """Return the mean risk over all coverages 1/n … 1. Lower is better.

    Area under the risk–coverage curve (Geifman, Uziel & El-Yaniv 2019); among questions of equal
    confidence the errors are taken as spread evenly, so that the order of rows does not matter.
    """
    total = len(outcomes.confidence)
    if not total:
        return float("nan")
    coverages, risks = risk_coverage(outcomes)
    counts = np.concatenate([[0.0], coverages * total])
    errors = np.concatenate([[0.0], coverages * total * risks])
    each = np.arange(1, total + 1)
    return float(np.mean(np.interp(each, counts, errors) / each))


def coverage_at_risk(outcomes: Outcomes, limit: float = RISK) -> float:
    """Return the largest coverage at which the risk is within ``limit``. Higher is better."""
    coverages, risks = risk_coverage(outcomes)
    return float(np.max(coverages[risks <= limit], initial=0.0))


def auroc(outcomes: Outcomes) -> float:
    """Return how often an answerable question is surer than an unanswerable one. Higher is better.

    Area under the receiver operating characteristic as the Mann–Whitney statistic; ties count half.
    """
    yes = outcomes.answerable == 1
    positives, negatives = int(yes.sum()), int((~yes).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(outcomes.confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[yes].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration(outcomes: Outcomes, bins: int = BINS) -> tuple[Column, Column, Column]:
    """Return mean confidence, share of answerable questions and count of each bin that has any."""
    place = np.minimum((outcomes.confidence * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins).astype(float)
    kept = counts > 0
    sure = np.bincount(place, outcomes.confidence, bins)[kept] / counts[kept]
    true = np.bincount(place, outcomes.answerable, bins)[kept] / counts[kept]
    return sure, true, counts[kept]


def calibration_error(outcomes: Outcomes) -> float:
    """Return the mean distance of confidence from what came true. Lower is better.

    Expected calibration error over ten bins of equal width (Naeini et al. 2015): the confidence is
    the probability that the articles answer the question.
    """
    if not len(outcomes.confidence):
        return float("nan")
    sure, true, counts = calibration(outcomes)
    return float(np.sum(np.abs(sure - true) * counts) / counts.sum())


def _share(part: Column, of: Column) -> float:
    total = float(of.sum())
    return float((part * of).sum()) / total if total else float("nan")


POOLED: Mapping[str, Callable[[Outcomes], float]] = {
    "refusal_precision": refusal_precision,
    "risk": risk,
    "coverage_at_risk": coverage_at_risk,
    "aurc": aurc,
    "auroc": auroc,
    "calibration_error": calibration_error,
}
"""The metrics that need all questions at once, by name."""
