"""Passwords cannot be tried fast: who was wrong a few times has to wait, and it is logged."""

from __future__ import annotations

import ipaddress
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FREE = 5
"""How often somebody may be wrong before there is anything to wait for."""

LONGEST = 60.0
"""Seconds: how long one has to wait at most. So long a failure is remembered, too, times ten."""

OVERALL = 30
"""How many wrong passwords of all sources together are taken in a minute. Beyond, only those wait
who were wrong themselves: others cannot lock anyone out."""

SOURCES = 10_000
"""How many sources are remembered; then the one that was wrong longest ago is forgotten."""

_LOG = logging.getLogger("pullquote.server")


@dataclass
class _Source:
    wrong: int = 0
    at: float = 0.0


class Logins:
    """ASGI middleware: a login is refused with 429 while its source has to wait."""

    def __init__(self, app: ASGIApp, *, clock: Callable[[], float] = monotonic) -> None:
        self._app = app
        self._clock = clock
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._wrong: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but a login is handed on."""
        login = scope["type"] == "http" and scope["method"] == "POST"
        if not login or scope["path"].rstrip("/") != "/login":
            await self._app(scope, receive, send)
            return
        source = source_of(scope)
        wait = self._wait(source)
        if wait > 0:
            refusal = PlainTextResponse(
                f"too many wrong passwords: try again in {wait:.0f} seconds",
                status_code=429,
                headers={"Retry-After": f"{wait:.0f}"},
            )
            await refusal(scope, receive, send)
            return
        # Counted as wrong until it is known to be right: many at once are not one try.
        self._note(source)

        async def judged(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._judge(source, message["status"])
            await send(message)

        await self._app(scope, receive, judged)

    def _wait(self, source: str) -> float:
        """Return how many seconds a source has to wait yet."""
        known = self._sources.get(source)
        if known is None:
            return 0.0
        now = self._clock()
        if now - known.at > 10 * LONGEST:
            del self._sources[source]
            return 0.0
        over = known.wrong - FREE
        recent = [at for at in self._wrong if now - at < 60]
        if over < 0 and len(recent) < OVERALL:
            return 0.0
        return known.at + min(LONGEST, 2.0 ** max(over, 0)) - now

    def _note(self, source: str) -> None:
        known = self._sources.setdefault(source, _Source())
        self._sources.move_to_end(source)
        known.wrong, known.at = known.wrong + 1, self._clock()
        self._wrong = [*self._wrong[-OVERALL:], known.at]
        if len(self._sources) > SOURCES:
            self._sources.popitem(last=False)

    def _judge(self, source: str, status: int) -> None:
        if status < 400:
            self._sources.pop(source, None)
            self._wrong = self._wrong[:-1]
        else:
            _LOG.warning("wrong password from %s", source)


def source_of(scope: Scope) -> str:
    """Return who asks: an address, of IPv6 its first 64 bits, which one user has for himself."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)
