"""Workers add what others put in the queue of a library in PostgreSQL."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import samples
from conftest import STORY
from faults import row, scale
from postgres_server import Server
from tiny import TinyEmbedder

import index.contents
import index.library
from index import Library
from index.backends.queue import Queue, Sent, State, Ticket
from index.errors import InputError, LibraryError
from index.progress import Stage, unseen
from index.queued.putting import Outcome, add_by_workers
from index.queued.working import do
from index.upkeep.watch import WatchedFolder
from ui.cli.main import main
from ui.page.events.adding import _done
from ui.page.render.adding import show_adding
from ui.page.visits.adding import Job
from ui.page.visits.visitors import Visitors

psycopg = (
    pytest.importorskip("psycopg") if os.environ.get("CI") != "true" else __import__("psycopg")
)

ROOT = Path(__file__).resolve().parents[1]

WORKER = """
import os, sys, time
sys.path.insert(0, {tests!r})
import index.contents, index.library
from tiny import TinyEmbedder

class Embedder(TinyEmbedder):
    def encode(self, texts, **how):
        said = " ".join(texts)
        if not how.get("query"):
            if "deadly" in said:
                os.kill(os.getpid(), 9)
            if "endless" in said and {hangs}:
                print("hangs", flush=True)
                time.sleep(600)
        return super().encode(texts, **how)

for module in (index.contents, index.library):
    module.load_embedder = lambda name="tiny": Embedder(name)
from ui.cli.main import main
sys.exit(main(["work", "--library", {address!r}, *{options!r}]))
"""


_numbers = itertools.count(1)


@pytest.fixture
def address(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new library: a schema for each test."""
    for module in (index.library, index.contents):
        monkeypatch.setattr(module, "load_embedder", lambda name="tiny": TinyEmbedder(name))
    made = server.address(f"queue_{next(_numbers)}")
    opened(made).close()
    return made


def opened(place: str) -> Library:
    return Library.open(place, lock_wait=60)


def queue_of(library: Library) -> Queue:
    queue = library.queue()
    assert queue is not None
    return queue


def files(count: int) -> list[tuple[str, Sent | InputError]]:
    return [
        (str(number), Sent(f"/f/{number}.txt", f"Bridge {number} is open to boats.".encode()))
        for number in range(count)
    ]


def start(address: str, *options: str, hangs: bool = True) -> subprocess.Popen[str]:
    """Start a worker, and return when others can see it."""
    tests = str(Path(__file__).parent)
    code = WORKER.format(tests=tests, address=address, options=options, hangs=hangs)
    with opened(address) as library:
        before = queue_of(library).workers()
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while queue_of(library).workers() == before and process.poll() is None:
            threading.Event().wait(0.02)
    return process


