"""The process that parses: files come in over its input, documents go out, nothing else does.

Its memory and processor time are limited where the system can (POSIX); it opens no connection,
starts no program and writes no file. It ends when its input does.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import asdict
from io import BufferedReader, FileIO
from types import TracebackType
from typing import Any

from index.errors import InputError
from index.limits import Limits

_FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen")
_FORBIDDEN_PREFIXES = ("os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.remove")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def main() -> None:
    """Answer one file after another until the input ends."""
    answers = FileIO(os.dup(1), "w")
    # What a parser's library may print must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests = BufferedReader(FileIO(os.dup(0), "r"))

    def answer(said: dict[str, Any]) -> None:
        line = memoryview(json.dumps(said, default=bytes.hex).encode() + b"\n")
        while line:
            line = line[answers.write(line) or 0 :]

    def crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        answer({"crash": f"{kind.__name__}: {error}"[:200]})

    sys.excepthook = crash
    from index.parse import parsers
    from index.parse.allowance import granted_by
    from index.parse.document import (
        parse_here,  # with all that it needs, before anything is forbidden
    )
    from index.parse.pdf.picture import draw_page

    def grant(seconds: int, done: int, total: int) -> None:
        _limit_time(seconds)
        answer({"seconds": seconds, "done": done, "total": total})

    granted_by(grant)
    parsers.load()
    sys.addaudithook(_refuse)
    while header := requests.readline():
        asked = json.loads(header)
        limits = Limits(**asked["limits"])
        _limit(limits)
        try:
            data = requests.read(asked["size"])
            if "page" in asked:
                answer({"picture": asdict(draw_page(data, asked["page"]))})
            else:
                told = {"pasted": asked["pasted"], "title": asked["title"]}
                answer({"document": asdict(parse_here(data, asked["source"], limits, **told))})
            del data
        except InputError as error:
            answer({"refused": str(error)})
        except RecursionError:
            answer({"crash": "it is nested too deeply"})
        gc.collect()


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    opened_to_write = (
        event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _WRITING)
    )
    if event in _FORBIDDEN or event.startswith(_FORBIDDEN_PREFIXES) or opened_to_write:
        raise PermissionError(f"a parser tried {event}")


def _limit_time(seconds: int) -> None:
    """Limit the processor time of this process to so many seconds from now."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + 1 + seconds, hard))


def _limit(limits: Limits) -> None:
    """Limit this process, counting from now; where the system cannot, only the clock does."""
    try:
        import resource
    except ImportError:
        return
    _limit_time(limits.cpu_seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(limits.memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise
        # macOS gives each process more addresses than that, and refuses to bound what is in use.
