"""What every response of the page carries, and whose requests are not answered."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.admission import refusal
from ui.server.entry import is_stranger
from ui.server.keys import cookie_for

# Gradio runs a page's scripts by Function(...), hence 'unsafe-eval'. No other host may be reached.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; media-src 'self' blob: data:; worker-src 'self' blob:; "
    "frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Closed:
    """ASGI middleware: the headers above; no answer to whom ``admission`` or ``entry`` keep out."""

    def __init__(self, app: ASGIApp, *, local_names_only: bool) -> None:
        self._app = app
        self._local_names_only = local_names_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is handed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if opens and message["status"] == 200:
                    headers.append("Set-Cookie", cookie_for(scope))
            await send(message)

        # Nothing but Gradio's own front server says where that one is, and there is none.
        scope["headers"] = [each for each in scope["headers"] if each[0] != b"x-gradio-server"]
        refused = refusal(scope, local_names_only=self._local_names_only)
        opens = not refused and scope["path"] == "/" and scope["method"] == "GET"
        if not refused and is_stranger(scope):
            refused = 401, "log in first"
        if refused:
            status, reason = refused
            await PlainTextResponse(reason, status_code=status)(scope, receive, send_closed)
        else:
            await self._app(scope, receive, send_closed)
