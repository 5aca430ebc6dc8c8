"""What others wrote is shown on a terminal or in a pipe, never obeyed; odd starts end in a line."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terminal import OBEYED, one_line, printable

ROOT = Path(__file__).resolve().parents[1]
PULLQUOTE = [sys.executable, "-m", "ui.cli.start"]

EVIL = "a\x1b]0;owned\x07 b\x1b[2J c\x9b31m d\u202e04 e\x08f"


def _run(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    given: dict[str, object] = {"cwd": ROOT, "capture_output": True, "check": False, **options}
    return subprocess.run([*PULLQUOTE, *arguments], **given)  # type: ignore[call-overload,no-any-return]


def _on_a_terminal(*arguments: str) -> str:
    """Run on a pseudo-terminal, where colours are written too; returns all that it was sent."""
    main, other = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200"}
    process = subprocess.Popen(
        [*PULLQUOTE, *arguments], cwd=ROOT, stdout=other, stderr=other, stdin=other, env=environment
    )
    os.close(other)
    said = b""
    while True:
        try:
            part = os.read(main, 65_536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        said += part
    process.wait(timeout=60)
    os.close(main)
    return said.decode(errors="replace")


@given(st.text())
def test_nothing_that_is_obeyed_is_left_and_all_else_stays(text: str) -> None:
    assert not OBEYED.search(printable(text))
    assert "\n" not in one_line(text) and not OBEYED.search(one_line(text))
    if not OBEYED.search(text):
        assert printable(text) == text


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with an article whose name and text would be obeyed."""
    folder = tmp_path / f"odd\x1b[31m\n{'0' * 16}\tforged\trow"
    folder.mkdir()
    file = folder / "evil\x1b]0;owned\x07\u202e.txt"
    file.write_text(f"# Bells {EVIL}\n\nThe bell was cast in Ghent {EVIL} by hand.\n")
    done = _run("add", str(file), "--library", str(tmp_path / "library"))
    assert done.returncode in {0, 1, 4}
    if done.returncode:  # escape sequences are no text: it is refused, and asked about another
        file.write_text("# Bells\n\nThe bell was cast in Ghent by hand.\n")
        assert _run("add", str(file), "--library", str(tmp_path / "library")).returncode == 0
    return tmp_path / "library"


def test_no_command_hands_on_what_a_terminal_obeys(library: Path, tmp_path: Path) -> None:
    export = tmp_path / "answer.json"
    commands = [
        ["list", "--library", str(library)],
        ["ask", f"Where was the bell cast {EVIL}?", "--library", str(library)],
        ["ask", "Where was the bell cast?", "--library", str(library), "--export", str(export)],
        ["verify", str(export)],
        ["check", "--library", str(library)],
        ["remove", EVIL, "--library", str(library)],
        ["add", f"/nowhere/{EVIL}\nforged", "--library", str(library)],
        ["ask", "Who?", "--article", f"/nowhere/{EVIL}"],
        ["ask", "Who?", f"--{EVIL}"],
        ["verify", f"/nowhere/{EVIL}"],
        ["eval", "--set", f"/nowhere/{EVIL}"],
    ]
    for arguments in commands:
        done = _run(*arguments)
        said = (done.stdout + done.stderr).decode(errors="surrogateescape")
        assert said and not OBEYED.search(said), (arguments, said)
        assert "Traceback" not in said
    rows = _run("list", "--library", str(library)).stdout.decode().splitlines()
    assert len(rows) == 1 and rows[0].count("\t") == 2


def test_on_a_terminal_only_our_own_colours_are_obeyed(library: Path) -> None:
    for arguments in (["list"], ["ask", "Where was the bell cast?"]):
        said = _on_a_terminal(*arguments, "--library", str(library))
        assert "Bells" in said
        assert "\x1b]0;" not in said and "\x9b" not in said and "\u202e" not in said
        assert "\x07" not in said and "\x1b[2J" not in said


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_carries_the_quote_whatever_the_terminal(tmp_path: Path, encoding: str) -> None:
    quote = "The “bespoke” café — naïve, 40 €, 日本 — was opened in spring."
    (tmp_path / "a.txt").write_text(f"# Places\n\n{quote}\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    asked = ["ask", "When was the bespoke café opened?", "--article", str(tmp_path / "a.txt")]
    done = _run(*asked, "--json", env=environment)
    found = json.loads(done.stdout.decode(encoding))
    assert [each["quote"] for each in found["citations"]] == [quote]
    plain = _run(*asked, env=environment).stdout.decode(encoding)
    assert "?bespoke?" not in plain and "bespoke" in plain


def test_closed_streams_end_in_an_exit_code() -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        command = f"{sys.executable} -m ui.cli.start ask 'How many projects does OpenAI aim for?'"
        done = subprocess.run(
            ["sh", "-c", f"{command} {closed}"], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, closed
        assert b"Traceback" not in done.stderr


def test_a_full_disk_behind_stdout_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = _run("--version", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("after", [0.01, 0.03, 0.1, 0.3])
def test_an_early_interruption_is_no_traceback(after: float) -> None:
    """From the moment on that our first line runs; before, it is Python's own start."""
    code = (
        "import signal, sys, threading, os\n"
        f"threading.Timer({after}, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "from ui.cli.start import main\n"
        "sys.argv = ['pullquote', 'ask', 'Who pays?']\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert done.returncode in {0, 3, 130}
