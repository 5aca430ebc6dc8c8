"""``python -P measure.py FILE JOB``: time the system in FILE, and write a JSON line for each fact.

JOB is a JSON file with ``model``, ``hybrid``, ``texts`` by name, and ``questions``. Facts are
``{"fact": "import", "seconds": …}``, then ``load`` and ``add`` likewise, and for each question
``{"fact": "ask", "ms": …, "ranked": […]}``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from types import ModuleType


def main(file: str, job_file: str) -> None:
    """Do what the job says."""
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no fact

    def tell(fact: str, **figures: object) -> None:
        os.write(out, json.dumps({"fact": fact, **figures}).encode() + b"\n")

    @contextmanager
    def timed(fact: str) -> Iterator[None]:
        start = perf_counter()
        yield
        tell(fact, seconds=perf_counter() - start)

    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    with timed("import"):
        system_of = _module(file).System
    with timed("load"):
        system = system_of(job["model"], hybrid=job["hybrid"])
    with timed("add"):
        system.add(job["texts"])
    for question in job["questions"]:
        start = perf_counter()
        ranked = system.ask(question)
        tell("ask", ms=(perf_counter() - start) * 1000, ranked=ranked)
    os._exit(0)  # the answer is there: what a system does at its end is not measured


def _module(file: str) -> ModuleType:
    """Load a file by its path, under a name that no package has: it may be called like one."""
    spec = importlib.util.spec_from_file_location("measured", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
