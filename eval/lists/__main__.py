"""Lists and comparisons: what is right of what is given, and what of the right is there.

``python -m eval.lists`` asks the project's own list questions, each of its article alone, and
prints precision and recall of the items of both halves; then its comparisons of articles, and
prints how many cells are right and how often it says rightly that two differ. Exit code 1 if the
lists of the test half are under a floor.
"""

from __future__ import annotations

import argparse
import sys
import tempfile

from eval.lists.cells import compared
from eval.lists.items import FLOORS, OWN, measure, shares
from eval.sets.lines import read_lines
from index.library import Library


def main() -> int:
    """Print the table of both halves, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.lists", description=__doc__)
    parser.add_argument("--each", action="store_true", help="print every question and its items")
    parser.add_argument("--half", choices=["calibration", "test"], help="only this half")
    wanted = parser.parse_args()
    lists = [record for _, record in read_lines(OWN / "lists.jsonl")]
    pairs = [record for _, record in read_lines(OWN / "compare.jsonl")]
    held = True
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        for half in [wanted.half] if wanted.half else ["calibration", "test"]:
            asked = [record for record in lists if record["split"] == half]
            found = shares(measure(library, asked, each=wanted.each))
            _row(f"lists, {half}", len(asked), found)
            if half == "test":
                held = all(found[name] >= floor for name, floor in FLOORS.items())
            asked = [record for record in pairs if record["split"] == half]
            _row(f"comparisons, {half}", *compared(library, asked, each=wanted.each))
    return 0 if held else 1


def _row(name: str, count: int, found: dict[str, float]) -> None:
    shown = "  ".join(f"{metric} {value:.3f}" for metric, value in found.items())
    sys.stdout.write(f"{name:26} {count} questions  {shown}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
