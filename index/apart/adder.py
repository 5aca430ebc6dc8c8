"""Adding in a process of its own, so that a question does not wait while a text is added.

Cutting holds the interpreter, and embedding takes every core. There, both happen beside what
answers; here only lines of a few words are read meanwhile.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer

from index.apart.adding import Admit, Offer, Read
from index.embed.embedder import Embedder
from index.embed.forward import NUMERICS_VARIABLE
from index.errors import InputError, LibraryError
from index.library import Library
from index.parse.isolated.child import end_process
from index.progress import Progress, Stage
from index.types import Json

IDLE_SECONDS = 120.0
"""How long the process waits for more, with the model in its memory."""

START = "from index.apart.worker import main; main()"

_PATHS = "import sys; sys.path[:] = sys.argv[1:]; "
_ROOT = str(Path(__file__).resolve().parents[2])


class Adder:
    """Adds one thing after another in a child process, which is started when it is needed."""

    def __init__(
        self, embedder: Embedder, *, start: str = START, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        """``embedder`` is loaded there again, by its name; ``start`` is what the process runs."""
        self._embedder = embedder
        self._start = start
        self._idle_seconds = idle_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: Timer | None = None
        self._one_at_a_time = Lock()
        atexit.register(self.close)

    @property
    def process_id(self) -> int | None:
        """Which process adds; None while there is none."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def add(self, offer: Offer, admit: Admit, progress: Progress) -> tuple[Read, bool]:
        """See ``index.apart.adding.Add``.

        Raises:
            InputError: it cannot be taken in.
            LibraryError: the library cannot be written, or the process has died: then nothing of
                the offer is in the library.
        """
        with self._one_at_a_time:
            if self._idle:
                self._idle.cancel()
            progress(Stage.READING, 0, 0)  # before it has started, too
            process = self._started()
            talk = _Talk(process, admit, progress)
            try:
                return talk.add(offer, self._embedder.name)
            except (InputError, LibraryError):
                if not talk.over:
                    self.close()  # it is in the middle of a text
                raise
            except BaseException:
                self.close()
                raise
            finally:
                self._wait()

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            end_process(process)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            numerics = self._embedder.fingerprint.numerics
            self._process = subprocess.Popen(
                # Isolated: no file that lies in the folder of the user is imported.
                [sys.executable, "-I", "-c", _PATHS + self._start, *(p or _ROOT for p in sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # The same vectors, bit for bit, whatever process computes them.
                env={**os.environ, **({NUMERICS_VARIABLE: numerics} if numerics else {})},
                # Ctrl-C is for the parent to answer.
                process_group=0 if os.name == "posix" else None,
            )
        return self._process

    def _wait(self) -> None:
        self._idle = Timer(self._idle_seconds, self._end_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_idle(self) -> None:
        if self._one_at_a_time.acquire(blocking=False):
            try:
                self.close()
            finally:
                self._one_at_a_time.release()


class _Talk:
    """What is said about one offer. ``over``: the process waits for the next one."""

    def __init__(self, process: subprocess.Popen[bytes], admit: Admit, progress: Progress) -> None:
        self.over = False
        self._process = process
        self._admit = admit
        self._progress = progress
        self._library: Library | None = None
        self._read: Read | None = None
        self._refusal: Exception | None = None

    def add(self, offer: Offer, embedder: str) -> tuple[Read, bool]:
        """Say what is to be added, and listen until it is done."""
        file = offer.path is not None
        data = os.fsencode(offer.path or "") or offer.text.encode(errors="surrogatepass")
        header = {"source": offer.source, "file": file, "title": offer.title, "embedder": embedder}
        self._say(header, data)
        while True:
            said = self._hear()
            if said is None:
                return self._died(offer)
            if "step" in said:
                stage, done, total = said["step"]
                self._progress(Stage(stage), done, total)
            elif "read" in said:
                self._answer(Read(**said["read"]))
            else:
                self.over = True
                return self._end(said)

    def _answer(self, read: Read) -> None:
        """Say where it goes. If it is refused, that is raised once the process has given it up."""
        self._read = read
        try:
            self._library = self._admit(read)
        except (InputError, LibraryError) as error:
            self._refusal = error
        self._say({"library": self._library.address if self._library else None})

    def _end(self, said: Json) -> tuple[Read, bool]:
        if self._refusal:
            raise self._refusal
        if "refused" in said:
            raise InputError(said["refused"])
        if "failed" in said or self._read is None:
            raise LibraryError(said["failed"])
        return self._read, bool(said["added"])

    def _died(self, offer: Offer) -> tuple[Read, bool]:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        if self._refusal:
            raise self._refusal
        read = self._read
        # It may have died between keeping the article and saying so.
        if read and self._library and self._library.titles([read.id]):
            return read, True
        raise LibraryError(
            f"{offer.source} was not added, and nothing of it is kept: the process that adds ended "
            f"(exit {self._process.returncode}), as when memory runs out: try again or split it"
        )

    def _say(self, header: Json, data: bytes = b"") -> None:
        pipe = self._process.stdin
        with suppress(OSError, ValueError):  # it has ended: that is seen when nothing is heard
            if pipe is not None:
                pipe.write(json.dumps({**header, "size": len(data)}).encode() + b"\n" + data)
                pipe.flush()

    def _hear(self) -> Json | None:
        """Return what is said next; None if nothing comes any more."""
        line = self._process.stdout.readline() if self._process.stdout else b""
        return dict(json.loads(line)) if line.endswith(b"\n") else None
