"""The right cell of a table: how often it is found, and how often another one is told for it.

``python -m eval.tables`` asks ``own/tables.jsonl``, each question of its article alone, and prints
for each half: the right cell where the table gives it, a wrong one, a wrong one that is said to
be sure, what was refused, and of sums whether every cell is marked. ``--documents`` is a folder
with the two filings that are asked too; ``--tatqa`` a file of questions on the text of other
filings, of which a fixed half is asked. Exit code 1 if the test half is under a floor.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.metrics.statistics import mean_interval
from eval.sets.lines import Record, read_lines
from eval.tables.cells import OWN, Asked, Kind, Outcome, files, judge, quotes
from eval.tables.fit import write_fitted
from eval.tables.prose import ask_prose
from index.library import Library
from rag.asking import ask

FLOORS = {"right cell": 0.80}
CEILINGS = {"wrong and sure": 0.06}
"""Of the test half: what is held today; of what is wrong and sure the aim is .02."""

Rows = Mapping[str, Sequence[float]]


def main() -> int:
    """Print the table of both halves, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.tables", description=__doc__)
    parser.add_argument("--documents", type=Path, help="a folder with the filings")
    parser.add_argument("--tatqa", type=Path, help="questions on filings, JSON Lines, gzipped")
    parser.add_argument("--each", action="store_true", help="print every question and its answer")
    parser.add_argument("--together", action="store_true", help="ask all articles at once")
    parser.add_argument("--half", choices=["calibration", "test"], help="only this half")
    parser.add_argument("--fit", type=Path, metavar="QA", help="fit on the calibration half")
    given = parser.parse_args()
    records = [record for _, record in read_lines(OWN / "tables.jsonl")]
    held = True
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        ids = _add(library, records, given.documents)
        if given.fit:
            known = [r for r in records if r["split"] == "calibration" and r["article"] in ids]
            write_fitted(library, known, ids, given.fit)
        for half in [given.half] if given.half else ["calibration", "test"]:
            chosen = [r for r in records if r["split"] == half and r["article"] in ids]
            asked = measure(library, chosen, ids, each=given.each, together=given.together)
            found = rows(list(asked))
            _print(half, found)
            held = _holds(found) if half == "test" else held
    if given.tatqa:
        _print("tatqa", ask_prose(given.tatqa, each=given.each))
    return 0 if held else 1


def _add(library: Library, records: Sequence[Record], documents: Path | None) -> dict[str, str]:
    """Add the articles of the set; return their ids by name, and name what is not there."""
    there = files(documents)
    named = dict.fromkeys(record["article"] for record in records)
    for name in named:
        if name not in there:
            sys.stdout.write(f"{name} is not at hand, and not asked: see --documents\n")
    return {name: library.add(there[name]).id for name in named if name in there}


def measure(
    library: Library,
    records: Sequence[Record],
    ids: Mapping[str, str],
    *,
    each: bool,
    together: bool = False,
) -> Iterator[Asked]:
    """Ask each question of its article, or of all; ``each``: and print what came of it."""
    for record in records:
        article = ids[record["article"]]
        within = None if together else [article]
        answer = ask(record["question"], library=library, within=within)
        asked = judge(record, answer, library.article(article).text)
        if each:
            said = quotes(answer.citations or answer.nearest[:1])
            short = "; ".join(short.text for short in answer.short)
            sys.stdout.write(
                f"{asked.kind:6} {asked.outcome:8} {answer.confidence:.2f} {record['question']}\n"
                f"       {short or '–'} | {said}\n"
                + "".join(f"       {note}\n" for note in answer.notes)
            )
        yield asked


def rows(found: Sequence[Asked]) -> Rows:
    """Return the values of each question for which a share is defined, by its name."""
    cells = [a.outcome for a in found if a.kind is Kind.CELL]
    sums = [a for a in found if a.kind is Kind.SUM]
    lines = [a.outcome for a in found if a.kind is Kind.LINE]
    absent = [a for a in found if a.kind in (Kind.PERIOD, Kind.ROW)]
    return {
        "right cell": [o is Outcome.RIGHT for o in cells],
        "unmarked": [o is Outcome.UNMARKED for o in cells],
        "wrong cell": [o is Outcome.WRONG for o in cells],
        "needless refusals": [o is Outcome.REFUSED for o in cells],
        "right row, no column named": [o is Outcome.RIGHT for o in lines],
        "refused of these": [o is Outcome.REFUSED for o in lines],
        "absent answered": [a.outcome is not Outcome.REFUSED for a in absent],
        "periods told": [a.told for a in absent if a.kind is Kind.PERIOD],
        "sums, all cells": [a.outcome is Outcome.RIGHT and a.told for a in sums],
        "wrong and sure": [a.surely_wrong for a in found],
    }


def _holds(found: Rows) -> bool:
    means = {name: float(np.mean(values)) for name, values in found.items() if len(values)}
    return all(means[name] >= floor for name, floor in FLOORS.items()) and all(
        means[name] <= ceiling for name, ceiling in CEILINGS.items()
    )


def _print(title: str, found: Rows) -> None:
    sys.stdout.write(f"{title}\n")
    for name, values in found.items():
        numbers = np.array(values, dtype=np.float64)
        if len(numbers):
            low, high = mean_interval(numbers, [str(n) for n in range(len(numbers))])
            shown = f"{numbers.mean():.3f} ({low:.3f}–{high:.3f}) of {len(numbers)}"
            sys.stdout.write(f"  {name:26} {shown}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
