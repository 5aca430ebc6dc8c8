"""What visitors add, one thing after the other, while they go on: what waits, what becomes of it.

Nothing of it hangs on the page that asked for it: a reload breaks nothing off.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

from index.errors import InputError, LibraryError
from index.progress import Progress, Stage
from index.speaking.words import N_

MAX_WAITING = 1_000
"""How many things may wait, of all visitors together."""

MAX_TEXTS = 32
"""How many of them may be pasted texts, which wait in memory."""

AWAITED_SECONDS = 10.0
"""How long the rest of a batch is waited for; what comes later is added as well."""

BUSY = N_("too much is being added at the moment: try again in a minute")
TOO_LONG = N_("the text has over {most} characters: save it as a file and add that")
UNFORESEEN = N_("something went wrong with it: try again, or add it in another format")


class State(StrEnum):
    """What has become of something that is added."""

    WAITING = "waiting"
    GOING = "going"
    ADDED = "added"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: the article, whether it is new, and what is to be said beside.

    ``stays`` says where it is kept, ``unread`` what of the file could not be read; "" for nothing.
    """

    id: str
    title: str
    new: bool
    stays: str = ""
    unread: str = ""


def over(progress: Progress) -> Done:
    """Add nothing: it is over. Raises ``InputError``."""
    raise InputError("it was added, or refused, before")


@dataclass(eq=False)
class Job:
    """One thing that is added. ``name`` is what its visitor calls it, ``made_of`` tells what it is.

    ``work`` does it; ``in_memory``: its text waits there; ``file`` is deleted in the end, with its
    folder. ``reason`` says why it is not added.
    """

    name: str
    work: Callable[[Progress], Done]
    made_of: str = ""
    in_memory: bool = False
    file: Path | None = None
    state: State = State.WAITING
    stage: Stage = Stage.READING
    amount: tuple[int, int] = (0, 0)
    begun: float = 0.0
    done: Done | None = None
    reason: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it is in, or is not going to be."""
        return self.state not in {State.WAITING, State.GOING}

    def refuse(self, reason: str) -> None:
        """Say why it is not added."""
        self.state, self.reason = State.REFUSED, reason

    def close(self) -> None:
        """Hold nothing of what it was made of any longer."""
        self.work = over
        if self.file:
            self.file.unlink(missing_ok=True)
            with suppress(OSError):
                self.file.parent.rmdir()


@dataclass(eq=False)
class Adding:
    """What one visitor adds, from one batch to the next. ``revision`` counts whatever happens.

    ``batch`` is what the page calls the files that were dropped together, ``size`` how many they
    are, and ``taken`` when the last one came. ``watchers`` says of each page's session which
    handler follows this last.
    """

    jobs: list[Job] = field(default_factory=list)
    batch: str = ""
    size: int = 0
    runs: int = 0
    revision: int = 0
    taken: float = 0.0
    watchers: dict[str, object] = field(default_factory=dict)

    @property
    def is_going(self) -> bool:
        """Whether something waits or is being added."""
        return not all(job.is_over for job in self.jobs)

    @property
    def is_awaited(self) -> bool:
        """Whether more of the batch may be on its way."""
        return len(self.jobs) < self.size and monotonic() - self.taken < AWAITED_SECONDS

    @property
    def over(self) -> int:
        """How many are in, or are not going to be."""
        return sum(job.is_over for job in self.jobs)

    def take(self, job: Job, batch: str, size: int = 1) -> None:
        """Take one thing more; the first of a new batch takes the place of what is over."""
        if batch != self.batch or not self.jobs:
            before = [] if not self.is_going else self.jobs
            self.jobs, self.size = [*before], len(before) + size
            self.batch, self.runs = batch, self.runs + 1
        if len(self.jobs) > MAX_WAITING:
            self.jobs = [each for each in self.jobs if not each.is_over]
        self.jobs.append(job)
        self.taken = monotonic()
        self.revision += 1

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the articles that came of them."""
        return frozenset(job.done.id for job in self.jobs if job.done)

    def find(self, made_of: str) -> Job | None:
        """Return what was made of something, the newest first."""
        return next((job for job in reversed(self.jobs) if job.made_of == made_of), None)


class Line:
    """Where the things of all visitors wait for a thread, which takes one of each in turn."""

    def __init__(self, at_once: Callable[[], int] = lambda: 1) -> None:
        """``at_once``: how many may be added at the same time, as it is now."""
        self._waiting: dict[Adding, deque[Job]] = {}
        self._guard = Lock()
        self._at_once = at_once
        self._threads = 0

    def put(self, adding: Adding, job: Job) -> None:
        """Let something wait that ``adding`` has taken, or refuse it where too much waits."""
        most = self._at_once()
        with self._guard:
            waiting = [each for line in self._waiting.values() for each in line]
            texts = sum(each.in_memory for each in waiting)
            if len(waiting) >= MAX_WAITING or (job.in_memory and texts >= MAX_TEXTS):
                job.refuse(BUSY)
                job.close()
                adding.revision += 1
                return
            self._waiting.setdefault(adding, deque()).append(job)
            if self._threads < max(1, most):
                self._threads += 1
                Thread(target=self._work, daemon=True, name="adding").start()

    def _work(self) -> None:
        while following := self._next():
            _do(*following)

    def _next(self) -> tuple[Adding, Job] | None:
        with self._guard:
            adding = next(iter(self._waiting), None)
            if adding is None:
                self._threads -= 1
                return None
            line = self._waiting.pop(adding)
            job = line.popleft()
            if line:
                self._waiting[adding] = line  # behind those of all others
            return adding, job


def _do(adding: Adding, job: Job) -> None:
    def step(stage: Stage, done: int, total: int) -> None:
        job.stage, job.amount = stage, (done, total)
        adding.revision += 1

    job.state, job.begun = State.GOING, monotonic()
    adding.revision += 1
    try:
        job.done = job.work(step)
        job.state = State.ADDED if job.done.new else State.KNOWN
    except (InputError, LibraryError) as error:
        job.refuse(str(error))
    except Exception:  # whatever it is: the others go on
        logging.getLogger(__name__).exception("adding failed")
        job.refuse(UNFORESEEN)
    job.close()
    adding.revision += 1
