"""Whose requests are answered, and for what: this site's own, on the routes that the page needs."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_STATIC = (
    r"/(?:assets|static|svelte)(?:/[\w.@+-]{1,200}){1,6}"
    r"|/(?:gradio_api/)?theme\.css|/favicon\.ico|/robots\.txt"
)
_PAGE = r"/|/config/?|/manifest\.json|/login/?|/logout"
_CALLS = (
    r"/gradio_api/(?:info/?|app_id/?|startup-events|login_check/?|user/?|token/?"
    r"|heartbeat/[^/]+|queue/(?:join|data)|cancel|reset/?|upload|upload_progress"
    r"|(?:run|api|call|call/v2)/[^/]+(?:/[^/]*)?|mcp(?:/.*)?)"
)
STATIC = re.compile(_STATIC)
KNOWN = re.compile(f"{_STATIC}|{_PAGE}|{_CALLS}")
"""All that is served. What Gradio offers beside it (files, other hosts' pages, streams, recordings,
statistics) is not there."""

_ADDRESSES = ("host", "x-forwarded-host")
"""What Gradio makes its own address of."""

_OTHERS = frozenset({"cross-site", "same-site"})


def refusal(scope: Scope, *, local_names_only: bool) -> tuple[int, str] | None:
    """Return status and reason of a refusal; None where the request may go on.

    A request with a foreign ``Origin`` or ``Sec-Fetch-Site`` is made by another site's page. It may
    have what is the same for everybody, and open the page by a link. A foreign ``Host`` on a page
    that is for this machine alone is a name that somebody has made to point here.
    """
    headers, path = Headers(scope=scope), scope["path"]
    host, origin = headers.get("host", ""), headers.get("origin")
    if local_names_only and _name(f"//{host}") not in LOCAL_NAMES:
        return 403, f"{host!r} is not a name of this machine"
    if not all(_is_address(headers[name]) for name in _ADDRESSES if name in headers):
        return 400, "a header names an address that is none"
    if origin is not None and _place(origin) != host:
        return 403, f"{origin!r} is another site"
    if headers.get("sec-fetch-site") in _OTHERS and not _open_to_links(scope, headers):
        return 403, "another site sent this request"
    if not KNOWN.fullmatch(path):
        return 404, "there is nothing here"
    return None


def _open_to_links(scope: Scope, headers: Headers) -> bool:
    """Tell whether another site may send this: a static part, or a reader who follows a link."""
    if STATIC.fullmatch(scope["path"]):
        return True
    follows = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    return scope["method"] == "GET" and scope["path"] == "/" and follows == ("navigate", "document")


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_address(told: str) -> bool:
    """Tell whether a header can be read as a host and perhaps a port."""
    try:
        _ = urlsplit(f"//{told}").port
    except ValueError:
        return False
    return True


def _place(address: str) -> str | None:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None
