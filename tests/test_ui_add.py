"""``pullquote add`` on folders, again, interrupted, and with filters on what it added."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import samples
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ui.cli.main import main
from ui.cli.options import ANSWERED, FAILED, LEFT_OUT

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "old").mkdir(parents=True)
    (folder / "bridge.docx").write_bytes(samples.docx())
    (folder / "page.html").write_text(samples.WEB_PAGE, encoding="utf-8")
    (folder / "old" / "tower.md").write_text(
        "---\ndate: 1931-05-01\n---\n\nThe tower is 90 metres high.", encoding="utf-8"
    )
    return folder


def test_a_folder_is_added_and_added_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library")]
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 cut short")
    (folder / "same.txt").write_bytes((folder / "old" / "tower.md").read_bytes())
    assert main(["add", *place, str(folder), str(tmp_path / "absent")]) == LEFT_OUT
    out, errors = capsys.readouterr()
    assert out.count("\n") == 4
    assert errors.splitlines() == [
        f"pullquote: {folder / 'bad.pdf'} is damaged and cannot be opened as a PDF: save it anew",
        f"pullquote: {folder / 'old' / 'tower.md'} is already there as {folder / 'same.txt'}",
        f"pullquote: {tmp_path / 'absent'} does not exist: check the name and the folder",
        "added 3, already there 1, left out 2",
    ]
    assert main(["add", *place, str(folder / "page.html"), str(folder / "old")]) == ANSWERED
    assert "added 0, already there 2, left out 0" in capsys.readouterr().err


def test_pages_that_are_only_pictures_are_told_when_a_file_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.drawString(72, 600, "The mayor opened the bridge on Monday.")
    canvas.showPage()
    canvas.drawImage(ImageReader(Image.new("L", (8, 8), 128)), 0, 0, 595, 842)
    canvas.save()
    file = tmp_path / "bridge.pdf"
    file.write_bytes(data.getvalue())
    assert main(["add", "--library", str(tmp_path / "library"), str(file)]) == ANSWERED
    (told,) = capsys.readouterr().err.splitlines()[:1]
    assert told.startswith(f"pullquote: {file}: no") and "on page 2 of 2" in told


def test_articles_are_listed_and_asked_by_date_source_and_title(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library"), "--json"]
    assert main(["add", *place, str(folder)]) == ANSWERED
    capsys.readouterr()

    def listed(*options: str) -> list[str]:
        assert main(["list", *place, *options]) == ANSWERED
        return [Path(row["source"]).name for row in json.loads(capsys.readouterr().out)]

    assert listed() == ["bridge.docx", "page.html", "tower.md"]
    assert listed("--since", "2024-05") == ["bridge.docx", "page.html"]
    assert listed("--before", "2024-05-07") == ["tower.md"]
    assert listed("--since", "1931", "--before", "1932") == ["tower.md"]
    assert listed("--source", "OLD") == ["tower.md"]
    assert listed("--title", "a bridge") == ["page.html"]
    assert main(["list", *place, "--since", "yesterday"]) == FAILED
    assert "'yesterday' is not a date: write 2025, 2025-05" in capsys.readouterr().err
    question = "How high is the tower?"
    assert main(["ask", *place, question, "--before", "2000"]) == ANSWERED
    assert "90 metres" in json.loads(capsys.readouterr().out)["text"]
    assert main(["ask", *place, question, "--since", "2000"]) != ANSWERED
    capsys.readouterr()
    assert main(["ask", *place, question, "--since", "2030"]) == FAILED
    assert "no article is of that time, source and title" in capsys.readouterr().err


def test_a_limit_is_set_and_an_address_is_only_asked_when_it_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library")]
    note = str(folder / "old" / "tower.md")
    assert main(["add", *place, note, "--limit", "characters=10"]) == LEFT_OUT
    assert "characters, the limit is 10" in capsys.readouterr().err
    assert main(["add", *place, note, "--limit", "sides=10"]) == FAILED
    assert main(["add", *place, "http://127.0.0.1/"]) == LEFT_OUT
    assert "does not exist" in capsys.readouterr().err
    assert main(["add", *place, "--url", "http://127.0.0.1/"]) == LEFT_OUT
    assert "is not on the open network" in capsys.readouterr().err


def _add(folder: Path, library: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli.main", "add", str(folder), "--library", str(library)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_interrupted_adding_keeps_what_was_done_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, library = tmp_path / "articles", tmp_path / "library"
    folder.mkdir()
    for number in range(120):
        (folder / f"{number:03}.html").write_text(f"<html><body><p>Bridge {number} is open.</p>")

    def held() -> int:
        capsys.readouterr()
        main(["list", "--library", str(library), "--json"])
        return len(json.loads(capsys.readouterr().out or "[]"))

    adding = _add(folder, library)
    while adding.poll() is None and held() < 5:
        time.sleep(0.2)
    adding.send_signal(signal.SIGINT)
    _, errors = adding.communicate(timeout=60)
    assert adding.returncode == 130, errors
    assert errors == (
        "pullquote: interrupted; what was added before is kept, run it again to go on\n"
    )
    kept = held()
    assert 5 <= kept < 120
    again = _add(folder, library)
    _, errors = again.communicate(timeout=300)
    assert again.returncode == ANSWERED
    assert errors == f"added {120 - kept}, already there {kept}, left out 0\n"
