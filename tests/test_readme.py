"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from ui.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = sorted(
    [
        file
        for folder in ("index", "rag", "eval", "ui")
        for file in (ROOT / folder).rglob("*.md")
        if file.name == "README.md"
    ]
    + [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
)
MOST_WORDS = 900

LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMANDS = re.compile(r"```(?:sh)?\n(.*?)```", re.DOTALL)


def test_the_readme_is_read_in_one_go() -> None:
    words = [word for word in README.split() if re.search(r"\w", word)]
    assert len(words) <= MOST_WORDS


def test_the_python_of_the_readme_prints_what_it_says() -> None:
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(found.group(1), "README.md", "exec"), {})
    assert printed.getvalue() == found.group(2)


def _anchors(file: Path) -> set[str]:
    """Return the names by which headings of a file are linked to, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(guide: Path) -> None:
    for link in LINK.findall(guide.read_text(encoding="utf-8")):
        if re.match(r"https?://", link):
            continue
        name, _, anchor = link.partition("#")
        file = (guide.parent / name).resolve() if name else guide
        assert file.exists(), link
        assert not anchor or anchor in _anchors(file), link


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:index|rag|eval|ui|tests)/[\w./-]+)`", README)
    assert all((ROOT / name).exists() for name in named)


def _commands(text: str) -> list[str]:
    lines = [line for block in COMMANDS.findall(text) for line in block.splitlines()]
    return [line for line in lines if line.startswith("pullquote ")]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_command_can_be_typed(guide: Path) -> None:
    for line in _commands(guide.read_text(encoding="utf-8")):
        words = shlex.split(line, comments=True)[1:]
        assert build_parser().parse_args(words).run, line


def test_the_readme_shows_six_commands_for_a_library() -> None:
    block = next(block for block in COMMANDS.findall(README) if "pullquote verify" in block)
    assert [line.split()[1] for line in block.splitlines()] == [
        "add",
        "ask",
        "verify",
        "overview",
        "proof",
        "watch",
    ]
