"""A library among processes: one writer, many readers, kills at any moment, other users."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import row, scale
from tiny import TinyEmbedder

from index import Library
from index.errors import LibraryBusy, LibraryError
from rag import retrieve

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
needs_root = pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="needs the right to become another user"
)

ROOT = Path(__file__).resolve().parents[1]

PRELUDE = """
import json, os, random, signal, sys, time
from pathlib import Path
from tiny import TinyEmbedder
from index import Library
from index.errors import PullquoteError
from rag import retrieve
folder = Path(sys.argv[1])
def text(n): return f"Bridge number{n} was opened by mayor{n}. It crosses river{n % 7}."
def open_library(**options): return Library.open(folder, embedder=TinyEmbedder(), **options)
"""


def text(number: int) -> str:
    return f"Bridge number{number} was opened by mayor{number}. It crosses river{number % 7}."


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Run a script in another process; it knows ``folder``, ``text`` and ``open_library``."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PRELUDE + script, *map(str, arguments)],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "OMP_NUM_THREADS": "1",  # threads do not survive a fork
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process: subprocess.Popen[str]) -> str:
    """What it printed, once it has ended well."""
    out, err = process.communicate(timeout=120)
    assert err == ""
    assert process.returncode == 0
    return out


def numbers(library: Library) -> list[int]:
    """The numbers of the articles in it, each of which must be whole."""
    articles = library.articles
    found = [int(article.text.split()[1].removeprefix("number")) for article in articles]
    assert [article.text for article in articles] == [text(number) for number in found]
    return found


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=TinyEmbedder())


HOLD = """
with open_library() as library, library.writing():
    library.add_text(text(int(sys.argv[2])))
    print("holding", flush=True)
    sys.stdin.readline()
"""


def test_a_library_in_use_names_the_process_and_can_still_be_read(tmp_path: Path) -> None:
    with opened(tmp_path / "library") as library:
        library.add_text(text(0))
    process = start(HOLD, tmp_path / "library", 1)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(), lock_wait=0) as library:
        with pytest.raises(LibraryBusy) as caught:
            library.add_text(text(2))
        assert str(caught.value) == (
            f"{library.folder} is in use by process {process.pid}: wait until it is done, or end it"
        )
        with pytest.raises(LibraryBusy):
            library.remove(library.articles[0].id)
        (best, *_) = retrieve("Who is mayor0?", library=library)
        assert best.passage.text == text(0)
        assert library.check().problems == ()
        process.kill()
        process.communicate()
        library.add_text(text(2))
        assert numbers(library) == [0, 1, 2]


def test_a_writer_that_waits_gets_its_turn(tmp_path: Path) -> None:
    process = start(HOLD, tmp_path / "library", 1)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    release = threading.Timer(0.3, lambda: process.communicate("go on\n"))
    release.start()
    with opened(tmp_path / "library") as library:
        library.add_text(text(2))
        assert numbers(library) == [1, 2]
    release.join()


ADD = """
with open_library(lock_wait=60) as library:
    for number in json.loads(sys.argv[2]):
        library.add_text(text(number))
"""


WRITE = """
with open_library(lock_wait=60) as library:
    for number in json.loads(sys.argv[3]):
        library.add_text(text(number))
        print(number, flush=True)
        tower = f"Tower{sys.argv[2]} is {number} metres high."
        source = f"tower{sys.argv[2]}"
        library.add_text(f"{tower}\\n\\nNobody climbs it.", title="Towers", source=source)
"""

READ = """
asked = 0
with open_library() as library:
    while asked < 5 or not (folder.parent / "stop").exists():
        for number in range(int(sys.argv[2])):
            question = f"How many metres high is tower{number}?"
            (best, *_) = retrieve(question, library=library)
            assert best.passage.text.startswith(f"Tower{number} is"), best.passage.text
            asked += 1
        with library.reading():
            held = library.articles
            towers = sorted(a.source for a in held if a.source != "pasted text")
            assert towers == [f"tower{number}" for number in range(int(sys.argv[2]))], towers
            assert {a.id for a in held} >= {
                hit.passage.article_id for hit in retrieve("river3", library=library, k=99)}
