"""Whose language is spoken: the one that a browser asks for, or the same to everybody."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.speaking.choice import of_browser
from index.speaking.words import speaking


class Spoken:
    """ASGI middleware: while a request is answered, its language is spoken."""

    def __init__(self, app: ASGIApp, *, language: str | None = None) -> None:
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is handed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-language", "")
        with speaking(self._language or of_browser(accepted)):
            await self._app(scope, receive, send)
