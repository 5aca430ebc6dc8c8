"""Serving the page: to this machine alone unless there are credentials, and closed in itself."""

from __future__ import annotations

import io
import ipaddress
import os
import signal
import socket
import sys
import time
from contextlib import redirect_stdout, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from index.apart.adder import Adder
from index.errors import InputError
from index.library import Library
from index.limits import DEFAULT_LIMITS
from index.parse.fetch import Fetching
from index.speaking.words import _
from index.terminal import guard_logs
from rag.libraries import bundled_article, library_of
from ui.keeping.rows import RowStore
from ui.keeping.store import Storage, Store, kept_file
from ui.page.conversation import Answers, extractive
from ui.page.keeping.keeper import Keeper
from ui.page.page import build_page
from ui.page.theme import head, theme
from ui.page.visits.apart import KeepIn
from ui.page.visits.visitors import MAX_VISITS
from ui.server.bodies import Bounded
from ui.server.closed import Closed
from ui.server.entry import LOGOUT
from ui.server.fetching import refuse_fetching
from ui.server.logins import Logins
from ui.server.sessions import keep_parts_once
from ui.server.showing import show
from ui.server.tongues import Spoken
from ui.server.uploads import salt_uploads

AUTH_VARIABLE = "PULLQUOTE_AUTH"

CLOSED: dict[str, Any] = {
    "share": False,
    "quiet": True,
    "footer_links": [],
    "run_history": False,
    "max_file_size": DEFAULT_LIMITS.file_bytes,
    "allowed_paths": [],
    "enable_monitoring": False,
    "show_error": False,
    "strict_cors": True,
    "ssr_mode": False,
    "pwa": False,
}
"""What Gradio would offer beside the page, and is not to."""

MAX_WAITING = 128
"""How many questions may wait; the next one is told that the page is busy.

A visitor waits with one question at a time: so many visitors, and the four that are being answered,
never find the page full."""

SESSIONS = 2 * MAX_VISITS
"""Of how many pages Gradio keeps what it knows of their parts, 0.2 MB each: callers make up names,
and it would keep 10,000. No visit is among it, so who is forgotten misses nothing."""


def serve(
    host: str,
    port: int,
    place: Path | str | None,
    *,
    answers: Answers = extractive,
    failed: bool = False,
    browser: bool = False,
    history: bool = True,
    home: Path | str | None = None,
    urls: bool = False,
    language: str | None = None,
) -> None:
    """Open the page on ``http://host:port`` and stay until interrupted; see ``build_page``.

    ``browser``: and show it in the user's browser, if it is for this machine. ``history``:
    conversations and clippings are kept on the disk; ``home``: where the user's own library is,
    where articles are kept while the page is over another one; ``urls``: visitors may give
    addresses, which this machine fetches; ``language`` is spoken to all of them.

    Raises:
        InputError: an address other than this machine's without credentials in the environment,
            or a port that is taken.
        LibraryError: the library cannot be read.
    """
    guard_logs()
    auth = credentials(host, os.environ.get(AUTH_VARIABLE))
    _refuse_taken(host, port)
    library = _warm(place)
    adder = Adder(library.embedder)
    keeper = Keeper(_store(library, history=history), history=history)
    page = build_page(
        library,
        answers=answers,
        failed=failed,
        add=adder.add,
        keeper=keeper,
        keep_in=_keep_in(library, None if place else home),
        links=Fetching() if urls else None,
        lasting=history,
        language=language,
    )
    # Ended by a service as by Ctrl-C, ready or not: no error, and visitors' articles are deleted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            launch(page, host, port, auth=auth, blocked=[library.folder] if library.folder else [])
            _stay(page, host, port, browser=browser)
    finally:
        page.close(verbose=False)
        adder.close()
        keeper.close()


def _warm(place: Path | str | None) -> Library:
    library = Library.open(place, create=False) if place else library_of([bundled_article()])
    library.embedder.encode(["warm"], query=True)
    return library


def _stay(page: gr.Blocks, host: str, port: int, *, browser: bool) -> None:
    """Say where the page is, show it if that is wanted, and stay until it is closed."""
    where = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    said = _("Pullquote listens on {address} (Ctrl-C to stop)", address=where)
    sys.stderr.write(f"{said}\n")
    if browser and _is_loopback(host):
        show(where)
    while page.is_running:
        time.sleep(0.2)


def _store(library: Library, *, history: bool) -> Storage:
    """Return where conversations and clippings are kept: beside the articles, or in a file."""
    if library.beside and history:
        return RowStore(library.beside)
    return Store(kept_file() if history else None)


def _keep_in(library: Library, home: Path | str | None) -> KeepIn | None:
    """Return what opens the library where articles are kept: the page's, or that in ``home``.

    None where it cannot be written.
    """
    if home is not None:
        return cache(partial(Library.open, home))
    return None if library.read_only else (lambda: library)


def launch(
    page: gr.Blocks,
    host: str,
    port: int | None,
    *,
    auth: tuple[str, str] | None = None,
    blocked: list[Path] | None = None,
    max_waiting: int = MAX_WAITING,
) -> str:
    """Serve a page; returns its address at once.

    Gradio is kept from serving any file of ``blocked``.
    """
    refuse_fetching()
    salt_uploads()
    keep_parts_once()
    page.queue(max_size=max_waiting, default_concurrency_limit=4, api_open=False)
    # What Gradio says of itself is nothing that a user has to read.
    with redirect_stdout(io.StringIO()):
        _, address, _ = page.launch(
            server_name=host,
            server_port=port,
            auth=auth,
            prevent_thread_lock=True,
            head=head(),
            theme=theme(),
            state_session_capacity=SESSIONS,
            blocked_paths=[str(path.resolve()) for path in blocked or ()],
            mcp_server=auth is None,  # Gradio asks nobody there for a password
            app_kwargs={
                "openapi_url": None,
                "routes": [LOGOUT],
                "middleware": _middleware(auth is None, getattr(page, "language", None)),
            },
            **CLOSED,
        )
    return str(address)


def _middleware(local_names_only: bool, language: str | None) -> list[Middleware]:
    """Return what a request goes through before Gradio sees it, outermost first."""
    return [
        Middleware(Closed, local_names_only=local_names_only),
        Middleware(Spoken, language=language),
        Middleware(Bounded, uploads=Path(os.environ["GRADIO_TEMP_DIR"])),
        Middleware(Logins),
    ]


def credentials(host: str, auth: str | None) -> tuple[str, str] | None:
    """Return the user and password that the page asks for.

    Raises:
        InputError: ``host`` is open to others and there are none.
    """
    user, _, password = (auth or "").partition(":")
    if user and password:
        return user, password
    if not _is_loopback(host):
        raise InputError(
            f"{host} can be reached by others: set {AUTH_VARIABLE}=user:password, "
            "or leave --host away"
        )
    return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                f"{host}:{port} cannot be used ({error.strerror}): choose another --port"
            ) from error
