"""The cookie by which a browser finds again what it keeps."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Scope

from ui.keeping.owner import COOKIE, COOKIE_SECONDS, new_key, owner_of


def cookie_for(scope: Scope) -> str:
    """Return the header that gives an opened page its key, or renews the one that it has.

    No script reads it, and other sites' pages do not make a browser send it.
    """
    known = Request(scope).cookies.get(COOKIE)
    key = known if owner_of(known) else new_key()
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f"{COOKIE}={key}; Max-Age={COOKIE_SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}"
