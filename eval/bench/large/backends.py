"""One library in a folder and in PostgreSQL: what asking takes in each, and whether both agree.

``python -m eval.bench.large.backends FOLDER postgresql://host/db?library=copy --set QUESTIONS``
copies the library in FOLDER there, which may be what ``eval.bench.large`` left, and asks both the
same questions in turns. ``one more``: an article is added to each, and
removed again. ``by 2, by 4``: questions a second of so many processes that ask one library at the
same time, each all of the questions.

Exit code 1 if a floor is broken: asking takes more than 1.5 times as long; up to ``LARGE``
passages, where both search exactly, an answer differs; above, more than half a point of the
folder's first hits are not the database's.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from eval.sets.load import load_set
from index.backends.passages import LARGE
from index.library import LOCK_SECONDS, Library
from index.opening import open_backend
from index.upkeep.copying import copy_library
from rag import Answer, ask, retrieve

SLOWER = 1.5
"""The p50 of a question in the database over that in the folder, at most."""

NEARLY_ALL = 0.995
TOGETHER = 1, 2, 4
"""So many processes ask one library at the same time."""

FIRST = 10
ASKED = 100
SEED = 7

NEW = "The lighthouse of {0} was painted {0} times.\n\nIts keeper counted {0} ships.\n\n"


@dataclass(frozen=True, slots=True)
class Compared:
    """Milliseconds of each question by each library, and how far both agree.

    ``answers`` is the share of questions with equal answers, ``hits`` that of the first hits of the
    folder that the database has among its own.
    """

    folder: Sequence[float]
    database: Sequence[float]
    answers: float
    hits: float

    @property
    def ratio(self) -> float:
        """The median of the database over that of the folder."""
        return float(np.median(self.database) / np.median(self.folder))


def compare(folder: Library, database: Library, questions: Sequence[str]) -> Compared:
    """Ask both libraries each question, by turns first the one and first the other."""
    took: tuple[list[float], list[float]] = [], []
    alike, shared = [], []
    for number, question in enumerate(questions):
        answers = {}
        for turn in (number % 2, 1 - number % 2):
            start = perf_counter()
            answers[turn] = _said(ask(question, library=(folder, database)[turn]))
            took[turn].append(1000 * (perf_counter() - start))
        alike.append(answers[0] == answers[1])
        one, other = (_first(question, library) for library in (folder, database))
        shared.append(len(one & other) / max(len(one), 1))
    return Compared(*took, float(np.mean(alike)), float(np.mean(shared)))


def _said(answer: Answer) -> tuple[object, ...]:
    places = [(each.article_id, each.start, each.end) for each in answer.citations]
    return answer.text, places, answer.confidence


def _first(question: str, library: Library) -> set[tuple[str, int]]:
    hits = retrieve(question, library=library, k=FIRST)
    return {(hit.passage.article_id, hit.passage.start) for hit in hits}


def store_one(library: Library, number: int) -> float:
    """Add an article and remove it again; return the seconds that adding took."""
    start = perf_counter()
    article = library.add_text(NEW.format(number) * 5, title=f"Lighthouse {number}")
    took = perf_counter() - start
    library.remove(article.id)
    return took


def ask_together(place: str, questions: Sequence[str], count: int) -> float:
    """Ask a library from several processes at once; return questions a second of all of them."""
    command = [sys.executable, "-m", "eval.bench.large.backends", "--ask", place]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdin and process.stdout
        process.stdin.write(f"{json.dumps(list(questions))}\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout
        process.stdout.readline()  # its model is loaded
    start = perf_counter()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda process: process.communicate("now\n"), processes))
    took = perf_counter() - start
    if any(process.returncode for process in processes):
        raise RuntimeError(f"a process that asked {place} has failed")
    return count * len(questions) / took


def _ask_told(place: str) -> None:
    """Read questions, load the model, and ask when the next line comes."""
    questions = json.loads(sys.stdin.readline())
    with Library.open(place, create=False) as library:
        ask(questions[0], library=library)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for question in questions:
            ask(question, library=library)


@dataclass(frozen=True, slots=True)
class Beside:
    """What else each library was asked: seconds of ``one more``; questions a second by each of
    ``TOGETHER``."""

    stored: float
    together: Sequence[float]


def to_table(found: Compared, passages: int, copied: float, beside: Sequence[Beside]) -> Table:
    """Return a line for each library."""
    named = ("p50, ms", "p95, ms", "one more, s", *(f"by {n}, 1/s" for n in TOGETHER))
    table = Table("", *named, title=f"{passages:,} passages")
    for name, took, one in zip(
        ("folder", "PostgreSQL"), (found.folder, found.database), beside, strict=True
    ):
        table.add_row(
            name,
            *(f"{np.percentile(took, share):.1f}" for share in (50, 95)),
            f"{one.stored:.2f}",
            *(f"{rate:.1f}" for rate in one.together),
        )
    table.caption = (
        f"ratio {found.ratio:.2f} · equal answers {found.answers:.3f} · hits of the folder among "
        f"the first {FIRST} {found.hits:.3f} · copied in {copied:.0f} s"
    )
    return table


def main(argv: Sequence[str] | None = None) -> int:
    """Copy, ask, print the table; 1 if asking is too slow or, without an index, not alike."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["--ask"]:
        _ask_told(given[1])
        return 0
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.large.backends", description=__doc__
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("address")
    parser.add_argument("--set", type=Path, required=True, metavar="QUESTIONS")
    options = parser.parse_args(given)
    asked = [q.text for q in load_set(options.set).questions if not q.history]
    chosen = random.Random(SEED).sample(asked, min(ASKED, len(asked)))
    copied = _copy(options.folder, options.address)
    with (
        Library.open(options.folder, create=False) as folder,
        Library.open(options.address, create=False) as database,
    ):
        for library in (folder, database):
            ask(chosen[0], library=library)  # loads the model, opens connections
        found = compare(folder, database, chosen)
        passages, _ = folder.frequencies([])
        stored = [store_one(library, passages) for library in (folder, database)]
    beside = [
        Beside(one, [ask_together(str(place), chosen, count) for count in TOGETHER])
        for one, place in zip(stored, (options.folder, options.address), strict=True)
    ]
    Console(width=None if sys.stdout.isatty() else 120).print(
        to_table(found, passages, copied, beside)
    )
    agree = found.answers == 1 if passages <= LARGE else found.hits >= NEARLY_ALL
    return int(found.ratio > SLOWER or not agree)


def _copy(folder: Path, address: str) -> float:
    """Copy a library to the database; return the seconds that it took."""
    start = perf_counter()
    with (
        closing(open_backend(folder, create=False, lock_wait=LOCK_SECONDS)) as source,
        closing(open_backend(address, create=True, lock_wait=LOCK_SECONDS)) as target,
    ):
        copy_library(source, target)
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
