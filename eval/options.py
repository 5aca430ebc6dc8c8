"""The command line of ``python -m eval``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.result import Mode
from eval.sets.load import FORMATS

DEFAULT_OUT = Path("eval-report")
DEFAULT_INVARIANTS = 12


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. ``set`` None: the set that comes with the project."""

    set: Path | None
    articles: tuple[Path, ...]
    split: str | None
    limit: int | None
    seed: int
    mode: Mode
    oracle: bool
    compare: bool
    invariants: int
    out: Path
    gate: Path | None
    baseline: Path | None
    accept: bool
    embedder: str | None
    library: str | None


def read_options(argv: Sequence[str] | None) -> Options:
    """Read the command line.

    Raises:
        SystemExit: 2 if it is wrong, 0 after the help was shown.
    """
    parser = _parser()
    given = parser.parse_args(argv)
    if given.articles and not given.set:
        parser.error("--articles goes with --set: it names the articles that a set is asked of")
    mode = Mode.RETRIEVAL if given.retrieval_only else Mode.ASK
    mode = Mode.LEFT_OUT if given.leave_gold_out else mode
    fitting = mode is Mode.ASK and not given.set and given.limit is None
    asked = DEFAULT_INVARIANTS if fitting else 0
    return Options(
        set=given.set,
        articles=tuple(given.articles),
        split=given.split,
        limit=given.limit,
        seed=given.seed,
        mode=mode,
        oracle=given.oracle,
        compare=given.compare,
        invariants=asked if given.invariants is None else given.invariants,
        out=given.out,
        gate=given.gate,
        baseline=given.baseline,
        accept=given.accept,
        embedder=given.embedder,
        library=given.library,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Measure Pullquote on a set of questions, write a report, and judge it.",
        epilog="Exit code: 0 if every check passed, 1 if one failed, 2 if it could not be run. "
        "gate.toml and baseline.json beside the set are used unless others are named.",
    )
    _add_data(parser)
    ways = parser.add_argument_group("what is done").add_mutually_exclusive_group()
    ways.add_argument("--retrieval-only", action="store_true", help="rank, but do not answer")
    ways.add_argument(
        "--leave-gold-out",
        action="store_true",
        help="ask each question with its gold paragraphs, and without them",
    )
    parser.add_argument(
        "--oracle",
        action="store_true",
        help="ask a system that knows the gold: what the set allows at most",
    )
    parser.add_argument("--compare", action="store_true", help="dense, BM25 and RRF beside ours")
    parser.add_argument(
        "--invariants",
        type=_positive,
        metavar="N",
        help="N questions again with copies, another order, more and fewer articles "
        f"({DEFAULT_INVARIANTS} of the project's own set)",
    )
    parser.add_argument(
        "--embedder", metavar="NAME", help="a sentence-transformers model or folder"
    )
    parser.add_argument(
        "--library",
        metavar="LIBRARY",
        help="a new folder or database (postgresql://host/db?library=name) to ask the set in, "
        "kept for the next time (one in the cache)",
    )
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder for the reports")
    _add_gate(parser)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("the questions")
    data.add_argument("--set", type=Path, metavar="PATH", help=f"{FORMATS} (our own set)")
    data.add_argument(
        "--articles", type=Path, nargs="+", default=[], metavar="PATH", help="for our JSONL"
    )
    data.add_argument(
        "--split",
        help="test, calibration, all, or what the set has (test if there is one, else all)",
    )
    data.add_argument("--limit", type=_positive, metavar="N", help="a random sample of N questions")
    data.add_argument("--seed", type=int, default=0, help="of that sample (0)")


def _add_gate(parser: argparse.ArgumentParser) -> None:
    judging = parser.add_argument_group("the gate")
    judging.add_argument("--gate", type=Path, metavar="FILE", help="floors and tolerances")
    judging.add_argument("--baseline", type=Path, metavar="FILE", help="the run to compare with")
    judging.add_argument("--accept", action="store_true", help="make this run the baseline")


def _positive(text: str) -> int:
    """Read a whole number of at least 1.

    Raises:
        ValueError: it is not one; argparse says so.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number
