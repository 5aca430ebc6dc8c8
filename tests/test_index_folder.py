"""A library follows a folder: what is added, edited, renamed and deleted there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import row, scale
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError
from index.upkeep.watch import WatchedFolder

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    return folder


@pytest.fixture
def watched(tmp_path: Path, folder: Path) -> Iterator[WatchedFolder]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        yield WatchedFolder(folder, library)


def held(watched: WatchedFolder) -> dict[str, str]:
    """The text that the library has of each file."""
    library = watched.library
    found = {}
    for source in library.sources(watched.folder):
        texts = [a.text for a in library.articles if library._backend.held_by(source) == a.id]
        found[source] = texts[0]
    assert library.check().problems == ()
    return found


def test_what_is_added_edited_and_deleted_follows(watched: WatchedFolder, folder: Path) -> None:
    one, two = folder / "one.txt", folder / "deep" / "two.txt"
    two.parent.mkdir()
    one.write_text("Bridge one is long.")
    two.write_text("Bridge two is short.")
    watched.step()
    assert held(watched) == {str(one): one.read_text(), str(two): two.read_text()}
    assert watched.step().added == []
    one.write_text("Bridge one is longer.")
    two.unlink()
    lines: list[str] = []
    watched.step(lines.append)
    assert lines == [f"added {one}", f"removed {two}"]
    assert held(watched) == {str(one): "Bridge one is longer."}
    assert [article.text for article in watched.library.articles] == ["Bridge one is longer."]


def test_a_renamed_file_is_not_embedded_again(watched: WatchedFolder, folder: Path) -> None:
    file = folder / "one.txt"
    file.write_text("Bridge one is long.")
    (before,) = watched.step().added
    file.rename(folder / "other.txt")
    embedder = watched.library.embedder
    assert isinstance(embedder, TinyEmbedder)
    encoded = embedder.encoded
    watched.step()
    (after,) = watched.library.articles
    assert (after.id, after.source) == (before.id, str(folder / "other.txt"))
    assert embedder.encoded == encoded


def test_bad_files_cost_only_themselves_and_are_named_once(
    watched: WatchedFolder, folder: Path
) -> None:
    (folder / "bad.txt").write_bytes(b"\0\1")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "good.txt").write_text("Bridge one is long.")
    (folder / ".hidden.txt").write_text("Not this.")
    (folder / "link.txt").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe.txt")
    done = watched.step()
    assert [Path(source).name for source in done.refused] == ["bad.txt", "empty.txt"]
    assert list(held(watched)) == [str(folder / "good.txt")]
    assert watched.step().refused == {}
    (folder / "bad.txt").write_text("Bridge two is good now.")
    watched.step()
    assert len(held(watched)) == 2
    (folder / "good.txt").write_bytes(b"\0\1")  # spoilt: the text of before stays
    assert list(watched.step().refused) == [str(folder / "good.txt")]
    assert held(watched)[str(folder / "good.txt")] == "Bridge one is long."


def test_a_folder_that_vanishes_takes_nothing_with_it(watched: WatchedFolder, folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).write_text(f"Bridge {name} is long.")
    watched.step()
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="nothing was removed"):
        watched.step()
    folder.mkdir()
    lines: list[str] = []
    assert watched.step(lines.append).removed == []
    assert lines == [f"all 2 files are gone from {folder}: the library keeps them"]
    assert len(held(watched)) == 2


def test_other_articles_are_left_alone(watched: WatchedFolder, folder: Path) -> None:
    beside = folder.with_name("texts-too")
    beside.mkdir()
    (beside / "one.txt").write_text("Bridge one is long.")
    watched.library.add(beside / "one.txt")
    watched.library.add_text("Bridge two is short.")
    (folder / "one.txt").write_text("Bridge one is long.")
    watched.step()
    (folder / "one.txt").unlink()
    watched.step()
    assert [article.source for article in watched.library.articles] == [
        str(beside / "one.txt"),
        "pasted text",
    ]


def test_a_library_within_the_folder_is_not_read(folder: Path) -> None:
    (folder / "one.txt").write_text("Bridge one is long.")
    with Library.open(folder / "library", embedder=TinyEmbedder()) as library:
        done = WatchedFolder(folder, library).step()
        assert (len(done.added), done.refused) == (1, {})


@pytest.mark.torture
def test_any_changes_leave_library_and_folder_the_same(tmp_path: Path) -> None:
    """A random folder against the library, with two files of the same text now and then."""
    tally = row("files added, edited, renamed, deleted in a watched folder")
    rng = random.Random(5)
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "kept.txt").write_text("This one stays.")
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        watched = WatchedFolder(folder, library)
        for number in range(scale(60, 600)):
            file = folder / f"{rng.randrange(6)}.txt"
            act = rng.choice(["write", "write", "delete", "rename", "reopen"])
            if act == "write":
                file.write_text(f"Bridge {rng.randrange(9)} is long.")
                os.utime(file, ns=(number * 10**9, number * 10**9))
            elif act == "delete":
                file.unlink(missing_ok=True)
            elif act == "rename" and file.exists():
                file.rename(folder / f"{rng.randrange(6)}.txt")
            elif act == "reopen":
                watched = WatchedFolder(folder, library)
            if rng.random() < 0.6:
                watched.step()
                tally.injected += 1
                texts = {file: Path(file).read_text() for file in map(str, folder.iterdir())}
                tally.lost += held(watched) != texts
                assert {a.text for a in library.articles} == set(texts.values())
    assert tally.lost == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs signals")
def test_watching_from_the_command_line_until_interrupted(tmp_path: Path, folder: Path) -> None:
    (folder / "one.txt").write_text("The tower is 90 metres high.")
    place = ["--library", str(tmp_path / "library")]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "ui.cli.main", "watch", str(folder), *place],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert next(lines) == f"added {folder / 'one.txt'}\n"
    assert next(lines).startswith(f"watching {folder}: 1 article")
    (folder / "two.txt").write_text("The bridge is 30 metres long.")
    assert next(lines) == f"added {folder / 'two.txt'}\n"
    (folder / "bad.txt").write_bytes(b"\0")
    assert next(lines).startswith(f"left out: {folder / 'bad.txt'} is")
    (folder / "two.txt").unlink()
    assert next(lines) == f"removed {folder / 'two.txt'}\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=30)
    assert (out, rest, process.returncode) == ("", "stopped: 1 article\n", 0)