print(asked)
"""


@pytest.mark.torture
@pytest.mark.parametrize("writers", [2, 4])
def test_writers_and_readers_at_once_lose_and_double_nothing(memory: Path, writers: int) -> None:
    """Sources are edited meanwhile: no reader may find none of their versions, or two."""
    tally = row(f"{writers} writers and 4 readers at once: articles and answers")
    folder = memory / "library"
    with opened(folder) as library:
        for number in range(writers):
            first = f"Tower{number} is 0 metres high."
            library.add_text(first, title="Towers", source=f"tower{number}")
    count = scale(16, 160) // writers
    shares = [range(n * count // 2, n * count // 2 + count) for n in range(writers)]
    readers = [start(READ, folder, writers) for _ in range(4)]
    writing = [start(WRITE, folder, n, json.dumps([*s])) for n, s in enumerate(shares)]
    acknowledged = [int(line) for process in writing for line in result(process).split()]
    (memory / "stop").touch()
    tally.injected += sum(int(result(reader)) for reader in readers) + len(acknowledged)
    assert acknowledged == [number for share in shares for number in share]
    with opened(folder) as library:
        pasted = [a.text for a in library.articles if a.source == "pasted text"]
        tally.lost += len(set(map(text, acknowledged)) ^ set(pasted)) + len(pasted)
        tally.lost -= len(set(pasted))
        towers = {a.source: a.text for a in library.articles if a.source != "pasted text"}
        assert towers.keys() == {f"tower{number}" for number in range(writers)}
        assert all(f" is {s[-1]} " in towers[f"tower{n}"] for n, s in enumerate(shares))
        assert library.check().problems == ()
        assert len(list(library.folder.glob("generation-*"))) == 1
    assert tally.lost == 0


def test_readers_never_wait_and_see_whole_articles_only(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with opened(folder) as library:
        library.add_text(text(99))
    process = start(ADD, folder, json.dumps([*range(30)]))
    seen: list[int] = []
    failures: list[BaseException] = []

    def read() -> None:
        try:
            with opened(folder) as library:
                while process.poll() is None:
                    for hit in retrieve("Which bridge crosses river3?", library=library, k=100):
                        article = library.article(hit.passage.article_id)
                        passage = hit.passage
                        assert article.text[passage.start : passage.end] == passage.text
                    seen.append(len(numbers(library)))
        except (AssertionError, LibraryError) as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert result(process) == ""
    assert failures == []
    assert len(seen) > 2
    with opened(folder) as library:
        assert sorted(numbers(library)) == [*range(30), 99]


def test_threads_can_share_one_library(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def work(library: Library, first: int) -> None:
        try:
            for number in range(first, first + 5):
                article = library.add_text(text(number))
                (best, *_) = retrieve(f"Who is mayor{number}?", library=library)
                assert best.passage.article_id == article.id
        except (AssertionError, LibraryError) as error:
            failures.append(error)

    with opened(tmp_path / "library") as library:
        threads = [threading.Thread(target=work, args=(library, n)) for n in (0, 10, 20, 30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(numbers(library)) == 20
        assert library.check().problems == ()


KILL = """
import faiss, hashlib, shutil
import numpy as np
def fork(work):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, 1)
        work()
        sys.stdout.flush()
        os._exit(0)
    os.close(writing)
    return child, os.fdopen(reading)

def add():
    with open_library() as library:
        for number in range(40):
            add_one(library, number)
            print(number, flush=True)

def add_properly(library, number): library.add_text(text(number))

def naive_articles():
    # An index and a JSON beside it, written in place: what the library must be better than.
    try:
        held = json.loads((folder / "naive.json").read_text())
        rows = faiss.read_index(str(folder / "naive.faiss")).ntotal
        return held[:rows]
    except (OSError, ValueError, RuntimeError): return []

