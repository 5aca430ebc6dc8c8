"""Who is at the page. A visit is found by the session of its page, and after a reload by a secret
that the page keeps for its tab; also one that another process has served, where visits are rows."""

from __future__ import annotations

import hashlib
import logging
from functools import partial
from threading import Event, RLock, Thread, Timer
from time import monotonic

from index.apart.adding import Add, add_here
from index.errors import LibraryError
from index.library import Library
from ui.page.visits.adding import Line
from ui.page.visits.apart import KeepIn, at_once
from ui.page.visits.places import InFolder, Place, id_of
from ui.page.visits.rows import InRows
from ui.page.visits.visit import Visit

KEPT_SECONDS = 15 * 60
"""How long a visit is kept after its page was closed, so that a reload finds it."""

MAX_VISITS = 500
"""How many are kept at a time. Then one goes that holds nothing, else one whose page is closed, the
oldest first; where all are open and hold something, a new one is not kept."""

MAX_SESSIONS = 16
"""How many pages may show one visit, such as tabs that were copied; then the first is forgotten."""

IDLE_SECONDS = 6 * 3600
"""A page of which nothing was heard for so long counts as closed."""

RENEW_SECONDS = 60.0
"""How often visits that are kept as rows are renewed, and those swept away that are over."""

_LOG = logging.getLogger("pullquote.visits")


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
        *,
        lasting: bool = False,
    ) -> None:
        """``lasting``: visits are kept as rows where the library is in a database."""
        self.line = Line(partial(at_once, shared))
        self._shared = shared
        self._keep_in = keep_in
        self._add = add
        self._kept_seconds = kept_seconds
        self._visits: dict[str, Visit] = {}
        self._sessions: dict[str, Visit] = {}
        self._heard: dict[str, float] = {}
        self._moved: set[str] = set()
        self._guard = RLock()
        self._closed = Event()
        beside = shared.beside if lasting else None
        self.place: Place = InRows(beside, kept_seconds + RENEW_SECONDS) if beside else InFolder()
        if self.place.lasting:
            Thread(target=self._look_after, daemon=True, name="visits").start()

    def of(self, session: str | None, secret: str = "", owner: str = "") -> Visit:
        """Return the visit of a session, or the one that knows the secret, or a new one.

        A call without a session gets a visit of its own that nobody can come back to. ``owner``:
        whose browser it is; where another process has served a session, it has to be the same.
        """
        page = _name_of(session, owner)
        known = self._current(session, secret) or self._kept(session, page, secret)
        with self._guard:
            visit = self._known(session, secret) or known or self._new()
            if session and (known or visit.id in self._visits or self._has_room()):
                self._sessions[session] = self._visits[visit.id] = visit
                self._heard[visit.id] = monotonic()
                visit.pages = [*(each for each in visit.pages if each != page), page]
                del visit.pages[:-MAX_SESSIONS]
                of_it = [name for name, each in self._sessions.items() if each is visit]
                for name in of_it[:-MAX_SESSIONS]:
                    del self._sessions[name]
            if secret and id_of(secret) == visit.id:
                visit.secret = secret
                self._moved.discard(session or "")  # the page is open here
            return visit

    def keep(self, session: str | None) -> None:
        """Keep what a session's visit has become, where others may go on with it."""
        with self._guard:
            visit = self._sessions.get(session or "")
        if visit is not None:
            self.place.keep(visit)

    def _known(self, session: str | None, secret: str) -> Visit | None:
        return self._sessions.get(session or "") or (
            self._visits.get(id_of(secret)) if secret else None
        )

    def _current(self, session: str | None, secret: str) -> Visit | None:
        """Return a visit that this process knows, as it is kept today; None if it is over."""
        with self._guard:
            visit = self._known(session, secret)
        if visit is None or not self.place.lasting or self._is_kept(visit):
            return visit
        with self._guard:
            self._forget(visit)
        visit.end()
        return None

    def _is_kept(self, visit: Visit) -> bool:
        try:
            return self.place.take_up(visit, self._shared)
        except LibraryError:
            _LOG.warning("visits cannot be read", exc_info=True)
            return True

    def _kept(self, session: str | None, page: str, secret: str) -> Visit | None:
        """Return a visit that another process has served; None if there is none."""
        if not session or not self.place.lasting:
            return None
        id_ = self.place.find(page, id_of(secret) if secret else "")
        if not id_:
            return None
        visit = Visit(self._shared, self._add, self._keep_in, self.place, id_)
        if not self.place.take_up(visit, self._shared):
            return None
        with self._guard:
            known = self._visits.get(id_)  # another page of it was faster
            if known is None and self._has_room():
                self._visits[id_] = visit
            self._moved.add(session)
        return known or visit

    def _new(self) -> Visit:
        return Visit(self._shared, self._add, self._keep_in, self.place)

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
        """End every visit; those that are rows only here."""
        self._closed.set()
        with self._guard:
            for visit in list(self._visits.values()):
                self._forget(visit)
                visit.end()

    def look_after(self) -> None:
        """Renew the visits whose pages are open here, and end what is over. See ``Place.renew``."""
        with self._guard:
            every = list(self._visits.values())
            opened = [visit.id for visit in every if self._is_open(visit)]
            over = [visit for visit in every if self._is_over(visit)]
        for visit in over:
            self._end(visit)
        self.place.renew(opened)

    def _look_after(self) -> None:
        while True:
            try:
                self.look_after()
            except LibraryError:
                _LOG.warning("visits cannot be renewed", exc_info=True)
            if self._closed.wait(RENEW_SECONDS):
                return

    def _is_open(self, visit: Visit) -> bool:
        silent = monotonic() - self._heard.get(visit.id, 0.0)
        pages = [name for name, each in self._sessions.items() if each is visit]
        # Nobody tells this process when a page is closed that another one opened.
        told = any(name not in self._moved for name in pages)
        return bool(pages) and silent < (IDLE_SECONDS if told else self._kept_seconds)

    def _is_over(self, visit: Visit) -> bool:
        silent = monotonic() - self._heard.get(visit.id, 0.0)
        return silent >= self._kept_seconds and not self._is_open(visit)

    def _end(self, visit: Visit) -> None:
        with self._guard:
            if self._is_open(visit):
                return
            self._forget(visit)
        visit.end()

    def _forget(self, visit: Visit) -> None:
        self._visits.pop(visit.id, None)
        self._heard.pop(visit.id, None)
        for session in [s for s, each in self._sessions.items() if each is visit]:
            del self._sessions[session]
            self._moved.discard(session)

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


def _name_of(session: str | None, owner: str) -> str:
    """Return by which name a page is kept that an owner has open."""
    told = f"{session or ''} {owner}".encode(errors="surrogatepass")
    return hashlib.sha256(told).hexdigest() if session else ""
