"""Taking files from the queue. Whose a file is, a lock of the worker's session says.

The lock goes with the connection, so what a worker had that was killed is free at once, without
clocks or leases. And it is no transaction: one that is open for minutes would keep the server
from cleaning up anything that was deleted meanwhile, in all of its tables.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from psycopg import Connection

from index.backends.postgres.connections import Connections
from index.backends.queue import Sent, State, Task, Withdrawn
from index.limits import Limits
from index.progress import Stage

if TYPE_CHECKING:
    from index.backends.queue import Working

MOST_DEATHS = 2
"""What so many workers died over is given up, so that it does not end all of them."""

MOST_FAILURES = 3
"""What could not be written so often is given up."""

_ALIVE = {"tcp_keepalives_idle": "20", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "4"}
"""How soon the server notices that a worker's machine is gone: in 40 seconds, not two hours."""

_TASK = "id, attempt, source, content, limits, pasted, title"

_NEXT = """
SELECT id FROM queue q
WHERE content IS NOT NULL AND state = 'waiting' AND NOT EXISTS (
    SELECT FROM queue e WHERE e.content IS NOT NULL AND e.id < q.id
    AND (e.sha256 = q.sha256 OR (e.source = q.source AND NOT q.pasted)))
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""

_FRESH = "state = 'going', attempt = attempt + 1, stage = 'reading', reached = 0, total = 0"

_LEFT = (
    f"UPDATE queue SET {_FRESH}, deaths = deaths + 1"
    f" WHERE id = %s AND attempt = %s AND state = 'going' RETURNING deaths, {_TASK}"
)

_MINE = "WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'going' RETURNING known"

_GIVE_BACK = (
    f"UPDATE queue SET state = 'waiting', stage = 'queued', failures = %(failures)s {_MINE}"
)

_END = (
    "UPDATE queue SET state = %(state)s, content = NULL, title = NULL, ended = now(),"
    f" fresh = %(new)s, unread = %(unread)s, reason = %(reason)s {_MINE}"
)


def presence_of(at: Connections) -> str:
    """Return the name of the lock that every worker of a library shares."""
    return f"pullquote work {at.at.library}"


def channel_of(at: Connections) -> str:
    """Return where workers are told that there is something to take."""
    return f"pullquote_{at.at.library}"


class Taking:
    """A ``Working``. ``connection`` is its own, and nobody else's."""

    def __init__(self, at: Connections, connection: Connection) -> None:
        self._at = at
        self._connection = connection

    def begin(self, *, seen: bool) -> None:
        """Make ready; if ``seen``, be counted and be woken."""
        with self._at.guard(decoding=False):
            self._at.configure(self._connection)
            for name, value in _ALIVE.items():
                self._one("SELECT set_config(%s, %s, false)", (name, value))
            if seen:
                self._connection.execute(f"LISTEN {channel_of(self._at)}")
                lock = "SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))"
                self._one(lock, (presence_of(self._at),))

    def take(self) -> Task | None:
        """Take what a worker left that died, else the oldest that waits."""
        with self._at.guard(decoding=False):
            return self._take_left() or self._take_waiting()

    def step(self, task: Task, stage: Stage, done: int, total: int) -> None:
        """Tell how far it is."""
        self._change(
            task,
            f"UPDATE queue SET stage = %(stage)s, reached = %(done)s, total = %(total)s {_MINE}",
            stage=str(stage),
            done=done,
            total=total,
        )

    def reached(self, task: Task, article_id: str, *, known: bool) -> bool:
        """Note which article it is.

        A worker may die between storing an article and saying so: who takes the file then would
        find it there, and say that it was there before.
        """
        row = self._change(
            task,
            "UPDATE queue SET article_id = %(article_id)s, known = COALESCE(known, %(known)s)"
            f" {_MINE}",
            article_id=article_id,
            known=known,
        )
        return bool(row[0])

    def finish(self, task: Task, *, new: bool, unread: str) -> None:
        """It is in: its bytes are deleted."""
        self._end(task, State.DONE, new=new, unread=unread)

    def refuse(self, task: Task, reason: str) -> None:
        """It is not taken in: its bytes are deleted."""
        self._end(task, State.REFUSED, reason=reason)

    def give_back(self, task: Task, failed: str = "") -> None:
        """Let others have it; what failed too often is refused."""
        with self._at.guard(decoding=False):
            row = self._one("SELECT failures FROM queue WHERE id = %s", (task.id,))
        failures = (int(row[0]) if row else 0) + bool(failed)
        if failures >= MOST_FAILURES:
            self.refuse(task, failed)
            return
        try:
            self._change(task, _GIVE_BACK, failures=failures)
        except Withdrawn:
            pass  # nobody wants it
        finally:
            self._release(task.id)

    def wait(self, seconds: float) -> None:
        """Wait until something was put there or is over, or so long."""
        with self._at.guard(decoding=False):
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass

    def _take_left(self) -> Task | None:
        going = self._connection.execute(
            "SELECT id, attempt FROM queue WHERE content IS NOT NULL AND state = 'going' ORDER BY 1"
        )
        for id_, attempt in going.fetchall():
            if not self._lock(id_):
                continue  # who has it lives
            row = self._one(_LEFT, (id_, attempt))
            if row is None:
                self._release(id_)  # it was done just now
                continue
            deaths, *told = row
            task = _task(told)
            if deaths < MOST_DEATHS:
                return task
            self.refuse(
                task,
                f"{task.sent.source} was given up: {deaths} workers died over it, as when memory "
                "runs out: split it, or save it in another format",
            )
        return None

    def _take_waiting(self) -> Task | None:
        with self._connection.transaction():
            row = self._one(_NEXT)
            if row is None or not self._lock(row[0]):
                return None  # somebody looks just now whether its worker died
            taken = self._one(
                f"UPDATE queue SET {_FRESH} WHERE id = %s RETURNING {_TASK}", (row[0],)
            )
        return _task(taken)

    def _end(
        self, task: Task, state: State, *, new: bool = False, unread: str = "", reason: str = ""
    ) -> None:
        said = {"unread": _storable(unread), "reason": _storable(reason)}
        try:
            self._change(task, _END, state=str(state), new=new, **said)
        except Withdrawn:
            pass  # somebody took it out: what was added is there all the same
        finally:
            self._release(task.id)

    def _change(self, task: Task, statement: str, **values: object) -> tuple[Any, ...]:
        with self._at.guard(decoding=False):
            told = {"id": task.id, "attempt": task.attempt, **values}
            row: tuple[Any, ...] | None = self._one(statement, told)
        if row is None:
            raise Withdrawn(f"{task.sent.source} was taken out of the queue")
        return row

    def _lock(self, id_: int) -> bool:
        row = self._one("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (self._name(id_),))
        return bool(row and row[0])

    def _release(self, id_: int) -> None:
        """Let others have a file, and tell them to look: what waited for it may be next."""
        with self._at.guard(decoding=False):
            self._one("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (self._name(id_),))
            self._one("SELECT pg_notify(%s, '')", (channel_of(self._at),))

    def _name(self, id_: int) -> str:
        return f"pullquote file {self._at.at.library} {id_}"

    def _one(self, statement: str, values: Any = None) -> Any:
        return self._connection.execute(statement, values, binary=True).fetchone()


def _storable(said: str) -> str:
    return said.encode(errors="backslashreplace").decode().replace("\0", "\\0")


def _task(row: Any) -> Task:
    id_, attempt, source, content, limits, pasted, title = row
    sent = Sent(source, bytes(content), Limits(**json.loads(limits)), pasted, title)
    return Task(id_, attempt, sent)


if TYPE_CHECKING:

    def _is_working(taking: Taking) -> Working:
        return taking
