"""``python -m eval.bench``: measure, print the tables, write the report."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from eval.bench import adding, asking, cold, compare, embedding, growth
from eval.bench.child import ChildFailed, say
from eval.bench.machine import describe
from eval.bench.report import render, verdicts, write_files
from eval.bench.types import Part, Plan, Table
from eval.sets.load import load_set, select
from index.errors import InputError, PullquoteError

PARTS: Mapping[str, Callable[[Plan], Part]] = {
    "embedding": embedding.measure,
    "cold": cold.measure,
    "asking": asking.measure,
    "adding": adding.measure,
    "peers": compare.measure,
    "large": growth.measure,
}

SET = Path("squad/dev-v1.1.json")
"""The set of the benchmarks' folder that is used."""

WIDTH = 140
"""Columns where the output is not a terminal."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the parts that are asked for.

    Returns 0 if all could be measured, whatever was found; 1 if a part could not be; 2 if none.
    """
    given = _parser().parse_args(argv)
    try:
        return _run(given)
    except PullquoteError as error:
        say(str(error))
        return 2


def _run(given: argparse.Namespace) -> int:
    if not given.peers.exists():
        raise InputError(f"{given.peers} is missing: make bench makes it, with the peers in it")
    path = given.set or given.benchmarks / SET
    if not path.exists():
        raise InputError(
            f"{path} is missing: name the folder that holds SQuAD 1.1's development set as "
            f"{SET} by make bench BENCHMARKS=folder, or another set by --set"
        )
    questions = select(load_set(path), "all", given.questions, given.seed)
    machine = describe(given.peers)
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plan = Plan(
            questions=questions,
            benchmarks=given.benchmarks.absolute(),
            peers=given.peers.absolute(),
            out=given.out.absolute(),
            scratch=Path(scratch),
            rounds=given.rounds,
            seed=given.seed,
            full=given.full,
        )
        parts = [_measure(name, plan) for name in given.parts]
    return _report(given.out, machine, parts)


def _measure(name: str, plan: Plan) -> Part:
    """Measure one part; one that cannot be measured does not keep the others from it."""
    try:
        return PARTS[name](plan)
    except ChildFailed as error:
        say(f"{name} could not be measured: {error}")
        return Part(name, failed=str(error))


def _report(out: Path, machine: Table, parts: Sequence[Part]) -> int:
    write_files(out, machine, parts)
    tables = [machine, *(table for part in parts for table in part.tables), *verdicts(parts)]
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(render(tables))
    console.print(f"\nReport: {out / 'report.md'}")
    return int(any(part.failed for part in parts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench",
        description="Measure how fast and how small Pullquote is, beside others in the same run.",
        epilog="Exit code: 0 if all was measured, whatever was found; 1 if a part could not be, "
        "2 if nothing could.",
    )
    parser.add_argument(
        "--peers", type=Path, required=True, metavar="PYTHON", help="the Python that has the peers"
    )
    folder = Path("../shared/benchmarks")
    parser.add_argument(
        "--benchmarks", type=Path, default=folder, metavar="DIR", help=f"has {SET} in it ({folder})"
    )
    parser.add_argument("--set", type=Path, metavar="PATH", help="other paragraphs and questions")
    parser.add_argument("--questions", type=int, default=300, metavar="N", help="at random (300)")
    parser.add_argument("--seed", type=int, default=0, help="of what is chosen at random (0)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="repeats of each (3)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="all")
    parser.add_argument("--full", action="store_true", help="a million passages, 100 MB: hours")
    parser.add_argument("--out", type=Path, default=Path("bench-report"), help="folder to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
