"""``python -m eval.scans``: the character error rate and the time of each engine installed."""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict

import numpy as np

from eval.scans.engines import engines
from eval.scans.pages import pages


def main() -> None:
    """Print, for each engine, errors and seconds of processor time a page, by kind of page."""
    parser = argparse.ArgumentParser(prog="python -m eval.scans", description=__doc__)
    parser.add_argument("--engine", help="only those whose name has this")
    wanted = parser.parse_args().engine or ""
    for name, read in engines().items():
        if wanted not in name:
            continue
        errors: dict[str, list[float]] = defaultdict(list)
        seconds: list[float] = []
        for page in pages():
            before = _seconds()
            said = read(page.data)
            seconds.append(_seconds() - before)
            rate = error_rate(said, page.text)
            errors[page.kind].append(rate)
            errors["all"].append(rate)
            sys.stderr.write(f"{name}, {page.kind}: {rate:.4f}, {seconds[-1]:.1f} s\n")
        told = ", ".join(f"{kind} {np.mean(rates):.4f}" for kind, rates in errors.items())
        sys.stdout.write(f"{name}: {told}; {np.median(seconds):.1f} s a page\n")
        sys.stdout.flush()


def _seconds() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def error_rate(said: str, text: str) -> float:
    """Return how many characters must change to make one text of the other, as a share of it.

    White space counts as one space: ``error_rate("a  bd", "a bc")`` is ¼.
    """
    said, text = " ".join(said.split()), " ".join(text.split())
    other = np.array([ord(c) for c in text])
    steps = np.arange(len(text) + 1)
    row = steps
    for number, letter in enumerate(said, start=1):
        kept = np.minimum(row[1:] + 1, row[:-1] + (other != ord(letter)))
        # What is put in costs one a letter from wherever a row was cheapest so far.
        row = np.minimum.accumulate(np.concatenate(([number], kept)) - steps) + steps
    return float(row[-1]) / max(1, len(text))


if __name__ == "__main__":
    main()
