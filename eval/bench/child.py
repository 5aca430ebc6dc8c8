"""One measured process: its facts, how long it ran, and how much memory it had at most."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.errors import PullquoteError
from index.types import Json

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = Path(__file__).with_name("launch.py")

PATIENCE = 6 * 3600
"""Seconds after which a process is ended."""

ALONE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "DO_NOT_TRACK": "1",
}
"""Nobody asks the network, and nobody reports."""

T = TypeVar("T")
V = TypeVar("V")


class ChildFailed(PullquoteError):
    """A measured process ended with an error."""


@dataclass(frozen=True, slots=True)
class Run:
    """A process that ended well. ``seconds`` are from its start to its end, MB are 10⁶ bytes."""

    seconds: float
    peak_mb: float
    output: str

    @property
    def facts(self) -> tuple[Json, ...]:
        """What it said, a JSON object a line."""
        return tuple(json.loads(line) for line in self.output.splitlines())

    def fact(self, name: str) -> Json:
        """Return the one fact of this name."""
        (found,) = self.every(name)
        return found

    def every(self, name: str) -> list[Json]:
        """Return all facts of this name."""
        return [fact for fact in self.facts if fact["fact"] == name]


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    watched: bool = False,
) -> Run:
    """Run a command and wait for its end; what it says on stderr is shown if ``watched``.

    Raises:
        ChildFailed: it exited with an error, or took too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        launched = [sys.executable, "-I", "-S", str(LAUNCH), str(report), *map(str, command)]
        with started(launched, environment, watched=watched) as process:
            try:
                output, errors = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired as error:
                raise ChildFailed(f"{_named(command)} took over {PATIENCE:,} s") from error
        if not report.exists():
            raise ChildFailed(f"{_named(command)}: {_last_line(errors)}")
        told = json.loads(report.read_text(encoding="utf-8"))
    if told["code"]:
        raise ChildFailed(f"{_named(command)}: {_last_line(errors) or told['code']}")
    return Run(told["seconds"], told["peak_mb"], output)


@contextmanager
def started(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    watched: bool = False,
) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own, all of which is ended at the end."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=None if watched else subprocess.PIPE,
        text=True,
        env={**os.environ, **ALONE, **(environment or {})},
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def own(module: str, job: Json, folder: Path) -> Run:
    """Run one of this package's modules with its job, in a process of its own.

    Raises:
        ChildFailed: it exited with an error.
    """
    return run([sys.executable, "-m", module, write_job(job, folder)])


def write_job(job: Json, folder: Path) -> Path:
    """Write what a process is to do, and return the file."""
    with tempfile.NamedTemporaryFile(
        "w", suffix=".json", dir=folder, delete=False, encoding="utf-8"
    ) as file:
        json.dump(job, file)
    return Path(file.name)


def read_job(arguments: Sequence[str]) -> Json:
    """Return what this process is to do."""
    job: Json = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))
    return job


def tell(fact: str, **figures: object) -> None:
    """Say one fact to who started this process."""
    sys.stdout.write(json.dumps({"fact": fact, **figures}) + "\n")


def interleaved(
    name: str, rounds: int, systems: Mapping[str, Callable[[], T]]
) -> dict[str, list[T]]:
    """Measure A B C A B C …, so that what else the machine does falls on all alike.

    Returns each system's measurements, in the order of the rounds.
    """
    found: dict[str, list[T]] = {system: [] for system in systems}
    for number in range(1, rounds + 1):
        for system, measure in systems.items():
            say(f"{name}, round {number} of {rounds}: {system}")
            found[system].append(measure())
    return found


def each(rounds: Mapping[str, Sequence[T]], figure: Callable[[T], V]) -> dict[str, list[V]]:
    """Return one figure of every measurement, by system, in the order of the rounds."""
    return {system: [figure(one) for one in found] for system, found in rounds.items()}


def say(line: str) -> None:
    """Write a line of progress."""
    sys.stderr.write(f"bench: {line}\n")


def _named(command: Sequence[str | Path]) -> str:
    return " ".join(Path(word).name for word in map(str, command))[:80]


def _last_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[-1] if lines else ""
