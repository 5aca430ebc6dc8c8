"""Every call by which a library changes its folder, made to kill the process or to fail.

The calls are SQLite's own and ours: writes, fsyncs, renames, truncations, deletions; so before and
after each commit, each switch of the pointer and each step of a removal.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from faults import FULL, row, scale

ROOT = Path(__file__).resolve().parents[1]
SHIM = Path(__file__).with_name("faults.c")

COUNT, KILL_BEFORE, KILL_AFTER, TEAR, EIO_ONCE, FULL_DISK = range(6)

SCRIPT = """
import ctypes, hashlib, json, os, shutil, signal, sys
from pathlib import Path
from tiny import TinyEmbedder
from index import Library
from index.errors import PullquoteError
from rag import retrieve

base = Path(sys.argv[1])
mode, first, stride = map(int, sys.argv[2:])
folder, pristine = base / "library", base / "pristine"
shim = ctypes.CDLL(None)
shim.fault_last.restype = ctypes.c_char_p

def opened(): return Library.open(folder, embedder=TinyEmbedder())
def text(name): return f"Bridge {name} was opened by {name}.\\n\\nIt is long. Nobody knows why."

PLAN = [("add", "a", "Anna"), ("add", "b", "Zyxgrommet"), ("add", "a", "Aaron"), ("remove", "b"),
        ("add", "c", "Cecil")]
GONE = [b"yxgrommet", b"Anna"]

def model(count):
    held = {"kept": text("Kept")}
    for act, source, *name in PLAN[:count]:
        if act == "add": held[source] = text(*name)
        else: held.pop(source, None)
    return held

def do(library, step):
    act, source, *name = step
    if act == "add": library.add_text(text(*name), title="A bridge", source=source)
    else:
        for article in library.articles:
            if article.source == source:
                library.remove(article.id)

def state(library): return {article.source: article.text for article in library.articles}

def content(library):
    connection = library._backend.connection
    digest = hashlib.sha256(repr(sorted(state(library).items())).encode())
    for query in ("SELECT article_id, start, sha256 FROM passages ORDER BY 1, 2",
                  "SELECT * FROM frequencies ORDER BY 1",
                  "SELECT * FROM paragraphs ORDER BY 1, 3"):
        digest.update(repr(connection.execute(query).fetchall()).encode())
    return digest.hexdigest()

def in_child(work):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with os.fdopen(writing, "w") as out:
                work(lambda line: (out.write(json.dumps(line) + "\\n"), out.flush()))
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        said = [json.loads(line) for line in lines if line.endswith("\\n")]
    return said, os.waitpid(child, 0)[1]

def warm_up(place):
    # What is loaded before a fork, its children need not load again and again.
    with Library.open(place, embedder=TinyEmbedder()) as library:
        library.add_text(text("Warm"))
        assert retrieve("Who is warm?", library=library)
        library.check()

def prepare(say):
    with opened() as library: library.add_text(text("Kept"), title="A bridge", source="kept")

def undisturbed(say):
    shim.fault_arm(str(folder).encode(), mode, 1 << 30)
    with opened() as library:
        for step in PLAN: do(library, step)
        say(content(library))
    say(shim.fault_calls())

def disturbed(say):
    shim.fault_arm(str(folder).encode(), mode, point)
    done, errors = 0, []
    try:
        with opened() as library:
            for step in PLAN:
                try:
                    do(library, step)
                except PullquoteError as error:
                    errors.append(str(error))
                    # What was there still answers, and when there is room it goes on.
                    assert retrieve("Who opened bridge Kept?", library=library)
                    assert state(library) in (model(done), model(done + 1))
                    shim.fault_arm(b"", 0, 0)
                    do(library, step)
                done += 1
                assert state(library) == model(done)
                say(done)
    except PullquoteError as error:
        errors.append(str(error))
    shim.fault_arm(b"", 0, 0)
    say([errors, (shim.fault_last() or b"").decode()])

