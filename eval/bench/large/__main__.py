"""How a library grows: ``python -m eval.bench.large --out DIR --sizes 1000 10000 100000``.

One library grows from size to size: first by real articles with their questions (SQuAD, CLAPnq and
MTRAG of the folder ``--benchmarks``, embedded once into ``DIR/real``), then by articles that are
drawn from these, see ``drawn.py``. So what is found, and what finding costs, is measured among a
million neighbours with the frequencies of real words and the spread of real vectors; but only the
real texts were ever embedded, and the time to add is that of everything but the model.

It is asked in a process of its own. ``hit10``: a gold passage is among the first ten hits;
``exact_hit10``: the same with every vector compared and every word of the question searched for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.bench.large.asked import Asked, ask_all
from eval.bench.large.drawn import Real, read_real
from eval.bench.large.grown import Grown
from eval.sets.corpus import fill
from eval.sets.load import load_set
from eval.types import QuestionSet, SetArticle
from index import Library
from index.build import ID_DIGITS
from index.types import Json

SETS = ("squad/dev-v1.1.json", "clapnq", "mtrag-un/reference.jsonl")
SIZES = (1_000, 10_000, 100_000)

FIELDS = {
    "size": "passages",
    "add_s": "add, s",
    "add_one_s": "one more, s",
    "remove_one_s": "remove one, s",
    "open_s": "open, s",
    "ask_p50_ms": "ask p50, ms",
    "ask_p95_ms": "p95, ms",
    "ask_cpu_ms": "CPU, ms",
    "rss_mb": "memory, MB",
    "disk_mb": "disk, MB",
    "hit10": "hit@10",
    "exact_hit10": "exactly",
}
FOUND = ("hit10", "exact_hit10")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write ``large.json``, print the table. Returns 0."""
    options = _options(argv)
    if options.ask:
        questions = [Asked(*row) for row in json.load(sys.stdin)]
        json.dump(ask_all(options.ask, questions), sys.stdout)
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    sets = [load_set(options.benchmarks / name) for name in SETS]
    articles = _distinct(sets)
    grown = Grown(options.out / "library", articles, _embed(options.out / "real", articles))
    rows: list[Json] = []
    for size in sorted(options.sizes):
        rows.append(grown.measure(size, _questions(sets, articles)))
        (options.out / "large.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
        Console(stderr=True).print(rows[-1])
    Console(width=None if sys.stdout.isatty() else 160).print(to_table(rows))
    return 0


def to_table(rows: Sequence[Json]) -> Table:
    """Return a line for each size, and below each column the slope of its logarithm."""
    table = Table(*FIELDS.values(), title="Large libraries")
    for row in rows:
        table.add_row(*(f"{row[key]:,}" for key in FIELDS))
    if len(rows) > 1:
        slopes = [f"{_slope(rows, key):.2f}" for key in FIELDS if key not in ("size", *FOUND)]
        table.add_row("exponent", *slopes, end_section=True)
    return table


def _slope(rows: Sequence[Json], key: str) -> float:
    """Return ``e`` of the best fit ``value = c * size ** e``."""
    sizes = np.log([row["size"] for row in rows])
    return float(np.polyfit(sizes, np.log([max(row[key], 1e-3) for row in rows]), 1)[0])


def _embed(folder: Path, articles: Sequence[SetArticle]) -> Real:
    """Embed the real articles, if that was not done before, and read what came of it."""
    with Library.open(folder) as library:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            fill(library, articles, lambda items, name: bar.track(items, description=name))
        return read_real(library)


def _distinct(sets: Sequence[QuestionSet]) -> list[SetArticle]:
    """Return the articles of all sets, each text once."""
    return list({article.text: article for each in sets for article in each.articles}.values())


def _questions(sets: Sequence[QuestionSet], articles: Sequence[SetArticle]) -> list[Asked]:
    """Return the questions of all sets that stand alone and whose gold is in these articles."""
    ids = {a.key: hashlib.sha256(a.text.encode()).hexdigest()[:ID_DIGITS] for a in articles}
    found = []
    for question in (question for each in sets for question in each.questions):
        golds = [place for gold in question.evidence for place in gold.places]
        if golds and not question.history and all(place.article in ids for place in golds):
            found.append(Asked(question.text, [(ids[p.article], p.start, p.end) for p in golds]))
    return found


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.large", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-report/large"))
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--benchmarks", type=Path, default=Path("../shared/benchmarks"))
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
