"""``python -m eval.results``: measure, and write ``eval/RESULTS.md``.

Without ``--only`` everything is measured, which takes hours; with it, what is named, and the other
sections stay as they are. A command that breaks one of its floors is shown all the same: its
figures are what was measured.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from eval.results.page import read_page, section, write_page
from eval.results.runs import RUNS, Run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "eval" / "RESULTS.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 if something could not be measured."""
    given = _parser().parse_args(argv)
    named = [run for run in RUNS if not given.only or run.name in given.only]
    failed = [run.name for run in named if not _measured(run, given)]
    if failed:
        sys.stderr.write(f"not measured: {', '.join(failed)}\n")
    return int(bool(failed))


def _measured(run: Run, given: argparse.Namespace) -> bool:
    """Run one command and put its section into the page, where one that ran before stays."""
    sys.stderr.write(f"{run.name} …\n")
    start, of_what = time.monotonic(), _of_what()
    with tempfile.TemporaryDirectory() as out:
        folders = {"out": out, "documents": given.documents, "benchmarks": given.benchmarks}
        words = [word.format(**folders) for word in run.command.split()]
        done = subprocess.run(
            [sys.executable, *words[1:]], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        report = Path(out) / run.report
        output = report.read_text(encoding="utf-8") if report.is_file() else done.stdout
    stamp = f"{of_what}, {_took(time.monotonic() - start)}"
    try:
        body = section(run, output, stamp, _shown(run, given))
    except ValueError as error:
        sys.stderr.write(f"{error} (exit code {done.returncode})\n")
        return False
    there = read_page(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    PAGE.write_text(write_page({**there, run.title: body}, RUNS), encoding="utf-8")
    return True


def _shown(run: Run, given: argparse.Namespace) -> str:
    """Return the command as one would type it."""
    command = run.command.replace(" --out {out}", "")
    return command.format(documents=given.documents, benchmarks=given.benchmarks)


def _of_what() -> str:
    """Return the day and the commit: ``2026-05-07, commit 1a2b3c4``."""
    measured = ("index", "rag", "eval", ":!eval/RESULTS.md", ":!*/README.md")
    changed = _git("status", "--porcelain", "--", *measured)
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    changes = " with changes" if changed else ""
    return f"{datetime.now(UTC).date()}, commit {commit}{changes}"


def _took(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.results", description=__doc__)
    names = [run.name for run in RUNS]
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--documents", default="../shared/documents", help="the filings")
    parser.add_argument("--benchmarks", default="../shared/benchmarks", help="published sets")
    return parser


if __name__ == "__main__":
    sys.exit(main())
