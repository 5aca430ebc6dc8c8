"""What every test shares: libraries on the tiny embedder, and the way to files that CI has."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

import faults
from tiny import TinyEmbedder

from index import Library

pytest.register_assert_rewrite("browsing")
pytest_plugins = ["browsing", "postgres_server"]

settings.register_profile("pullquote", deadline=None)
settings.load_profile("pullquote")

os.environ["LANGUAGE"] = "en"  # whatever the terminal of who runs them speaks

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

STORY = """\
The mayor opened the new bridge on Monday. It cost 12 million euros.

Engineers from Porto designed the arch. They worked on it for three years.

A ferry had crossed the river since 1890. Its last captain retired in spring.
"""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many faults were injected and what was lost."""
    if faults.ROWS:
        terminalreporter.section("faults" if faults.FULL else "faults (make torture: all of them)")
        for line in faults.ROWS.values():
            terminalreporter.line(str(line))


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from the user's own cache, library and settings."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    for name in ("PULLQUOTE_LIBRARY", "PULLQUOTE_EMBEDDER", "PULLQUOTE_AUTH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for the whole run: the bundled article is indexed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULLQUOTE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def tiny() -> TinyEmbedder:
    return TinyEmbedder()


@pytest.fixture
def library(tmp_path: Path, tiny: TinyEmbedder) -> Iterator[Library]:
    """A library of one story, on the tiny embedder."""
    with Library.open(tmp_path / "library", embedder=tiny) as opened:
        opened.add_text(STORY, title="A bridge")
        yield opened


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that any user of the machine may enter: a test's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real articles and benchmarks beside the project, where there is one."""
    if SHARED.is_dir():
        return SHARED
    if os.environ.get("CI") == "true":
        pytest.fail(f"{SHARED} is missing, and CI has to run these tests")
    pytest.skip("needs the folder of articles and benchmarks beside the project")
