"""Who is at the page. A visit is found by the session of its page, and after a reload by a secret
that the page keeps for its tab."""

from __future__ import annotations

from functools import partial
from threading import RLock, Timer
from time import monotonic

from index.apart.adding import Add, add_here
from index.library import Library
from ui.page.visits.adding import Line
from ui.page.visits.apart import at_once
from ui.page.visits.visit import KeepIn, Visit

KEPT_SECONDS = 15 * 60
"""How long a visit is kept after its page was closed, so that a reload finds it."""

MAX_VISITS = 500
"""How many are kept at a time. Then one goes that holds nothing, else one whose page is closed, the
oldest first; where all are open and hold something, a new one is not kept."""

MAX_SESSIONS = 16
"""How many pages may show one visit, such as tabs that were copied; then the first is forgotten."""

IDLE_SECONDS = 6 * 3600
"""A page of which nothing was heard for so long counts as closed."""


class Visitors:
    """The visits to one page. Sessions are Gradio's; only what a session names is its own.

    What all of them add waits in ``line``.
    """

    def __init__(
        self,
        shared: Library,
        kept_seconds: float = KEPT_SECONDS,
        add: Add = add_here,
        keep_in: KeepIn | None = None,
    ) -> None:
        self.line = Line(partial(at_once, shared))
        self._shared = shared
        self._keep_in = keep_in
        self._add = add
        self._kept_seconds = kept_seconds
        self._visits: dict[str, Visit] = {}
        self._sessions: dict[str, Visit] = {}
        self._heard: dict[str, float] = {}
        self._guard = RLock()

    def of(self, session: str | None, secret: str = "") -> Visit:
        """Return the visit of a session, or the one that knows the secret, or a new one.

        A call without a session gets a visit of its own that nobody can come back to.
        """
        with self._guard:
            known = self._sessions.get(session or "") or self._visits.get(secret)
            visit = known or Visit(self._shared, self._add, self._keep_in)
            if session and (known or self._has_room()):
                self._sessions[session] = self._visits[visit.secret] = visit
                self._heard[visit.secret] = monotonic()
                of_it = [name for name, each in self._sessions.items() if each is visit]
                for name in of_it[:-MAX_SESSIONS]:
                    del self._sessions[name]
            return visit

    def leave(self, session: str | None) -> Visit | None:
        """Note that a page was closed; return its visit if no other page shows it.

        The visit ends later, unless the page comes back.
        """
        with self._guard:
            visit = self._sessions.pop(session or "", None)
            if visit is None or self._is_open(visit):
                return None
            timer = Timer(self._kept_seconds, self._end, [visit])
            timer.daemon = True
            timer.start()
            return visit

    def close(self) -> None:
        """End every visit."""
        with self._guard:
            for visit in list(self._visits.values()):
                self._forget(visit)
                visit.end()

    def _is_open(self, visit: Visit) -> bool:
        heard = self._heard.get(visit.secret, 0.0)
        awake = monotonic() - heard < IDLE_SECONDS
        return awake and any(each is visit for each in self._sessions.values())

    def _end(self, visit: Visit) -> None:
        with self._guard:
            if self._is_open(visit):
                return
            self._forget(visit)
        visit.end()

    def _forget(self, visit: Visit) -> None:
        self._visits.pop(visit.secret, None)
        self._heard.pop(visit.secret, None)
        for session in [s for s, each in self._sessions.items() if each is visit]:
            del self._sessions[session]

    def _has_room(self) -> bool:
        """Make room for one more visit. Sessions can be made up: they push out nothing that counts.

        Returns whether there is room.
        """
        if len(self._visits) < MAX_VISITS:
            return True
        goes = min(self._visits.values(), key=lambda v: (not v.is_empty, self._is_open(v)))
        if not goes.is_empty and self._is_open(goes):
            return False
        self._forget(goes)
        goes.end()
        return True
