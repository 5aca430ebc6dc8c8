"""How much may be sent: counted while it comes in, before it is parsed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.limits import DEFAULT_LIMITS

UPLOAD = "/gradio_api/upload"

UPLOAD_BYTES = 4 * DEFAULT_LIMITS.file_bytes
"""How much one request may upload; each of its files is limited by itself."""

WAITING_BYTES = 20 * DEFAULT_LIMITS.file_bytes
"""How much may lie on the disk that was uploaded and not taken in yet."""

BODY_BYTES = 8_000_000
"""How much any other request may send. What is longer is added as a file."""

LOGIN_BYTES = 10_000
"""How much a login may send: it is all that is read of somebody who has not logged in."""

HELD_BYTES = 16 * BODY_BYTES
"""How much all other requests together may hold in memory."""


class _TooMuch(Exception):
    pass


class Bounded:
    """ASGI middleware: 413 for a request that sends too much, 503 while all of them do."""

    def __init__(self, app: ASGIApp, *, uploads: Path) -> None:
        self._app = app
        self._uploads = uploads
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is handed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"] == UPLOAD
        limit = _limit(scope["path"])
        refused = self._refuse(Headers(scope=scope), limit, is_upload)
        if refused:
            await refused(scope, receive, send)
            return
        body = _Body(receive, send, limit, lambda more: self._take(more, is_upload))
        try:
            await self._app(scope, body.receive, body.send)
        except _TooMuch:
            pass
        finally:
            if not is_upload:
                self._held -= body.counted
        if body.refused and not body.answered:
            await body.refused(scope, receive, send)

    def _refuse(self, headers: Headers, limit: int, is_upload: bool) -> PlainTextResponse | None:
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told) > limit:
            return _too_much(limit)
        if is_upload and _size(self._uploads) > WAITING_BYTES:
            return _BUSY
        return None

    def _take(self, more: int, is_upload: bool) -> PlainTextResponse | None:
        if not is_upload:
            self._held += more
            if self._held > HELD_BYTES:
                return _BUSY
        return None


class _Body:
    """A request's body as it comes in, and its answer, which a refusal takes the place of."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        limit: int,
        take: Callable[[int], PlainTextResponse | None],
    ) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._take = take
        self.counted = 0
        self.answered = False
        self.refused: PlainTextResponse | None = None

    async def receive(self) -> Message:
        if self.refused:
            raise _TooMuch
        message = await self._receive()
        if message["type"] == "http.request":
            more = len(message.get("body", b""))
            self.counted += more
            full = self._take(more)
            self.refused = full or (_too_much(self._limit) if self.counted > self._limit else None)
            if self.refused:
                raise _TooMuch
        return message

    async def send(self, message: Message) -> None:
        if self.refused and not self.answered:
            return  # what the application makes of a body that was cut off
        self.answered = True
        await self._send(message)


_BUSY = PlainTextResponse("too much is being sent at the moment: try again", status_code=503)


def _limit(path: str) -> int:
    if path.rstrip("/") == "/login":
        return LOGIN_BYTES
    return UPLOAD_BYTES if path == UPLOAD else BODY_BYTES


def _too_much(limit: int) -> PlainTextResponse:
    return PlainTextResponse(f"at most {limit:,} bytes can be sent at a time", status_code=413)


def _size(folder: Path) -> int:
    found = 0
    for where, _, names in os.walk(folder):  # folders may go meanwhile
        for name in names:
            with suppress(OSError):  # it is taken in meanwhile
                found += Path(where, name).lstat().st_size
    return found
