"""Whether the persons and places of an article are told: ``python -m eval.lists.names``.

It asks for all people and for all places of each article of ``own/names.jsonl``, which names them
all, and prints how many of what is listed are right, and how many of the right are listed. Exit
code 1 if the test half is under a floor. ``--fit QA`` fits the model anew, on answers to questions
that people asked of texts: JSON Lines, gzipped.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.lists.fit_names import write_fitted
from eval.lists.items import OWN, articles
from eval.sets.lines import Record, read_lines
from index.library import Library
from rag.language.names import folded
from rag.listing.by_kind import list_by_kind
from rag.naming.kinds import Kind

ASKED = {Kind.PERSON: "list all people", Kind.PLACE: "list all places"}

FLOORS = {Kind.PERSON: (0.85, 0.75), Kind.PLACE: (0.9, 0.6)}
"""The least precision and recall on the test half: what is held today, with some slack."""

Counts = tuple[int, int, int]
"""Items that are right, that are listed, and that there are."""


def counted(library: Library, record: Record, kind: Kind) -> tuple[Counts, str]:
    """Return the counts of one article, and what is wrong, in a line."""
    (entry,) = library.entries
    found = list_by_kind(ASKED[kind], library, within=[entry.id])
    listed = [item.text for item in found.items] if found else []
    gold = list(record[kind.value])
    right = [text for text in listed if any(_same(text, name) for name in gold)]
    met = [name for name in gold if any(_same(text, name) for text in listed)]
    wrong = [text for text in listed if text not in right]
    missed = [name for name in gold if name not in met]
    said = f"{record['article']}, {kind.value}: wrong {wrong}, missed {missed}"
    return (len(met), len(met) + len(wrong), len(gold)), said


def _same(text: str, name: str) -> bool:
    """Tell whether two names have a word in common and one has all words of the other."""
    one, other = (set(map(folded, each.split())) for each in (text, name))
    return one <= other or other <= one


def measured(half: str) -> Iterator[tuple[Kind, Counts, str]]:
    """Yield the counts of each kind and article of one half."""
    files = articles() | {file.stem: file for file in (OWN / "overviews").glob("*.md")}
    for _, record in read_lines(OWN / "names.jsonl"):
        if record["split"] != half:
            continue
        with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
            library.add(files[record["article"]])
            for kind in ASKED:
                yield kind, *counted(library, record, kind)


def shares(counts: Collection[Counts]) -> tuple[float, float]:
    """Return precision and recall of all articles together; 1 where there is nothing."""
    right, listed, there = (sum(column) for column in zip(*counts, strict=True))
    return right / listed if listed else 1.0, right / there if there else 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table and what is wrong; 1 if a floor is not held."""
    parser = argparse.ArgumentParser(prog="python -m eval.lists.names", description=__doc__)
    parser.add_argument("--fit", type=Path, metavar="QA")
    given = parser.parse_args(argv)
    if given.fit:
        write_fitted(given.fit)
        return 0
    console = Console(width=150)
    table = Table("half", "kind", "named", "precision", "recall")
    held = True
    for half in ("calibration", "test"):
        rows = [*measured(half)]
        for kind, floors in FLOORS.items():
            counts = [each for of, each, _ in rows if of is kind]
            precision, recall = shares(counts)
            there = str(sum(each[2] for each in counts))
            table.add_row(half, kind.value, there, f"{precision:.3f}", f"{recall:.3f}")
            held &= half != "test" or (precision >= floors[0] and recall >= floors[1])
        for *_, said in rows:
            console.print(said, markup=False)
    console.print(table)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
