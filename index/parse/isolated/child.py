"""Parsing in a process of its own, so that a bad file costs that file only."""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from threading import Timer
from typing import Any

from index.boxes import PageBoxes
from index.errors import InputError
from index.limits import Limits
from index.pages.picture import Picture
from index.parse.allowance import Seen
from index.types import Cell, Document, Range, Role, Row, Table

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from index.parse.isolated.worker import main; main()"
)
_ROOT = str(Path(__file__).resolve().parents[3])

_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TIKTOKEN_CACHE_DIR": ""}
"""One thread, because threads take address space; no cache, because nothing may be written."""

_ALLOWED = re.compile(rb'\{"seconds": (\d+), "done": (\d+), "total": (\d+)\}\n')

SLOW = 10
"""Seconds on the clock for one of processor time, where other work goes on beside it."""

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
        seen: Seen | None = None,
    ) -> Document:
        """Return what is in ``data``; ``source`` is its name in messages.

        ``pasted``: it is no file but a text in UTF-8, with half characters, called ``title``.

        Raises:
            InputError: it cannot be taken in, or parsing it broke a limit.
        """
        header = {"source": source, "pasted": pasted, "title": title}
        found = self._ask(header, data, limits, seen)["document"]
        del found["original"]  # nobody has sent it
        spans = tuple((int(a), int(b), Role(role)) for a, b, role in found.pop("spans"))
        tables = tuple(_table(each) for each in found.pop("tables"))
        boxes = tuple(_boxes(**each) for each in found.pop("boxes"))
        return Document(spans=spans, tables=tables, boxes=boxes, **found)

    def draw(self, data: bytes, page: int, limits: Limits) -> Picture:
        """Return the ``page``-th page (1-based) of the PDF that ``data`` is.

        Raises:
            InputError: it cannot be drawn, or drawing it broke a limit.
        """
        found = self._ask({"source": f"page {page:,}", "page": page}, data, limits)["picture"]
        return Picture(
            image=bytes.fromhex(found.pop("image")),
            across=tuple(found.pop("across")),
            down=tuple(found.pop("down")),
            **found,
        )

    def _ask(
        self, header: dict[str, Any], data: bytes, limits: Limits, seen: Seen | None = None
    ) -> dict[str, Any]:
        """Return what the process says of a file. Raises what ``parse`` raises."""
        process = self._start()
        source = header["source"]
        header |= {"size": len(data), "limits": asdict(limits)}
        line, timely, limits = _within(limits, process, header, data, seen)
        if not line.endswith(b"\n"):
            _wait(process)
            self.close()
            raise InputError(f"{source} {_why(process.returncode, timely, limits)}")
        said: dict[str, Any] = json.loads(line)
        if "crash" not in said and "refused" not in said:
            return said
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
            end_process(process)


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, wait for it and close its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not yet written has nobody to go to
            if pipe is not None:
                pipe.close()


def _boxes(packed: str, **told: Any) -> PageBoxes:
    return PageBoxes(packed=bytes.fromhex(packed), **told)


def _table(told: dict[str, Any]) -> Table:
    rows = (
        Row(each["start"], each["end"], _cells(each["cells"]), _ranges(each["groups"]))
        for each in told["rows"]
    )
    return Table(_ranges(told["above"]), tuple(map(_cells, told["heads"])), tuple(rows))


def _cells(told: list[list[int]]) -> tuple[Cell, ...]:
    return tuple(Cell(*each) for each in told)


def _ranges(told: list[list[int]]) -> tuple[Range, ...]:
    return tuple((int(start), int(end)) for start, end in told)


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Give a process that has closed its output the time to say how it ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)


def _within(
    limits: Limits,
    process: subprocess.Popen[bytes],
    header: dict[str, Any],
    data: bytes,
    seen: Seen | None,
) -> tuple[bytes, bool, Limits]:
    """Send a file; return the answer, whether it came in time, and the limits it came under.

    More time is allowed by the process itself, a page at a time, where it has to recognise letters.
    """
    line = json.dumps(header).encode() + b"\n"
    while True:
        late = Timer(limits.wall_seconds, process.kill)
        late.daemon = True
        late.start()
        try:
            line = _exchange(process, line, data)
        finally:
            timely = late.is_alive()
            late.cancel()
        allowed = _ALLOWED.fullmatch(line)
        if not allowed:
            return line, timely, limits
        seconds, done, total = map(int, allowed.groups())
        if seen:
            seen(done, total)
        limits = replace(limits, cpu_seconds=seconds, wall_seconds=SLOW * seconds)
        line = data = b""


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
    data: bytes,
    source: str,
    limits: Limits,
    *,
    pasted: bool = False,
    title: str | None = None,
    seen: Seen | None = None,
) -> Document:
    """Parse a file, or a text, in a process that is kept for the next one; see ``Worker.parse``.

    Raises:
        InputError: it cannot be taken in, or parsing it broke a limit.
    """
    with _borrowed() as worker:
        return worker.parse(data, source, limits, pasted=pasted, title=title, seen=seen)


def draw_in_child(data: bytes, page: int, limits: Limits) -> Picture:
    """Draw a page of a PDF in such a process; see ``Worker.draw``.

    Raises:
        InputError: it cannot be drawn, or drawing it broke a limit.
    """
    with _borrowed() as worker:
        return worker.draw(data, page, limits)


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
