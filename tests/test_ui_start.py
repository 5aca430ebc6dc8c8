"""The command line where something around it is broken: one line, never a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.parse.text import user_path
from ui.cli.options import ANSWERED, EDITED, FAILED, REFUSED
from ui.cli.start import INTERRUPTED

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "ui.cli.start"]


def _run(*arguments: str | bytes | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("module", ["ui.cli.main", "argparse", "ui.cli.parser", "rag", "numpy"])
def test_an_interruption_is_one_line_from_the_first_moment(module: str) -> None:
    code = f"""
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} and "ui.cli.start" in sys.modules:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
sys.argv = ["pullquote", "ask", "Who pays?"]
"""
    started = "import ui.cli.start as e; sys.exit(e.main())"
    done = subprocess.run(
        [sys.executable, "-c", code + started], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == INTERRUPTED, done.stderr
    assert done.stderr.startswith("pullquote: interrupted")
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)


def test_who_ignores_interruptions_is_not_interrupted() -> None:
    code = (
        "import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from ui.cli.start import main; import sys; sys.argv[1:] = ['list']; main()\n"
        "os.kill(os.getpid(), signal.SIGINT)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"), [("list", ANSWERED), ("ask 'Who is king of France?' --json", REFUSED)]
)
def test_closed_streams_are_no_error(closed: str, arguments: str, code: int) -> None:
    command = f"'{sys.executable}' -m ui.cli.start {arguments} {closed}"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr and "Error" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", ["check --json", "ask 'Who is king of France?'"])
def test_output_that_cannot_be_written_is_one_line(arguments: str) -> None:
    command = f"'{sys.executable}' -m ui.cli.start {arguments} >/dev/full"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == FAILED
    assert done.stderr.splitlines()[-1].endswith("free some space, or write elsewhere")
    assert "Traceback" not in done.stderr and "ignored" not in done.stderr


def test_a_reader_that_has_gone_hears_of_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "check", "--json"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert done.returncode == FAILED
    assert done.stderr == b"there is no library yet: pullquote add FILE makes one\n"


def test_a_name_that_is_not_utf8_is_found_again(tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    text = b"The tower is 90 metres high. It was finished in 1931."
    try:
        with open(file, "wb") as opened:  # noqa: PTH123
            opened.write(text)
    except OSError:
        pytest.skip("this file system has no such names")
    export = tmp_path / "answer.json"
    asked = _run("ask", "How high is the tower?", "--article", file, "--export", export)
    assert asked.returncode == ANSWERED, asked.stderr
    shown = str(tmp_path / r"caf\xe9.txt")
    found = _run("verify", export)
    assert (found.returncode, found.stderr) == (ANSWERED, "")
    assert f"in {shown}" in found.stdout
    assert _run("ask", "How high is the tower?", "--article", shown).returncode == ANSWERED
    with open(file, "wb") as opened:  # noqa: PTH123
        opened.write(text.replace(b"90", b"95"))
    assert _run("verify", export).returncode == EDITED
    # A file that is really called so is meant before the other.
    assert user_path(shown) == Path(os.fsdecode(file))
    Path(shown).write_bytes(text)
    assert user_path(shown) == Path(shown)


@pytest.mark.parametrize("fault", ["OSError('libtorch_cpu.so: cannot open')", "ImportError('no')"])
def test_without_torch_there_is_one_line_and_the_rest_goes_on(tmp_path: Path, fault: str) -> None:
    library = tmp_path / "library"
    note = tmp_path / "tower.txt"
    note.write_text("The tower is 90 metres high.", encoding="utf-8")
    assert _run("add", note, "--library", library).returncode == ANSWERED
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "torch.py").write_text(f"raise {fault}", encoding="utf-8")
    broken = {"PYTHONPATH": str(tmp_path / "broken")}
    unmade = {**broken, "PULLQUOTE_CACHE": str(tmp_path / "cache")}
    for arguments in (["ask", "How high is the tower?"], ["add", note]):
        done = _run(*arguments, "--library", tmp_path / "other", **unmade)
        if arguments[0] == "ask":
            done = _run(*arguments, "--library", library, **unmade)
        assert done.returncode == FAILED, done.stderr
        assert "install it again with pip" in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
    for command in ("list", "check"):
        assert _run(command, "--library", library, **unmade).returncode == ANSWERED
    # What was converted before needs no torch.
    done = _run("ask", "How high is the tower?", "--library", library, **broken)
    assert done.returncode == ANSWERED, done.stderr


def test_an_address_that_cannot_be_one_is_one_line() -> None:
    done = _run("ask", "Who pays?", "--llm", "http://[::1", "--model", "m")
    assert done.returncode == FAILED
    assert "must begin with http://" in done.stderr
    assert done.stderr.count("\n") == 1
