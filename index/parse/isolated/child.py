"""Parsing in a process of its own, so that a bad file costs that file only."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from typing import Any

from index.errors import InputError
from index.limits import Limits
from index.types import Document, Role

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from index.parse.isolated.worker import main; main()"
)
_ROOT = str(Path(__file__).resolve().parents[3])

_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TIKTOKEN_CACHE_DIR": ""}
"""One thread, because threads take address space; no cache, because nothing may be written."""

_idle: deque[Worker] = deque()


class Worker:
    """A child process that parses one file after another, and is started anew when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.owner = os.getpid()

    def parse(
        self,
        data: bytes,
        source: str,
        limits: Limits,
        *,
        pasted: bool = False,
        title: str | None = None,
    ) -> Document:
        """Return what is in ``data``; ``source`` is its name in messages.

        ``pasted``: it is no file but a text in UTF-8, with half characters, called ``title``.

        Raises:
            InputError: it cannot be taken in, or parsing it broke a limit.
        """
        process = self._start()
        header = {
            "source": source,
            "size": len(data),
            "limits": asdict(limits),
            "pasted": pasted,
            "title": title,
        }
        late = Timer(limits.wall_seconds, process.kill)
        late.daemon = True
        late.start()
        try:
            line = _exchange(process, json.dumps(header).encode() + b"\n", data)
        finally:
            timely = late.is_alive()
            late.cancel()
        if not line.endswith(b"\n"):
            _wait(process)
            self.close()
            raise InputError(f"{source} {_why(process.returncode, timely, limits)}")
        return self._read(json.loads(line), source, limits)

    def _read(self, said: dict[str, Any], source: str, limits: Limits) -> Document:
        if "document" in said:
            found = said["document"]
            spans = tuple((int(a), int(b), Role(role)) for a, b, role in found.pop("spans"))
            return Document(spans=spans, **found)
        if "refused" in said:
            raise InputError(str(said["refused"]))
        self.close()
        if said["crash"].startswith("MemoryError"):
            raise InputError(f"{source} {_too_much_memory(limits)}")
        raise InputError(f"{source} cannot be parsed ({said['crash']}): save it anew")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            paths = [path or _ROOT for path in sys.path]
            self._process = subprocess.Popen(
                # Isolated: no file that lies in the folder of the user is imported.
                [sys.executable, "-I", "-c", _START, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **_ENVIRONMENT},
                # Ctrl-C is for the parent to answer.
                process_group=0 if os.name == "posix" else None,
            )
        return self._process

    def kill(self) -> None:
        """End the process from another thread: what waits for it gets an ``InputError``."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not yet written has nobody to go to
                    if pipe is not None:
                        pipe.close()


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Give a process that has closed its output the time to say how it ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)


def _exchange(process: subprocess.Popen[bytes], header: bytes, data: bytes) -> bytes:
    """Send a file and return the answer; a line without an end if the child died."""
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        process.stdin.write(header)
        process.stdin.write(data)
        process.stdin.flush()
    except BrokenPipeError:
        return b""
    return process.stdout.readline()


def _why(code: int | None, timely: bool, limits: Limits) -> str:
    if not timely:
        return f"takes over {limits.wall_seconds:,} seconds to parse, which is the limit: split it"
    if code is not None and -code == getattr(signal, "SIGXCPU", 0):
        return (
            f"takes over {limits.cpu_seconds:,} seconds of processor time to parse, "
            "which is the limit: split it"
        )
    return f"made its parser fail (exit {code}); {_too_much_memory(limits)}"


def _too_much_memory(limits: Limits) -> str:
    return (
        f"needs over {limits.memory_bytes:,} bytes of memory to parse, which is the limit: split it"
    )


def parse_in_child(
    data: bytes, source: str, limits: Limits, *, pasted: bool = False, title: str | None = None
) -> Document:
    """Parse a file, or a text, in a process that is kept for the next one; see ``Worker.parse``.

    Raises:
        InputError: it cannot be taken in, or parsing it broke a limit.
    """
    with _borrowed() as worker:
        return worker.parse(data, source, limits, pasted=pasted, title=title)


@contextmanager
def _borrowed() -> Iterator[Worker]:
    try:
        worker = _idle.popleft()
    except IndexError:
        worker = Worker()
    if worker.owner != os.getpid():  # a fork must not share its parent's pipes
        worker = Worker()
    try:
        yield worker
    except BaseException as error:
        if not isinstance(error, InputError):
            worker.close()  # it may be in the middle of a file
        raise
    finally:
        _idle.append(worker)


@atexit.register
def end_workers() -> None:
    """End the processes that wait for a file."""
    while _idle:
        _idle.popleft().close()
