"""Who is at the page. A visit is found by the session of its page, and after a reload by a secret
that the page keeps for its tab."""

from __future__ import annotations

from threading import RLock, Timer

from index.library import Library
from ui.page.visits.visit import Visit

KEPT_SECONDS = 15 * 60
"""How long a visit is kept after its page was closed, so that a reload finds it."""

MAX_VISITS = 500
"""How many are kept at a time; then the oldest goes, one whose page is closed first."""


class Visitors:
    """The visits to one page. Sessions are Gradio's; only what a session names is its own."""

    def __init__(self, shared: Library, kept_seconds: float = KEPT_SECONDS) -> None:
        self._shared = shared
        self._kept_seconds = kept_seconds
        self._visits: dict[str, Visit] = {}
        self._sessions: dict[str, Visit] = {}
        self._guard = RLock()

    def of(self, session: str | None, secret: str = "") -> Visit:
        """Return the visit of a session, or the one that knows the secret, or a new one.

        A call without a session gets a visit of its own that nobody can come back to.
        """
        with self._guard:
            known = self._sessions.get(session or "") or self._visits.get(secret)
            visit = known or Visit(self._shared)
            if session:
                self._sessions[session] = self._visits[visit.secret] = visit
                self._limit()
            return visit

    def leave(self, session: str | None) -> None:
        """Note that a page was closed; the visit ends later, unless the page comes back."""
        with self._guard:
            visit = self._sessions.pop(session or "", None)
            if visit and not self._is_open(visit):
                timer = Timer(self._kept_seconds, self._end, [visit])
                timer.daemon = True
                timer.start()

    def close(self) -> None:
        """End every visit."""
        with self._guard:
            self._sessions.clear()
            for visit in list(self._visits.values()):
                self._end(visit)

    def _is_open(self, visit: Visit) -> bool:
        return any(each is visit for each in self._sessions.values())

    def _end(self, visit: Visit) -> None:
        with self._guard:
            if self._is_open(visit):
                return
            self._visits.pop(visit.secret, None)
        visit.end()

    def _limit(self) -> None:
        if len(self._visits) <= MAX_VISITS:
            return
        oldest = min(self._visits.values(), key=self._is_open)  # the first of the closed ones
        for session in [s for s, visit in self._sessions.items() if visit is oldest]:
            del self._sessions[session]
        self._end(oldest)
