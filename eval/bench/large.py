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
import math
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.bench.drawn import PARAGRAPHS, DrawnEmbedder, Real, Writer, read_real
from eval.sets.corpus import fill
from eval.sets.load import load_set
from eval.types import QuestionSet, SetArticle
from index import Library
from index.backends.sqlite.store import FILE
from index.backends.sqlite.words.fulltext import any_of, words
from index.build import ID_DIGITS
from index.embed.embedder import load_embedder
from index.types import Json, Passage
from rag import ask
from rag.question.encode import Question, read_question
from rag.retrieval.candidates import DEPTH, Candidate, find_candidates
from rag.retrieval.late_interaction import score_evidence

SETS = ("squad/dev-v1.1.json", "clapnq", "mtrag-un/reference.jsonl")
SIZES = (1_000, 10_000, 100_000)
ASKED = 100
EXACT = 100
"""Questions that are asked, and how many of them exactly as well: to search a million passages for
every word of a question takes seconds."""

TOGETHER = 500
"""Articles that are added before the search index is published, as by one call of ``add``."""

FIRST = 10
SEED = 7

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


class Asked(NamedTuple):
    """A question, and where its gold is: id of the article and half-open range."""

    text: str
    golds: list[tuple[str, int, int]]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write ``large.json``, print the table. Returns 0."""
    options = _options(argv)
    if options.ask:
        questions = [Asked(*row) for row in json.load(sys.stdin)]
        json.dump(_ask_all(options.ask, questions), sys.stdout)
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


class Grown:
    """A library that grows from size to size, and what adding to it took so far."""

    def __init__(self, folder: Path, articles: Sequence[SetArticle], real: Real) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self._embedder = DrawnEmbedder(real, load_embedder())
        self._writer = Writer(real)
        self._waiting = list(articles)
        self._held: set[str] = set()
        self._drawn = 0
        self._seconds = 0.0

    def measure(self, size: int, questions: Sequence[Asked]) -> Json:
        """Grow to ``size`` passages or a few more, and measure there."""
        with Library.open(self.folder, embedder=self._embedder) as library:
            self._grow(library, size)
            start = perf_counter()
            last = self._draw(library)
            added = perf_counter()
            library.remove(last)
            removed = perf_counter()
            passages, _ = library.frequencies([])
        known = [q for q in questions if all(article in self._held for article, *_ in q.golds)]
        return {
            "size": passages,
            "add_s": round(self._seconds, 2),
            "add_one_s": round(added - start, 2),
            "remove_one_s": round(removed - added, 2),
            **_ask_apart(self.folder, random.Random(SEED).sample(known, min(ASKED, len(known)))),
            "disk_mb": sum(f.stat().st_size for f in self.folder.rglob("*") if f.is_file())
            // 10**6,
        }

    def _grow(self, library: Library, size: int) -> None:
        while (held := library.frequencies([])[0]) < size:
            start = perf_counter()
            with library.writing():
                for _ in range(min(TOGETHER, math.ceil((size - held) / PARAGRAPHS))):
                    self._add(library)
            self._seconds += perf_counter() - start

    def _add(self, library: Library) -> None:
        """Add a real article if there is one left, a drawn one if not."""
        if not self._waiting:
            self._draw(library)
            return
        article = self._waiting.pop(0)
        source = article.key
        self._held.add(
            library.add_text(article.text, title=article.title or None, source=source).id
        )

    def _draw(self, library: Library) -> str:
        self._drawn += 1
        title, text = self._writer.article(self._drawn)
        return library.add_text(text, title=title, source=f"drawn {self._drawn}").id


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


def _ask_apart(folder: Path, questions: Sequence[Asked]) -> Json:
    """Open and ask a library in a process of its own."""
    command = [sys.executable, "-m", "eval.bench.large", "--ask", str(folder)]
    done = subprocess.run(
        command, input=json.dumps(questions), stdout=subprocess.PIPE, text=True, check=True
    )
    found: Json = json.loads(done.stdout)
    return found


def _ask_all(folder: Path, questions: Sequence[Asked]) -> Json:
    start = perf_counter()
    with Library.open(folder, create=False) as library:
        with library.reading():
            opened = perf_counter() - start
        _seconds(questions[0].text, library)  # loads the model
        busy = process_time()
        took = [1000 * _seconds(question.text, library) for question in questions]
        busy = process_time() - busy
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        return {
            "open_s": round(opened, 2),
            "ask_p50_ms": round(float(np.percentile(took, 50)), 1),
            "ask_p95_ms": round(float(np.percentile(took, 95)), 1),
            "ask_cpu_ms": round(1000 * busy / len(questions), 1),
            "rss_mb": round(memory),
            **_compare(library, questions),
        }


def _seconds(question: str, library: Library) -> float:
    start = perf_counter()
    ask(question, library=library)
    return perf_counter() - start


def _compare(library: Library, questions: Sequence[Asked]) -> Json:
    """Return how often the gold is among the first hits, and how often by exact search.

    ``recall10``: how many of the ten nearest vectors are found.
    """
    read = [read_question(question.text, (), library) for question in questions]
    few = read[:EXACT]
    nearest = _nearest(library.folder, few)
    matched = _matched(library.folder, few)
    exact = [_fused(library, near, said) for near, said in zip(nearest, matched, strict=True)]
    ideal = [_hits(q, candidates) for q, candidates in zip(few, exact, strict=True)]
    right = [_hits(question, find_candidates(question, library)) for question in read]
    found = [{n for n, _ in library.nearest(q.vector, DEPTH)[:FIRST]} for q in few]
    shares = [len(f & set(list(n)[:FIRST])) / FIRST for f, n in zip(found, nearest, strict=True)]
    return {
        "hit10": _share(questions, right[:EXACT]),
        "exact_hit10": _share(questions, ideal),
        "recall10": round(float(np.mean(shares)), 4),
        "hit10_all": _share(questions, right),
        "asked": len(questions),
    }


def _hits(question: Question, candidates: Sequence[Candidate]) -> list[Passage]:
    return [hit.passage for hit in score_evidence(question, candidates).hits[:FIRST]]


def _share(questions: Sequence[Asked], found: Sequence[Sequence[Passage]]) -> float:
    """Return for how many of the questions a passage with a part of the gold is found."""
    right = [_is_right(q, passages) for q, passages in zip(questions, found, strict=False)]
    return round(float(np.mean(right)), 4)


def _is_right(question: Asked, passages: Sequence[Passage]) -> bool:
    return any(
        passage.article_id == article and passage.start < end and start < passage.end
        for passage in passages
        for article, start, end in question.golds
    )


def _nearest(folder: Path, questions: Sequence[Question]) -> list[dict[int, float]]:
    """Return the nearest passages with their cosines, best first: every vector is compared.

    Straight from the database, with nothing of the product's own searching; so is ``_matched``.
    """
    asked = np.stack([question.vector for question in questions])
    best: list[dict[int, float]] = [{} for _ in questions]
    with closing(_database(folder)) as database:
        rows = database.execute("SELECT id, vector FROM passages")
        while some := rows.fetchmany(20_000):
            vectors = np.frombuffer(b"".join(vector for _, vector in some), dtype=np.float32)
            for place, cosines in enumerate(asked @ vectors.reshape(len(some), -1).T):
                near = np.argsort(-cosines)[:DEPTH]
                both = best[place] | {some[n][0]: float(cosines[n]) for n in near}
                first = sorted(both, key=lambda n: -both[n])[:DEPTH]
                best[place] = {n: both[n] for n in first}
    return best


def _matched(folder: Path, questions: Sequence[Question]) -> list[list[int]]:
    """Return the passages that have words of the question, best first: every word is searched."""
    query = "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY bm25(terms) LIMIT ?"
    with closing(_database(folder)) as database:
        return [
            [n for (n,) in database.execute(query, (any_of(words(question.searched)), DEPTH))]
            for question in questions
        ]


def _database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / FILE).absolute().as_uri()}?mode=ro", uri=True)


def _fused(
    library: Library, nearest: Mapping[int, float], matched: Sequence[int]
) -> list[Candidate]:
    found = library.passages([*nearest, *(n for n in matched if n not in nearest)])
    titles = library.titles({passage.article_id for passage, _ in found.values()})
    return [
        Candidate(passage, titles[passage.article_id], tokens, nearest.get(number, 0.0))
        for number, (passage, tokens) in found.items()
    ]


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.large", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-report/large"))
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--benchmarks", type=Path, default=Path("../shared/benchmarks"))
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
