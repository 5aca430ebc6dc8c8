"""``python -m eval.overviews``: how much of seven articles their overviews carry.

Beside ours: the first sentences (five, and as many as ours has) and TextRank. ``--fit`` chooses the
weights on the calibration half.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx
import numpy as np
from rich.table import Table

from index.terminal import make_console
from rag.libraries import bundled_article, library_of
from rag.overviews.choice import Weights, choose
from rag.overviews.sentences import Sentences, read_sentences

OWN = Path(__file__).parent / "own"
LEAD = 5
WIDTH = 110

FLOOR = 0.44
"""The mean share of facts of the test half: what is held today; the aim is .60."""

GRID = {
    "first": (0.0, 0.2, 0.4, 0.6),
    "length": (0.2, 0.4, 0.6),
    "exact": (0.0, 0.1, 0.2),
    "opens": (0.0, 0.05, 0.1),
    "again": (0.3, 0.6),
    "section": (0.05, 0.1, 0.2),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """An article's sentences, and for each of its facts the rows of those that carry it."""

    name: str
    split: str
    found: Sentences
    facts: Sequence[frozenset[int]]

    def covered(self, rows: Sequence[int]) -> float:
        """Return the share of facts that some of ``rows`` carry."""
        return float(np.mean([bool(fact.intersection(rows)) for fact in self.facts]))


def load() -> list[Marked]:
    """Return the marked articles.

    Raises:
        ValueError: a quote is no sentence of its article.
    """
    lines = (OWN / "overviews.jsonl").read_text(encoding="utf-8").splitlines()
    return [_marked(json.loads(line)) for line in lines]


def _marked(line: dict[str, object]) -> Marked:
    name = str(line["article"])
    files = (bundled_article(), OWN / f"{name}.md", OWN / "overviews" / f"{name}.md")
    library = library_of([next(f for f in files if f.stem == name and f.exists())])
    found = read_sentences(library.entries[0].id, library)
    rows = {" ".join(each.text.split()): row for row, each in enumerate(found.evidence)}
    facts = []
    for fact in line["facts"]:  # type: ignore[attr-defined]
        missing = [quote for quote in fact["quotes"] if quote not in rows]
        if missing:
            raise ValueError(f"{name} has no sentence {missing[0]!r}")
        facts.append(frozenset(rows[quote] for quote in fact["quotes"]))
    return Marked(name, str(line["split"]), found, facts)


def text_rank(found: Sentences, most: int) -> list[int]:
    """Return the sentences of the highest PageRank by shared words (Mihalcea & Tarau 2004)."""
    words = [set(each.text.lower().split()) for each in found.evidence]
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(words)))
    for one, other in itertools.combinations(range(len(words)), 2):
        size = float(np.log(len(words[one])) + np.log(len(words[other])))
        shared = len(words[one] & words[other])
        if shared and size > 0:
            graph.add_edge(one, other, weight=shared / size)
    ranks = networkx.pagerank(graph)
    return sorted(sorted(ranks, key=lambda row: -ranks[row])[:most])


def score(marked: Sequence[Marked], weights: Weights) -> float:
    """Return the mean share of facts that the overviews carry."""
    return float(np.mean([each.covered(choose(each.found, weights)) for each in marked]))


def fit(marked: Sequence[Marked]) -> Weights:
    """Return the weights of the grid that carry most.

    Few articles have many best ones: each point is judged with its neighbours, so that it does not
    stand on a peak.
    """
    shape = tuple(len(values) for values in GRID.values())
    scores = np.empty(shape)
    for place in np.ndindex(*shape):
        scores[place] = score(marked, _weights(place))
    smooth = scores.copy()
    for axis in range(scores.ndim):
        padded = np.pad(smooth, [(1, 1) if a == axis else (0, 0) for a in range(6)], mode="edge")
        moved = np.moveaxis(padded, axis, 0)
        smooth = np.moveaxis((moved[:-2] + moved[1:-1] + moved[2:]) / 3, 0, axis)
    best = np.unravel_index(int(smooth.argmax()), shape)
    return _weights(tuple(int(n) for n in best))


def _weights(place: Sequence[int]) -> Weights:
    values = {name: GRID[name][n] for name, n in zip(GRID, place, strict=True)}
    return Weights(**values)


def table(marked: Sequence[Marked]) -> Table:
    """Return the shares of facts by article, then by half."""
    made = Table(
        "article",
        "half",
        "sentences",
        "ours",
        f"lead-{LEAD}",
        "lead, as many",
        "TextRank",
        box=None,
    )
    rows = {each.name: _row(each) for each in marked}
    for each in marked:
        made.add_row(each.name, each.split, *_cells(rows[each.name]))
    for split in ("calibration", "test"):
        mean = np.mean([rows[each.name] for each in marked if each.split == split], axis=0)
        made.add_row("mean", split, *_cells([float(n) for n in mean]))
    return made


def _row(each: Marked) -> list[float]:
    rows = choose(each.found)
    others = (rows, range(LEAD), range(len(rows)), text_rank(each.found, len(rows)))
    return [float(len(rows)), *(each.covered(other) for other in others)]


def _cells(row: Sequence[float]) -> list[str]:
    return [f"{row[0]:.1f}", *(f"{n:.3f}" for n in row[1:])]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, 1 if the floor is not held; ``--fit``: what the calibration half chooses."""
    parser = argparse.ArgumentParser(prog="python -m eval.overviews", description=main.__doc__)
    parser.add_argument("--fit", action="store_true", help="choose the weights")
    given = parser.parse_args(arguments)
    marked = load()
    if given.fit:
        half = [each for each in marked if each.split == "calibration"]
        weights = fit(half)
        sys.stdout.write(f"{weights}: {score(half, weights):.3f} of the calibration half\n")
        return 0
    make_console(width=WIDTH).print(table(marked))
    carried = float(np.mean([_row(each)[1] for each in marked if each.split == "test"]))
    return 0 if carried >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
