"""The queue of a library in PostgreSQL, as those use it who put files there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from index.backends.postgres.connections import Connections
from index.backends.postgres.queue.taking import Taking, channel_of, presence_of
from index.backends.queue import Sent, State, Status, Ticket
from index.progress import Stage

if TYPE_CHECKING:
    from index.backends.queue import Queue

KEPT = "1 hour"
"""How long is known what came of a file: its source, its article, or why it was refused."""

_WORKERS = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND mode = 'ShareLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32) | objid::bigint = hashtextextended(%s, 0)
"""

_PUT = """
INSERT INTO queue (source, content, sha256, made_of, pasted, title, limits)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (made_of) WHERE content IS NOT NULL DO UPDATE SET wanted = queue.wanted + 1
RETURNING id, wanted > 1
"""

_STATUS = """
SELECT state, stage, reached, total, article_id, fresh, unread, reason,
       (SELECT count(*) FROM queue e
        WHERE e.id < q.id AND e.state = 'waiting' AND e.content IS NOT NULL)
FROM queue q WHERE id = %s
"""


class PostgresQueue:
    """A ``Queue``."""

    def __init__(self, at: Connections) -> None:
        self._at = at

    def workers(self) -> int:
        """Return how many sessions hold the lock that says so: those of the dead hold none."""
        row = self._at.one(_WORKERS, (presence_of(self._at),))
        return int(row[0]) if row else 0

    def put(self, sent: Sent) -> Ticket:
        """Let a file wait, in one transaction with waking a worker."""
        limits = json.dumps(asdict(sent.limits))
        sha256 = hashlib.sha256(sent.data).digest()
        told = json.dumps([sent.source, sent.title, sent.pasted, limits]).encode()
        made_of = hashlib.sha256(sha256 + told).digest()
        values = (sent.source, sent.data, sha256, made_of, sent.pasted, sent.title, limits)
        with self._at.connection() as connection, self._at.guard():
            with connection.transaction():
                connection.execute(f"DELETE FROM queue WHERE ended < now() - interval '{KEPT}'")
                row = connection.execute(_PUT, values).fetchone()
                connection.execute("SELECT pg_notify(%s, '')", (channel_of(self._at),))
        assert row is not None
        return Ticket(int(row[0]), bool(row[1]))

    def status(self, ticket: Ticket) -> Status | None:
        """Return how far a file is; None if there is no row of it any more."""
        row = self._at.one(_STATUS, (ticket.id,))
        if row is None:
            return None
        state, stage, done, total, article_id, new, unread, reason, before = row
        with self._at.guard():
            return Status(
                State(state), Stage(stage), done, total, before, article_id, new, unread, reason
            )

    def withdraw(self, tickets: Collection[Ticket]) -> None:
        """Take out those that wait, unless somebody else wants them."""
        ids = [ticket.id for ticket in tickets]
        with self._at.connection() as connection, self._at.guard():
            with connection.transaction():
                connection.execute(
                    "UPDATE queue SET wanted = wanted - 1 WHERE id = ANY(%s)", (ids,)
                )
                connection.execute(
                    "DELETE FROM queue WHERE id = ANY(%s) AND wanted <= 0 AND state = 'waiting'",
                    (ids,),
                )

    @contextmanager
    def working(self, *, seen: bool = True) -> Iterator[Taking]:
        """Take files meanwhile, over a connection of its own."""
        with self._at.connect() as connection:
            taking = Taking(self._at, connection)
            taking.begin(seen=seen)
            yield taking


if TYPE_CHECKING:

    def _is_queue(queue: PostgresQueue) -> Queue:
        return queue
