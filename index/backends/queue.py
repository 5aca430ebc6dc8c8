"""``Queue``: where files wait for workers, in a library that has such a place."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from index.errors import LibraryError
from index.limits import DEFAULT_LIMITS, Limits
from index.progress import Stage


class Withdrawn(LibraryError):
    """What is being added is not wanted any more, or another worker has it."""


class State(StrEnum):
    """What has become of a file in the queue."""

    WAITING = "waiting"
    GOING = "going"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sent:
    """What is put there: a file read from ``source``, or a ``pasted`` text in UTF-8."""

    source: str
    data: bytes
    limits: Limits = DEFAULT_LIMITS
    pasted: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What finds it again. ``joined``: somebody else had put the same, which is done once."""

    id: int
    joined: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has taken, for the ``attempt``-th time (1-based)."""

    id: int
    attempt: int
    sent: Sent


@dataclass(frozen=True, slots=True)
class Status:
    """How far a file is, or what came of it.

    ``before`` are those that were put there earlier and still wait, ``new`` tells whether its
    article was not there before, ``unread`` what of the file could not be read, and ``reason`` why
    it is not added.
    """

    state: State
    stage: Stage
    done: int
    total: int
    before: int
    article_id: str
    new: bool
    unread: str
    reason: str


class Working(Protocol):
    """One who takes files from the queue. If its process dies, others take what it had at once.

    Everything raises ``LibraryError`` where the database cannot be reached.
    """

    def take(self) -> Task | None:
        """Take what a worker left that died, else the oldest that waits; None if nothing does.

        Of one source, and of the same bytes, one is taken at a time, in their order.
        """

    def step(self, task: Task, stage: Stage, done: int, total: int) -> None:
        """Tell how far it is.

        Raises:
            Withdrawn: it is not this worker's any more.
        """

    def reached(self, task: Task, article_id: str, *, known: bool) -> bool:
        """Note which article it is; return whether that was ``known`` at the first attempt.

        Raises:
            Withdrawn: it is not this worker's any more.
        """

    def finish(self, task: Task, *, new: bool, unread: str) -> None:
        """It is in: its bytes are deleted."""

    def refuse(self, task: Task, reason: str) -> None:
        """It is not taken in, and not tried again: its bytes are deleted."""

    def give_back(self, task: Task, failed: str = "") -> None:
        """Let others have it; what ``failed`` too often is refused."""

    def wait(self, seconds: float) -> None:
        """Wait until something may be there to take, or so long."""


class Queue(Protocol):
    """Where files wait. Everything raises ``LibraryError`` where it cannot be reached."""

    def workers(self) -> int:
        """Return how many workers there are, in whatever process and on whatever machine."""

    def put(self, sent: Sent) -> Ticket:
        """Let a file wait. What waits already, or is being added, is not put there twice."""

    def status(self, ticket: Ticket) -> Status | None:
        """Return how far a file is; None if it was taken out, or was done long ago."""

    def withdraw(self, tickets: Collection[Ticket]) -> None:
        """Take out those that nobody has begun with, if nobody else wants them."""

    def working(self, *, seen: bool = True) -> AbstractContextManager[Working]:
        """Take files meanwhile; if ``seen``, others know that there is a worker."""
