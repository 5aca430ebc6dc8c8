"""Visits as rows beside the articles of a library, so that any process serves any visitor.

What a visitor adds is a library of its own in the same database: a schema that no question of
anybody else reaches, and that is dropped when the visit is over. What is said in such a visit is
kept in that schema too, and goes with it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from index.backends.beside import Beside, Link
from index.errors import LibraryError
from index.library import Library
from ui.page.visits.joined_library import JoinedLibrary
from ui.page.visits.places import MAX_ORIGINALS, Place
from ui.page.visits.visit import Visit
from ui.page.visits.written import (
    Mark,
    is_blank,
    mark_of,
    read_into,
    state_json,
    talk_json,
    talks_of,
)

MOST = 5_000
"""How many visits are kept in one library; what is said in others stays with their process."""

TALKS = "visit_talks"

_LOG = logging.getLogger("pullquote.visits")

_LATER = "now() + make_interval(secs => ?)"


@dataclass(frozen=True, slots=True)
class _Known:
    """What this process knows to be written of a visit."""

    revision: int = 0
    state: str = ""
    talks: Mapping[str, Mark] = field(default_factory=dict)
    pages: frozenset[str] = frozenset()


def _known_of(visit: Visit, revision: int) -> _Known:
    marks = {id_: mark_of(talk) for id_, talk in talks_of(visit).items()}
    return _Known(revision, state_json(visit), marks, frozenset(visit.pages))


class InRows:
    """A ``Place`` in the database of a library. The clock is the database's."""

    lasting = True

    def __init__(self, beside: Beside, kept_seconds: float) -> None:
        """``kept_seconds``: how long a visit is kept once no process renews it."""
        self._beside = beside
        self._kept_seconds = kept_seconds
        self._known: WeakKeyDictionary[Visit, _Known] = WeakKeyDictionary()

    def own(self, visit: Visit, shared: Library) -> JoinedLibrary:
        """Make the library of what a visitor adds. From its first moment it has an end."""
        with self._beside.changing() as link:
            link.execute(
                f"INSERT INTO visits (id, revision, state, expires) VALUES (?, 0, '{{}}', {_LATER})"
                " ON CONFLICT (id) DO NOTHING",
                (visit.id, self._kept_seconds),
            )
        own = self._opened(visit.id, shared, create=True)
        own.keep_at_most(MAX_ORIGINALS)
        return own

    def _opened(self, id_: str, shared: Library, *, create: bool) -> JoinedLibrary:
        own = JoinedLibrary(self._beside.apart(id_, create=create), shared.embedder)
        own.shared = shared
        return own

    def find(self, page: str, id_: str) -> str:
        """Return the id of the visit that a page shows, or ``id_`` if that is kept; else ""."""
        with self._beside.reading() as link:
            found = link.execute(
                "SELECT v.id FROM visits v LEFT JOIN visit_sessions s ON s.visit = v.id"
                " WHERE (s.session = ? OR v.id = ?) AND v.expires > now() LIMIT 1",
                (page, id_),
            ).fetchone()
        return str(found[0]) if found else ""

    def take_up(self, visit: Visit, shared: Library) -> bool:
        """Bring a visit to the state in which it is kept; False if it is kept no longer."""
        with visit.keeping:
            known = self._known.get(visit)
            if known is None and visit.secret:
                return True  # nobody has kept it yet
            with self._beside.reading() as link:
                row = link.execute(
                    "SELECT revision, state FROM visits WHERE id = ?", (visit.id,)
                ).fetchone()
                if row is None or (known and known.revision == row[0]):
                    return row is not None
                talks = self._talks(link, visit.id)
            if visit.own is None and talks.has_own:
                visit.own = self._opened(visit.id, shared, create=False)
            try:
                read_into(visit, json.loads(row[1]), talks.bodies)
            except (KeyError, TypeError, ValueError):
                _LOG.warning("a visit cannot be read, and begins anew")
            self._known[visit] = _known_of(visit, row[0])
            return True

    def _talks(self, link: Link, id_: str) -> _Talks:
        read = f"SELECT id, body FROM {TALKS} WHERE visit = ?"
        bodies = dict(link.execute(read, (id_,)).fetchall())
        has_own = id_ in self._beside.each_apart(link)
        if has_own:
            table = self._beside.table_apart(id_, TALKS)
            bodies |= dict(link.execute(read.replace(TALKS, table), (id_,)).fetchall())
        return _Talks(bodies, has_own)

    def keep(self, visit: Visit) -> None:
        """Keep a visit as it is now; nothing, where another process has kept it since."""
        with visit.keeping:
            known = self._known.get(visit) or _Known()
            now = _known_of(visit, known.revision)
            if now == known or (not known.revision and is_blank(visit)):
                return
            try:
                with self._beside.changing() as link:
                    kept = self._write(link, visit, known, now)
            except LibraryError:
                _LOG.warning("a visit could not be kept", exc_info=True)
                return  # it is tried again with whatever happens next
            if kept:
                self._known[visit] = replace(now, revision=known.revision + 1)

    def _write(self, link: Link, visit: Visit, known: _Known, now: _Known) -> bool:
        if not self._raise(link, visit.id, now):
            return False
        talks = talks_of(visit)
        bodies = [
            (visit.id, id_, talk_json(talk, visit))
            for id_, talk in talks.items()
            if id_ not in now.talks or known.talks.get(id_) != now.talks[id_]
        ]
        table = self._beside.table_apart(visit.id, TALKS) if visit.own else TALKS
        link.executemany(
            f"INSERT INTO {table} (visit, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (visit, id) DO UPDATE SET body = excluded.body",
            bodies,
        )
        for each in {table, TALKS}:
            gone = f"DELETE FROM {each} WHERE visit = ? AND id <> ALL (?)"
            link.execute(gone, (visit.id, list(talks)))
        link.executemany(
            "INSERT INTO visit_sessions (session, visit) VALUES (?, ?)"
            " ON CONFLICT (session) DO UPDATE SET visit = excluded.visit",
            [(page, visit.id) for page in now.pages - known.pages],
        )
        return True

    def _raise(self, link: Link, id_: str, now: _Known) -> bool:
        """Write the row of a visit; False if another process has, or there are too many."""
        told = (now.state, self._kept_seconds, id_)
        done = link.execute(
            f"UPDATE visits SET state = ?, expires = {_LATER}, revision = revision + 1"
            " WHERE id = ? AND revision = ?",
            (*told, now.revision),
        )
        if done.rowcount or now.revision:
            return bool(done.rowcount)
        made = link.execute(
            f"INSERT INTO visits (state, expires, id, revision) SELECT ?, {_LATER}, ?, 1"
            " WHERE (SELECT count(*) FROM visits) < ? ON CONFLICT (id) DO NOTHING",
            (*told, MOST),
        )
        return bool(made.rowcount)

    def renew(self, visits: Collection[str]) -> None:
        """Keep the visits of these ids for longer, and sweep away what nobody has renewed."""
        if visits:
            with self._beside.changing() as link:
                link.execute(
                    f"UPDATE visits SET expires = {_LATER} WHERE id = ANY (?)",
                    (self._kept_seconds, list(visits)),
                )
        while self._sweep_one():
            pass

    def _sweep_one(self) -> bool:
        """Delete a visit that is over, all of it in one step; False if there is none.

        One process does so at a time. A library whose visit is not there was left by a process that
        was killed at the wrong moment.
        """
        with self._beside.sweeping("sweep visits") as link:
            if link is None:
                return False
            row = link.execute(
                "DELETE FROM visits WHERE id = (SELECT id FROM visits WHERE expires < now()"
                " ORDER BY expires LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
            ).fetchone()
            apart = self._beside.each_apart(link)
            known = {id_ for (id_,) in link.execute("SELECT id FROM visits").fetchall()}
            over = row[0] if row else next((id_ for id_ in apart if id_ not in known), None)
            if over is None:
                return False
            link.execute(f"DELETE FROM {TALKS} WHERE visit = ?", (over,))
            self._beside.drop_apart(link, over)
        return True

    def let_go(self, visit: Visit) -> None:
        """Forget what is known of a visit. Its rows are there until they are over."""
        self._known.pop(visit, None)


@dataclass(frozen=True, slots=True)
class _Talks:
    """The conversations that are written of a visit, and whether it has a library of its own."""

    bodies: dict[str, str]
    has_own: bool


if TYPE_CHECKING:

    def _is_place(place: InRows) -> Place:
        return place
