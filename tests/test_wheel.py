"""The wheel: all data is in it, and it works where nothing else of the project is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("index", "rag", "eval", "ui")
LEFT_AT_HOME = ("README.md", "RESULTS.md")
QUESTION = "How many projects does OpenAI aim for?"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it, from a copy of what is committed or new, as pip and pipx do."""
    if not (find_spec("pip") and find_spec("setuptools")):
        pytest.skip("needs pip and setuptools")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for file in _files():
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_bytes((ROOT / file).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("pullquote-*.whl")
    return built


def _files() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("needs a git checkout")
    return [file for file in found.stdout.splitlines() if (ROOT / file).is_file()]


def _data() -> set[str]:
    files = [Path(file) for file in _files()]
    return {
        file.as_posix()
        for file in files
        if file.parts[0] in PACKAGES
        and file.name not in LEFT_AT_HOME
        and "screenshots" not in file.parts
        and file.suffix != ".lock"
    }


def test_all_code_and_data_is_inside_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if ".dist-info/" not in name}
        licences = [name for name in opened.namelist() if "/licenses/" in name]
    assert inside == _data()
    assert [Path(name).name for name in sorted(licences)] == ["LICENSE", "NOTICE"]


def test_it_answers_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """The environment borrows the packages it depends on: what is tried is the wheel."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    python = programs / Path(sys.executable).name
    paths = sysconfig.get_paths(vars={"base": str(environment), "platbase": str(environment)})
    site = Path(paths["purelib"])
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = run(python, "-c", "import rag; print(rag.__file__)")
    assert Path(where.strip()).is_relative_to(environment.resolve())
    version = run(programs / "pullquote", "--version")
    assert version.startswith("pullquote ") and wheel.name.startswith(
        f"pullquote-{version.split()[1]}-"
    )
    assert "The stated target is 10 projects with American allies. [1]" in run(
        programs / "pullquote", "ask", QUESTION
    )
