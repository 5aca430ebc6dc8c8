"""The process that adds: offers come in over its input, what becomes of them goes out.

It steps back for the process that asked, and ends with it at once, in the middle of a text too:
what is not committed then was never there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from io import BufferedReader, FileIO
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread

from index.apart.adding import Offer, Read, add_here
from index.embed.embedder import Embedder, load_embedder
from index.errors import InputError, LibraryError
from index.library import Library
from index.progress import Stage
from index.types import Json

NICE = 10
"""How far the process steps back where it can (POSIX): of a core both want, it gets a tenth."""

PULSE_SECONDS = 0.5
"""How often it is told at least that the work goes on."""


def main(load: Callable[[str], Embedder] = load_embedder) -> None:
    """Answer one offer after another until the input ends. ``load``: the embedder by its name."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    answers = FileIO(os.dup(1), "w")
    # What a library may print must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    line = _Line(BufferedReader(FileIO(os.dup(0), "r")), answers)
    while True:
        _answer(line, load)


def _answer(line: _Line, load: Callable[[str], Embedder]) -> None:
    asked, data = line.hear()
    offer = Offer(
        asked["source"],
        Path(os.fsdecode(data)) if asked["file"] else None,
        "" if asked["file"] else data.decode(errors="surrogatepass"),
        asked["title"],
    )
    with ExitStack() as opened:

        def admit(read: Read) -> Library | None:
            line.say(read=asdict(read))
            address = line.hear()[0]["library"]
            if address is None:
                return None
            library = Library.open(address, embedder=load(asked["embedder"]), create=False)
            return opened.enter_context(library)

        try:
            with line.pulse():
                _, new = add_here(offer, admit, line.step)
        except InputError as error:
            line.say(refused=str(error))
        except LibraryError as error:
            line.say(failed=str(error))
        else:
            line.say(added=new)


class _Line:
    """What is said to the process that asks, and heard from it."""

    def __init__(self, requests: BufferedReader, answers: FileIO) -> None:
        self._requests = requests
        self._answers = answers
        self._heard: SimpleQueue[tuple[Json, bytes]] = SimpleQueue()
        self._saying = Lock()
        self._last: Json = {}
        self._busy = Event()
        Thread(target=self._listen, daemon=True).start()
        Thread(target=self._beat, daemon=True).start()

    def hear(self) -> tuple[Json, bytes]:
        """Return what is said next, and the bytes that come with it."""
        return self._heard.get()

    def say(self, **said: object) -> None:
        """Say one thing."""
        left = memoryview(json.dumps(said).encode() + b"\n")
        with self._saying:
            while left:
                left = left[self._answers.write(left) or 0 :]

    def step(self, stage: Stage, done: int, total: int) -> None:
        """Be the progress."""
        self._last = {"step": [stage, done, total]}
        self.say(**self._last)

    @contextmanager
    def pulse(self) -> Iterator[None]:
        """Say the last step again meanwhile, now and then."""
        self._busy.set()
        try:
            yield
        finally:
            self._busy.clear()

    def _listen(self) -> None:
        """Take in all that is said; who hears the end while another thread works has to go."""
        while header := self._requests.readline():
            asked = json.loads(header)
            self._heard.put((asked, self._requests.read(asked["size"])))
        os._exit(0)

    def _beat(self) -> None:
        while self._busy.wait():
            time.sleep(PULSE_SECONDS)
            if self._busy.is_set() and self._last:
                self.say(**self._last)
