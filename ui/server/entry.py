"""Who is in: of anybody else nothing is read but the login; and the one way out."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from ui.server.admission import STATIC

_OPEN = re.compile(rf"{STATIC.pattern}|/|/login/?|/logout|/gradio_api/startup-events")
"""What the login page is made of. The last Gradio asks of itself when it starts."""

_ASK = """<!doctype html><html lang="en"><title>Log out</title>
<form method="post"><button>Log out of Pullquote</button></form></html>"""


def is_stranger(scope: Scope) -> bool:
    """Tell whether a request has to wait for a login: before anything of its body is read."""
    app = scope["app"]
    if app.auth is None or _OPEN.fullmatch(scope["path"]):
        return False
    cookies = Request(scope).cookies
    token = next((cookies[name] for name in _cookies(app) if cookies.get(name)), None)
    return token not in app.tokens


async def _log_out(request: Request) -> Response:
    """End this login and no other of the same user. It asks first, as a link may lead here."""
    if request.method != "POST":
        return HTMLResponse(_ASK)
    response = RedirectResponse("/", 303)
    for name in _cookies(request.app):
        request.app.tokens.pop(request.cookies.get(name), None)
        response.delete_cookie(name)
    return response


def _cookies(app: Any) -> tuple[str, str]:
    """Return the names of the cookies that Gradio looks at, in its order."""
    return f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}"


LOGOUT = Route("/logout", _log_out, methods=["GET", "POST"])
"""What takes the place of Gradio's, where any GET ends all logins of all who use the password."""