def add_naively(library, number):
    held = [*naive_articles(), text(number)]
    vectors = [e.vector for e in TinyEmbedder().encode(held)]
    index = faiss.IndexFlatIP(len(vectors[0]))
    index.add(np.stack(vectors))
    with (folder / "naive.json").open("w", buffering=1) as file:
        json.dump(held, file, indent=0)
    faiss.write_index(index, str(folder / "naive.faiss"))

def finish():
    with open_library() as library:
        for number in range(40): library.add_text(text(number))
        rows = library._backend.connection.execute(
            "SELECT article_id, start, sha256 FROM passages ORDER BY 1, 2").fetchall()
        articles = sorted((a.id, a.text, a.title) for a in library.articles)
        problems = library.check().problems
    digest = hashlib.sha256(repr([rows, articles, problems]).encode()).hexdigest()
    print(json.dumps(digest))

def finished():
    child, pipe = fork(finish)
    with pipe:
        return json.loads(pipe.read())

def report():
    if add_one is add_naively:
        found = [int(article.split()[1][6:]) for article in naive_articles()]
        problems = []
    else:
        with open_library(create=True) as library:
            found = [int(a.text.split()[1][6:]) for a in library.articles]
            assert [a.text for a in library.articles] == [text(n) for n in found]
            for number in found:
                (best, *_) = retrieve(f"Who is mayor{number}?", library=library)
                assert best.passage.text == text(number)
            problems = library.check().problems
    print(json.dumps([found, problems]))

rng = random.Random(int(sys.argv[2]))
add_one = add_naively if sys.argv[4] == "naive" else add_properly
rounds = []
acknowledged = []
naive = add_one is add_naively
with open_library() as library:  # what is loaded before a fork, its children need not load again
    library.add_text(text(0))
    retrieve("Who is mayor0?", library=library)
shutil.rmtree(folder)
whole = None if naive else finished()
for number in range(int(sys.argv[3])):
    if number % 4 == 0:
        shutil.rmtree(folder, ignore_errors=True)
        acknowledged = []
    child, pipe = fork(add)
    with pipe:
        lines = [pipe.readline() for _ in range(rng.choice([0, 0, 1, 2, 5]))]
        time.sleep(rng.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines += pipe.readlines()
    acknowledged += [int(line) for line in lines if line.endswith("\\n")]
    child, pipe = fork(report)
    with pipe:
        found, problems = json.loads(pipe.read())
    assert os.waitpid(child, 0)[1] == 0
    if not naive and number % 4 == 3:
        problems += [] if finished() == whole else ["resuming ended in other content"]
    rounds.append([sorted(set(acknowledged)), found, problems])
print(json.dumps(rounds))
"""


def killed(folder: Path, seed: int, rounds: int, store: str) -> list[list[list[int]]]:
    """Acknowledged articles, found articles and problems after each kill."""
    found: list[list[list[int]]] = json.loads(result(start(KILL, folder, seed, rounds, store)))
    assert len(found) == rounds
    return found


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder where the disk's own time does not count."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


@pytest.mark.torture
@needs_fork
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(memory: Path) -> None:
    tally = row("kill -9 at a random moment of adding")
    total = 0
    for seed in range(scale(1, 4)):
        rounds = killed(memory / "library", seed, scale(16, 60), "library")
        for acknowledged, found, problems in rounds:
            tally.injected += 1
            tally.lost += len(set(acknowledged) - set(found)) + len(problems)
            assert len(found) == len(set(found)) <= len(acknowledged) + 4
            assert (tally.lost, problems) == (0, [])
            total += len(acknowledged)
    assert total > tally.injected


@pytest.mark.torture
@needs_fork
def test_the_same_kills_do_lose_articles_of_a_naive_store(memory: Path) -> None:
    tally = row("the same kills of an index with a JSON beside it", control=True)
    for acknowledged, found, _ in killed(memory / "naive", 0, 60, "naive"):
        tally.injected += 1
        tally.lost += len(set(acknowledged) - set(found))
    assert tally.lost > 0


AS_NOBODY = """
import tempfile
with tempfile.TemporaryDirectory() as warm:  # loads what another user may not be able to read
    with Library.open(Path(warm) / "l", embedder=TinyEmbedder()) as library:
        library.add_text(text(0))
        retrieve("x", library=library)
        library.check()
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)

