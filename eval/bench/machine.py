"""What the measurements were made on: ratios depend on it."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.bench.child import ROOT, ChildFailed, run
from eval.bench.types import Table

OURS = (
    "pullquote",
    "faiss-cpu",
    "numpy",
    "openvino",
    "sentence-transformers",
    "tokenizers",
    "torch",
)
THEIRS = (
    "llama-index-core",
    "langchain-core",
    "langchain-community",
    "txtai",
    "haystack-ai",
    "sentence-transformers",
    "faiss-cpu",
    "torch",
)


def describe(peers: Path) -> Table:
    """Return processor, cores, memory, system and versions; ``peers`` is the peers' Python."""
    cores = f"{len(os.sched_getaffinity(0))} of {os.cpu_count()}" if LINUX else f"{os.cpu_count()}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    rows = (
        ("processor", _processor()),
        ("cores", cores),
        ("memory", f"{memory / 1e9:.1f} GB"),
        ("system", platform.platform()),
        ("load before (1, 5, 15 minutes)", load),
        ("Python", platform.python_version()),
        ("commit", _commit()),
        ("Pullquote's environment", _listed({name: _version(name) for name in OURS})),
        ("peers' environment", _listed(_versions(peers))),
    )
    return Table("Machine", ("", ""), rows, words=True)


LINUX = sys.platform == "linux"

_MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)

_ASK = """
import json
from importlib.metadata import distributions
print(json.dumps({found.name: found.version for found in distributions()}))
"""


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    found = _MODEL.search(file.read_text(encoding="utf-8")) if file.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _commit() -> str:
    try:
        return run(["git", "describe", "--always", "--dirty"]).output.strip()
    except ChildFailed:
        return f"{ROOT.name}, of no repository"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _versions(peers: Path) -> dict[str, str]:
    found = json.loads(run([peers, "-c", _ASK]).output)
    return {name: found.get(name, "") for name in THEIRS}


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items() if number)