@contextmanager
def workers(address: str, count: int, **how: bool) -> Iterator[list[subprocess.Popen[str]]]:
    started = [start(address, **how) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
            process.communicate()


@contextmanager
def at_work(address: str, count: int) -> Iterator[None]:
    """Have threads of this process work: starting one costs nothing."""
    over = threading.Event()

    def work() -> None:
        with opened(address) as library, queue_of(library).working() as working:
            while not over.is_set():
                task = working.take()
                if task is None:
                    working.wait(0.05)
                else:
                    do(task, working, library)

    threads = [threading.Thread(target=work) for _ in range(count)]
    with opened(address) as library:
        for thread in threads:
            thread.start()
        while queue_of(library).workers() < count:
            threading.Event().wait(0.01)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def told(process: subprocess.Popen[str], signal_: int = signal.SIGTERM) -> list[str]:
    """End a worker, and return what it has said."""
    process.send_signal(signal_)
    lines = process.communicate()[1].splitlines()
    assert process.returncode == 0, lines
    return lines


def put(library: Library, name: str, text: str) -> Ticket:
    return queue_of(library).put(Sent(name, text.encode()))


def finished(library: Library, ticket: Ticket) -> State:
    while True:
        status = queue_of(library).status(ticket)
        assert status is not None
        if status.state in {State.DONE, State.REFUSED}:
            return status.state
        threading.Event().wait(0.02)


def test_three_workers_add_each_file_once_none_starves_and_what_kills_them_is_given_up(
    address: str,
) -> None:
    started = [start(address) for _ in range(3)]
    with opened(address) as library:
        came = dict(add_by_workers(library, queue_of(library), files(30), lambda _: unseen))
        assert [each.new for each in came.values() if isinstance(each, Outcome)] == [True] * 30
        assert sorted(entry.source for entry in library.entries) == sorted(
            f"/f/{number}.txt" for number in range(30)
        )
        assert library.check().problems == ()
        poison = put(library, "/f/poison.txt", "A deadly bridge was opened.")
        good = [put(library, f"/f/later {n}.txt", f"Ferry {n} is open.") for n in range(4)]
        assert finished(library, poison) is State.REFUSED
        assert {finished(library, each) for each in good} == {State.DONE}
        status = queue_of(library).status(poison)
        assert status is not None
        assert status.reason.startswith("/f/poison.txt was given up: 2 workers died over it")
        for process in started:
            process.terminate()
        lines = [process.communicate()[1].splitlines() for process in started]
        assert sorted(process.returncode for process in started) == [-9, -9, 0]
        assert queue_of(library).workers() == 0
        added = [[line for line in said if line.startswith("added ")] for said in lines]
        assert sum(map(len, added)) == 34
        assert min(map(len, added)) >= 3
        held = library._backend.all("SELECT content FROM queue WHERE content IS NOT NULL")
        assert held == []


def test_what_a_killed_worker_had_is_taken_over_and_nothing_is_lost_or_doubled(
    address: str,
) -> None:
    counted = row("kill -9 of a worker with a file in hand")
    with opened(address) as library:
        for round_ in range(scale(1, 30)):
            ill = start(address)
            ticket = put(library, f"/f/{round_}.txt", f"An endless story of bridge {round_}.")
            assert ill.stdout is not None and ill.stdout.readline() == "hangs\n"
            status = queue_of(library).status(ticket)
            assert status is not None and status.state is State.GOING
            with workers(address, 1, hangs=False):
                other = put(library, f"/g/{round_}.txt", f"Ferry {round_} has left.")
                assert finished(library, other) is State.DONE
                ill.kill()
                ill.communicate()
                counted.injected += 1
                if finished(library, ticket) is not State.DONE:
                    counted.lost += 1
            status = queue_of(library).status(ticket)
            assert status is not None and status.new
        assert len(library.entries) == 2 * scale(1, 30)
        assert counted.lost == 0
        assert library.check().problems == ()


def test_a_file_stored_by_a_worker_that_died_before_it_said_so_is_new_all_the_same(
    address: str,
) -> None:
    with opened(address) as library:
        queue = queue_of(library)
        ticket = put(library, "/f/story.txt", STORY)
        with queue.working() as dies:
            task = dies.take()
            assert task is not None
            assert not dies.reached(task, "0123", known=False)
            library.add_text(STORY, source="/f/story.txt")
        with queue.working() as other:
            again = other.take()
            assert again is not None and again.attempt == 2
            with pytest.raises(LibraryError, match="was taken out of the queue"):
                dies._at.configure(other._connection)
                other.step(task, Stage.READING, 0, 0)  # only who has it now may speak of it
            assert do(again, other, library).startswith("added /f/story.txt")
        status = queue.status(ticket)
        assert status is not None and (status.state, status.new) == (State.DONE, True)


def test_what_cannot_be_stored_is_given_up_and_a_lost_connection_gives_it_back(
    server: Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"

    def fails(*_: object) -> None:
        raise LibraryError("the disk is full")

    with opened(address) as library:
        queue = queue_of(library)
        ticket = put(library, "/f/a.txt", STORY)
        with pytest.raises(LibraryError, match="what was committed is kept"):
            with queue.working() as working:
                assert working.take()
                server.execute(cut)
                working.wait(60)
        with queue.working() as working:
            while (task := working.take()) is None:
                threading.Event().wait(0.02)  # until the server has seen it
            working.give_back(task)
            monkeypatch.setattr(library, "add_document", fails)
            for _ in range(3):
                task = working.take()
                assert task is not None
                with pytest.raises(LibraryError, match="the disk is full"):
                    do(task, working, library)
            assert working.take() is None
        status = queue.status(ticket)
        assert status is not None
        assert (status.state, status.reason) == (State.REFUSED, "the disk is full")


def test_the_same_file_put_twice_is_done_once_and_equal_files_one_after_the_other(
    address: str,
) -> None:
    with opened(address) as library:
        queue = queue_of(library)
        first, second = (put(library, "/f/a.txt", STORY) for _ in range(2))
        copy = put(library, "/f/copy.txt", STORY)
        assert (first.id, first.joined, second.joined) == (second.id, False, True)
        newer = put(library, "/f/a.txt", "A newer text of the same file.")
        queue.withdraw([first])  # the second one still wants it
        with queue.working() as one, queue.working() as other:
            task = one.take()
            assert task is not None and task.id == first.id
            assert other.take() is None  # the copy and the newer version have to wait
            do(task, one, library)
            assert {each.id for each in (other.take(), one.take()) if each} == {copy.id, newer.id}
        queue.withdraw([copy, newer])


def test_add_through_workers_prints_what_add_alone_prints(
    address: str, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "articles"
    (folder / "old").mkdir(parents=True)
    (folder / "bridge.docx").write_bytes(samples.docx())
    (folder / "old" / "tower.md").write_text("The tower is 90 metres high.", encoding="utf-8")
    (folder / "same.txt").write_bytes((folder / "old" / "tower.md").read_bytes())
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 cut short")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "stray.txt").symlink_to(tmp_path / "secret.txt")
    named = [str(folder), str(folder / "bridge.docx"), str(tmp_path / "absent")]
    alone = server.address(f"queue_{next(_numbers)}")

    def added(place: str, *paths: str) -> tuple[int, str, str]:
        code = main(["add", *paths, "--library", place])
        return code, *capsys.readouterr()

    with at_work(address, 2):
        again = [str(folder / "old"), str(folder / "empty.txt"), "--url", "http://127.0.0.1/"]
        for paths in (named, again):
            there = added(alone, *paths)
            assert added(address, *paths) == there
        assert there[0] == 4 and there[2].endswith("added 0, already there 1, left out 2\n")


def test_who_waits_works_when_no_worker_is_left_and_ctrl_c_takes_the_rest_out(
    address: str,
) -> None:
    with opened(address) as library:
        queue = queue_of(library)
        assert library.worked() is None
        came = dict(add_by_workers(library, queue, files(3), lambda _: unseen))
        assert len(came) == len(library.entries) == 3
        waiting = add_by_workers(library, queue, files(9), lambda _: unseen)
        next(waiting)
        waiting.close()
        assert library._backend.one("SELECT count(*) FROM queue WHERE content IS NOT NULL") == (0,)


def test_a_worker_that_is_stopped_gives_back_what_it_has(address: str) -> None:
    with opened(address) as library:
        tickets = []
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            tickets.append(put(library, f"/f/{signal_}.txt", f"An endless story of {signal_}."))
            process = start(address)
            assert process.stdout is not None and process.stdout.readline() == "hangs\n"
            assert told(process, signal_)[1:] == ["stopped"]
            status = queue_of(library).status(tickets[0])
            assert status is not None and status.state is State.WAITING
            queue_of(library).withdraw(tickets[1:])
        assert library._backend.one("SELECT deaths FROM queue") == (0,)
        once = start(address, "--once", hangs=False)
        assert once.communicate()[1].splitlines()[1:] == ["added /f/15.txt", "stopped"]
        assert once.returncode == 0
        assert finished(library, tickets[0]) is State.DONE


def test_a_removed_article_leaves_no_bytes_of_it_in_the_queue(server: Server, address: str) -> None:
    secret = "Zyxgrommet paid quofflebard in Brabblewick, and nobody was told."
    with opened(address) as library:
        queue = queue_of(library)
        name = address.rpartition("=")[2]
        with queue.working() as working:
            ticket = put(library, "/f/secret.txt", secret)
            other = put(library, "/f/other.txt", "A ferry has left.")
            task = working.take()
            assert task is not None
            do(task, working, library)
            (entry,) = library.entries
            put(library, "/f/copy of the secret.txt", secret)
            found = library.remove_all([entry.id])
            assert found.left == () and found.files > 10
            assert queue.status(ticket) is None
            assert queue.status(other) is not None
            told = library._backend.one("SELECT pg_relation_filepath('queue'::regclass)")
            assert told and name
            assert working.take() is not None
    held = b"".join(
        file.read_bytes() for file in (server.data / "base").rglob("*") if file.is_file()
    )
    assert b"xgrommet" not in held and b"secret.txt" not in held


def test_a_watched_folder_is_taken_in_by_workers(address: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Bridge a is open.")
    (tmp_path / "empty.txt").write_text(" ")
    lines: list[str] = []
    with opened(address) as library, at_work(address, 1):
        watched = WatchedFolder(tmp_path, library)
        watched.step(lines.append)
        assert sorted(line.partition(" ")[0] for line in lines) == ["added", "left"]
        assert "empty.txt is empty" in " ".join(lines)
        assert not watched.step(lines.append).added  # it knows their state
        (tmp_path / "a.txt").unlink()
        assert len(watched.step(lines.append).removed) == 1
        assert library.entries == ()


def test_the_page_has_workers_add_what_is_kept_and_its_rows_say_how_far_it_is(
    address: str, tmp_path: Path
) -> None:
    with opened(address) as library:
        library.add_text(STORY, title="A bridge")
        put(library, "/f/before.txt", "This was here before.")
        visitors = Visitors(library, keep_in=lambda: library)
        visit = visitors.of("session")
        jobs = []
        with queue_of(library).working() as working:
            for number in range(3):
                (tmp_path / f"{number}.txt").write_text(f"Bridge {number} is open.")
                job = _page_job(visit, tmp_path / f"{number}.txt")
                jobs.append(job)
                visit.adding.take(job, "batch", 3)
                visitors.line.put(visit.adding, job)
            while "waiting for a worker, 3 before it" not in show_adding(visit.adding):
                threading.Event().wait(0.02)
            while (task := working.take()) is not None:
                do(task, working, library)
        while visit.adding.is_going:
            threading.Event().wait(0.02)
        shown = show_adding(visit.adding)
        assert shown.count("was added to your library") == 3
        assert len(library.entries) == 5 and not any(visit.owns(e.id) for e in library.entries)
        visit.end()


def _page_job(visit: object, file: Path) -> Job:
    from functools import partial

    add: Callable[..., object] = partial(visit.add_file, file, keep=True)  # type: ignore[attr-defined]
    return Job(file.name, partial(_done, visit, add), file=file)  # type: ignore[arg-type]


def test_a_folder_has_no_queue_and_a_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "library")
    with Library.open(place, embedder=TinyEmbedder()) as library:
        assert library.worked() is None
    assert main(["work", "--library", place]) == 1
    assert "workers need a library in PostgreSQL" in capsys.readouterr().err


def test_ten_who_take_at_once_take_each_file_once(address: str) -> None:
    with opened(address) as library:
        tickets = [put(library, f"/f/{n}.txt", f"Bridge {n} is open.") for n in range(20)]

        def take(_: int) -> list[int]:
            found = []
            with queue_of(library).working(seen=False) as working:
                while (task := working.take()) is not None:
                    found.append(task.id)
                    working.finish(task, new=True, unread="")
            return found

        with ThreadPoolExecutor(10) as pool:
            taken = [id_ for found in pool.map(take, range(10)) for id_ in found]
        assert sorted(taken) == sorted(ticket.id for ticket in tickets)