def refused(act, *arguments, **options):
    try: act(*arguments, **options)
    except PullquoteError as error: return [type(error).__name__, str(error)]
    return ["-", "nothing was refused"]

def state(library):
    hits = retrieve("Who is mayor1?", library=library)
    return [hits[0].passage.text, len(library.articles), library.check().problems]
"""


@pytest.fixture
def foreign(public_folder: Path) -> Path:
    """A library that the tests' other user may read but not write."""
    folder = public_folder / "library"
    with opened(folder) as library:
        for number in range(3):
            library.add_text(text(number))
    folder.chmod(0o555)
    return folder


def ask_nobody(script: str, folder: Path) -> list[object]:
    found: list[object] = json.loads(result(start(AS_NOBODY + script, folder)))
    return found


@pytest.mark.torture
def test_a_library_that_may_not_be_written_is_searched_and_refuses_before_it_reads(
    foreign: Path,
) -> None:
    before = sorted(place.name for place in foreign.iterdir())
    script = """
with open_library() as library:
    found = state(library)
    refusals = [
        refused(library.add, "/no/such/file"),
        refused(library.add_text, ""),
        refused(library.remove, library.articles[0].id),
    ]
    print(json.dumps([found, refusals]))
"""
    found, refusals = ask_nobody(script, foreign)
    assert found == [text(1), 3, []]
    message = f"{foreign} cannot be written: change its rights, or copy it elsewhere"
    assert refusals == [["LibraryReadOnly", message]] * 3
    row("read-only folder of another owner: searched, and writes refused").injected += 4
    assert sorted(place.name for place in foreign.iterdir()) == before


def test_a_cache_that_may_not_be_repaired_is_done_without(foreign: Path) -> None:
    (vectors,) = foreign.glob("generation-*/vectors.faiss")
    vectors.write_bytes(b"damaged")
    script = "with open_library() as library: print(json.dumps(state(library)))"
    assert ask_nobody(script, foreign) == [text(1), 3, []]
    assert vectors.read_bytes() == b"damaged"


@needs_root
def test_a_library_that_its_owner_writes_to_can_be_read_by_others(foreign: Path) -> None:
    script = """
with open_library() as library:
    seen = [state(library)]
    print("ready", flush=True)
    for line in sys.stdin:
        seen.append(state(library))
        print("seen", flush=True)
print(json.dumps(seen))
"""
    foreign.chmod(0o755)
    process = start(AS_NOBODY + script, foreign)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"

    def let_it_look() -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "seen\n"

    with opened(foreign) as library:
        library.add_text(text(3))
        let_it_look()
        library.add_text(text(4))
        library.remove(library.articles[0].id)
        let_it_look()
    let_it_look()
    with opened(foreign) as library:
        library.add_text(text(5))
    let_it_look()
    seen = json.loads(result(process))
    assert seen == [[text(1), count, []] for count in (3, 4, 4, 4, 5)]


@needs_root
def test_after_a_crash_of_its_owner_others_can_read_or_are_told_why_not(foreign: Path) -> None:
    foreign.chmod(0o755)
    process = start(HOLD, foreign, 3)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    process.kill()
    process.communicate()
    assert (foreign / "library.sqlite-wal").stat().st_size
    script = "with open_library() as library: print(json.dumps(state(library)))"
    assert ask_nobody(script, foreign) == [text(1), 4, []]
    (foreign / "library.sqlite-shm").unlink()
    script = "print(json.dumps(refused(open_library)))"
    assert ask_nobody(script, foreign) == [
        "LibraryReadOnly",
        f"{foreign} has unfinished writing in it and cannot be written: "
        "open it once with the right to write",
    ]


