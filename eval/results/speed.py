"""What Pullquote costs by itself: ``python -m eval.results.speed``. POSIX only.

Measure on a quiet machine: what else runs makes the clock slower, and processor time as well,
though less. The load is printed for that reason. Each command is a process of its own, from nothing
to its end, with nothing of the user's; what is asked is the bundled article, what is added the
project's 41 short passages.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median

from eval.bench.child import run
from eval.bench.cold import ask_command, command, environment
from eval.report.markdown import pipe_table
from eval.sets.load import own_set, select

PASSAGES = Path(__file__).parents[1] / "own" / "passages"
ROUNDS = 3
ASKED = 40
"""How many of our own questions are asked in one process."""

_ASK_ALL = """
import json, resource, sys, time
from rag import ask
from rag.libraries import bundled_article, library_of
questions = json.loads(sys.argv[1])
library = library_of([bundled_article()])
ask(questions[0], library=library)
begin, before = time.perf_counter(), time.process_time()
for question in questions:
    ask(question, library=library)
print(json.dumps([time.process_time() - before, time.perf_counter() - begin]))
"""


def main() -> None:
    """Print the table."""
    header = ("", "processor, s", "clock, s", "peak memory, MB")
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_rows(environment(Path(folder)), Path(folder))]
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"{pipe_table(list(header), rows)}\n\n")
    sys.stdout.write(f"{os.cpu_count()} cores, load {load}; medians of {ROUNDS}\n")


def _rows(home: Mapping[str, str], folder: Path) -> Iterator[list[str]]:
    yield _row("the very first answer, which prepares the model", lambda: _once(home, "ask"), 1)
    yield _row("an answer, from the start of the command", lambda: _once(home, "ask"))
    library = str(folder / "library")
    size = sum(file.stat().st_size for file in PASSAGES.glob("*.md"))
    name = f"adding 41 files, {size / 1000:.0f} kB of text"
    yield _row(name, lambda: _once(home, "add", str(PASSAGES), "--library", library), 1)
    yield _one_question(home)


def _once(home: Mapping[str, str], *words: str) -> tuple[float, float, float]:
    """Run one command; return its processor time, its time by the clock, and its peak memory."""
    before = _children()
    done = run(ask_command() if words == ("ask",) else [*command(), *words], environment=home)
    return _children() - before, done.seconds, done.peak_mb


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _row(
    name: str, measure: Callable[[], tuple[float, float, float]], times: int = ROUNDS
) -> list[str]:
    found = [measure() for _ in range(times)]
    spent, clock, peak = (median(column) for column in zip(*found, strict=True))
    return [name, f"{spent:.2f}", f"{clock:.2f}", f"{peak:.0f}"]


def _one_question(home: Mapping[str, str]) -> list[str]:
    """Return the row of one question of many, asked in a process that is ready."""
    questions = [each.text for each in select(own_set(), "test", ASKED, 0).questions]
    done = run([sys.executable, "-c", _ASK_ALL, json.dumps(questions)], environment=home)
    spent, clock = (value / len(questions) for value in json.loads(done.output))
    name = f"a question, of {len(questions)} in one process"
    return [name, f"{spent:.3f}", f"{clock:.3f}", f"{done.peak_mb:.0f}"]


if __name__ == "__main__":
    main()
