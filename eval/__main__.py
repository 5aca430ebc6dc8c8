"""``python -m eval``: ask, measure, report, judge."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import rag
from eval.evaluate import Plan, evaluate
from eval.gate.baseline import Baseline, read_baseline, write_baseline
from eval.gate.judge import BUILT_IN, Rules, judge, read_rules
from eval.options import Options, read_options
from eval.oracle import oracle
from eval.report.files import write_files
from eval.report.lines import metric_lines, verdict
from eval.report.terminal import render
from eval.result import Mode, Result
from eval.run import System
from eval.sets.load import load_set, own_set
from eval.types import QuestionSet
from index import PullquoteError
from index.embed.embedder import Embedder, load_embedder
from index.errors import InputError
from index.terminal import make_console

PRODUCT = System(rag.ask, rag.retrieve)

GATE, BASELINE = "gate.toml", "baseline.json"

WIDTH = 120
"""Columns where the output is not a terminal."""

Item = TypeVar("Item")


def main(
    argv: Sequence[str] | None = None,
    *,
    system: System = PRODUCT,
    embedder: Embedder | None = None,
) -> int:
    """Run the evaluation that ``argv`` asks for.

    Returns 0 if every check passed, 1 if one failed, 2 if it could not be run.
    """
    try:
        options = read_options(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return _run(options, system, embedder)
    except PullquoteError as error:
        make_console(stderr=True, soft_wrap=True).print(
            f"eval: {error}", markup=False, highlight=False
        )
        return 2


def _run(options: Options, system: System, embedder: Embedder | None) -> int:
    questions = load_set(options.set, options.articles) if options.set else own_set()
    rules = _rules(options, questions)
    baseline = None if options.accept else _baseline(options, questions)
    if options.oracle:
        system = oracle(questions)
    if options.embedder:
        embedder = load_embedder(options.embedder)
    plan = Plan(
        options.mode,
        options.split,
        options.limit,
        options.seed,
        options.compare,
        options.invariants,
        options.library,
    )
    with _progress() as progress:

        def track(items: Sequence[Item], name: str, /) -> Iterable[Item]:
            return progress.track(items, description=name)

        result = evaluate(questions, system, plan, track, embedder)
    if options.accept:
        baseline = _accept(options, result)
    return _report(options, result, rules, baseline)


def _report(options: Options, result: Result, rules: Rules, baseline: Baseline | None) -> int:
    checks = judge(result, rules, baseline)
    lines = list(metric_lines(result, rules, baseline))
    write_files(options.out, result, lines, checks)
    console = make_console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(render(result, lines, checks))
    if not baseline and not result.partial:
        console.print("\nNo baseline to compare with: --accept makes this run the baseline.")
    console.print(f"\nReport: {options.out / 'report.html'}")
    console.print(verdict(checks))
    return int(not all(check.passed for check in checks))


def _rules(options: Options, questions: QuestionSet) -> Rules:
    """Return the rules that were named, or lie beside the set, or hold of every set."""
    path = options.gate or _beside(options, questions, GATE)
    return read_rules(path) if path else BUILT_IN


def _baseline(options: Options, questions: QuestionSet) -> Baseline | None:
    path = options.baseline or _beside(options, questions, BASELINE)
    return read_baseline(path) if path else None


def _beside(options: Options, questions: QuestionSet, name: str) -> Path | None:
    """Return the set's own file, if there is one; it speaks of plain asking only."""
    path = questions.folder / name if questions.folder else None
    return path if path and path.exists() and options.mode is not Mode.LEFT_OUT else None


def _accept(options: Options, result: Result) -> Baseline:
    """Write the result as the baseline.

    Raises:
        InputError: it has no place, or the result is not whole.
    """
    folder = result.questions.folder
    path = options.baseline or (folder / BASELINE if folder else None)
    if path is None:
        raise InputError("--accept has no place for the baseline: name it with --baseline FILE")
    if result.partial or result.errors:
        raise InputError(f"--accept: {path} is not written, for not every question was asked")
    write_baseline(path, result)
    return read_baseline(path)


def _progress() -> Progress:
    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


if __name__ == "__main__":
    sys.exit(main())