def resumed(say):
    with opened() as library:
        held = state(library)
        said = [count for count in range(len(PLAN) + 1) if model(count) == held]
        (best, *_) = retrieve("Who opened bridge Kept?", library=library)
        problems = list(library.check().problems)
        if best.passage.text != "Bridge Kept was opened by Kept.": problems.append("wrong answer")
        for step in PLAN[max(said, default=0):]: do(library, step)
        problems += library.check().problems
        if state(library) != model(len(PLAN)): problems.append(f"resumed to {state(library)}")
        say([said, problems, content(library)])
    left = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    say([word.decode() for word in GONE if word in left])

warm_up(base / "warm")
in_child(prepare)
shutil.copytree(folder, pristine)
(whole, calls), _ = in_child(undisturbed)
for point in range(first, calls + 1, stride):
    shutil.rmtree(folder)
    shutil.copytree(pristine, folder)
    said, status = in_child(disturbed)
    found, ended = in_child(resumed)
    print(json.dumps({"point": point, "said": said, "status": status, "found": found,
                      "ended": ended, "whole": whole}))
"""


@pytest.fixture(scope="module")
def shim() -> Path:
    """The faults, compiled."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        if os.environ.get("CI") == "true":
            pytest.fail("CI has to run these tests: it needs Linux and a C compiler")
        pytest.skip("needs Linux and a C compiler")
    made = Path(tempfile.mkdtemp()) / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, SHIM], check=True)
    return made


def inject(shim: Path, mode: int, first: int, stride: int) -> list[dict[str, object]]:
    """Run the plan once for each point of it, in memory; return what happened at each."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as base:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT, base, str(mode), str(first), str(stride)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
                "LD_PRELOAD": str(shim),
                "OMP_NUM_THREADS": "1",  # threads do not survive a fork
            },
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.torture
@pytest.mark.parametrize(
    ("mode", "name", "first", "stride"),
    [
        (KILL_BEFORE, "killed before the n-th fsync, rename, truncation, deletion", 3, 13),
        (KILL_AFTER, "killed after the n-th fsync, rename, truncation, deletion", 7, 13),
        (TEAR, "killed after half of the n-th write", 11, 37),
    ],
)
def test_a_kill_at_any_call_loses_nothing(
    shim: Path, mode: int, name: str, first: int, stride: int
) -> None:
    tally = row(name)
    for found in inject(shim, mode, 1 if FULL else first, scale(stride, 1)):
        tally.injected += 1
        assert found["status"] == 9, found
        acknowledged = max((s for s in found["said"] if isinstance(s, int)), default=0)  # type: ignore[attr-defined]
        (counts, problems, content), left = found["found"]  # type: ignore[misc]
        lost = not {acknowledged, acknowledged + 1} & set(counts)
        tally.lost += bool(lost or problems or left or content != found["whole"])
        assert tally.lost == 0, found


@pytest.mark.torture
@pytest.mark.parametrize(
    ("mode", "name", "first", "stride"),
    [
        (EIO_ONCE, "EIO at the n-th write, fsync, rename, truncation, deletion", 5, 29),
        (FULL_DISK, "disk full at the n-th write", 9, 29),
    ],
)
def test_a_call_that_fails_is_a_clear_error_and_can_be_repeated(
    shim: Path, mode: int, name: str, first: int, stride: int
) -> None:
    tally = row(name)
    refused = 0
    for found in inject(shim, mode, 1 if FULL else first, scale(stride, 1)):
        tally.injected += 1
        assert found["status"] == 0, found
        errors, _ = found["said"][-1]  # type: ignore[index]
        for error in errors:
            assert "library" in error and "\n" not in error
            assert "damaged" not in error, found
        refused += bool(errors)
        (counts, problems, content), left = found["found"]  # type: ignore[misc]
        acknowledged = max((s for s in found["said"] if isinstance(s, int)), default=0)  # type: ignore[attr-defined]
        lost = acknowledged not in counts and acknowledged + 1 not in counts
        tally.lost += bool(lost or problems or left or content != found["whole"])
        assert tally.lost == 0, found
    assert refused > tally.injected // 3