def test_places_that_may_not_be_used_are_refused(foreign: Path) -> None:
    closed = foreign.parent / "closed"
    closed.mkdir()
    (closed / "library.sqlite").write_text("secret")
    closed.chmod(0)
    script = """
places = [folder / "new", folder.parent / "closed", folder.parent / "closed" / "inner"]
print(json.dumps([refused(Library.open, place, embedder=TinyEmbedder()) for place in places]))
"""
    try:
        refusals = ask_nobody(script, foreign)
    finally:
        closed.chmod(0o700)
    for place, (kind, message) in zip(
        [foreign / "new", closed, closed / "inner"],
        refusals,
        strict=True,  # type: ignore[misc]
    ):
        assert kind == "LibraryReadOnly"
        assert str(message).startswith(f"{place} cannot be used (Permission denied)")


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
outcomes = []
with open_library() as library:
    library.add_text(text(1))
    size = (folder / "library.sqlite-wal").stat().st_size
    for room in range(0, 800_000, 40_000):
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, hard))
        before = len(library.articles)
        try: library.add_text(" ".join(text(n) for n in range(room, room + 9)))
        except PullquoteError as error: outcomes.append(str(error))
        else: outcomes.append("")
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert retrieve("Who is mayor1?", library=library)[0].passage.text == text(1)
        assert len(library.articles) in (before, before + 1)
    assert library.add_text(text(2)) in library.articles
    assert not library.check().problems
with open_library() as library:
    assert not library.check().problems
    print(json.dumps(outcomes))
"""


TMPFS = """
outcomes = []
with open_library() as library:
    library.add_text(text(1))
    for room in range(40):
        size = os.statvfs(folder).f_bavail * 4096
        ballast = folder.parent / "ballast"
        with ballast.open("wb") as file:  # room for a few pages more each time
            try: file.write(bytes(max(0, size - room * 16384)))
            except OSError: pass
        before = [article.id for article in library.articles]
        try: library.add_text(" ".join(text(n) for n in range(room, room + 9)))
        except PullquoteError as error: outcomes.append(str(error))
        else: outcomes.append("")
        assert retrieve("Who is mayor1?", library=library)[0].passage.text == text(1)
        assert [article.id for article in library.articles][: len(before)] == before
        ballast.unlink()
        if room % 4 == 3:
            for article in library.articles[1:]: library.remove(article.id)
    assert library.add_text(text(2)) in library.articles
    assert not library.check().problems
with open_library() as library:
    assert not library.check().problems
    print(json.dumps(outcomes))
"""


def refused_clearly(outcomes: list[str], folder: Path) -> int:
    """Count the refusals among ``outcomes``; each names the library and the cure in one line."""
    refused = [outcome for outcome in outcomes if outcome]
    assert "" in outcomes
    for message in refused:
        assert str(folder / "library") in message
        assert "free" in message
        assert "\n" not in message
    return len(refused)


@pytest.mark.torture
@needs_root
def test_a_file_system_without_room_is_a_clear_error(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system here")
    try:
        outcomes = json.loads(result(start(TMPFS, small / "library")))
    finally:
        subprocess.run(["umount", str(small)], check=True)
    refused = refused_clearly(outcomes, small)
    row("file system without room while adding").injected += refused
    assert refused > 5


@pytest.mark.torture
def test_a_full_disk_is_a_clear_error_and_what_was_there_still_answers(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    outcomes = json.loads(result(start(FULL, tmp_path / "library")))
    refused = refused_clearly(outcomes, tmp_path)
    row("file size limit reached while adding").injected += refused
    assert refused > 3
