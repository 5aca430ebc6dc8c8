"""The page with a password: what is closed before the login, and how a login ends."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from browsing import serving
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from ui.server.bodies import LOGIN_BYTES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library, auth=("ann", "secret")) as found:
            yield found


def _ask(
    address: str, method: str, path: str, body: str | bytes = b"", **headers: str
) -> tuple[int, str, str]:
    """Send a request; returns its status, its text and the cookies to send from now on."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        set_cookies = answer.headers.get_all("Set-Cookie") or []
        cookies = "; ".join(each.partition(";")[0] for each in set_cookies)
        streams = "event-stream" in answer.headers.get("Content-Type", "")  # which has no end
        return answer.status, "" if streams else answer.read().decode(), cookies
    finally:
        connection.close()


def _log_in(address: str, password: str = "secret") -> tuple[int, str]:
    form = urlencode({"username": "ann", "password": password})
    status, _, cookies = _ask(address, "POST", "/login", form, Content_Type=FORM)
    return status, cookies


def _begin(address: str, path: str, cookies: str = "") -> bytes:
    """Announce a body, send half of it, and return how the answer begins; empty if none comes."""
    place = urlsplit(address)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"Cookie: {cookies}\r\nContent-Length: 2000\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=2) as caller:
        caller.sendall(head.encode() + b" " * 1000)
        try:
            return caller.recv(12)
        except TimeoutError:
            return b""


def test_before_the_login_no_body_is_read(address: str) -> None:
    for path in ("run/ask", "call/ask", "queue/join", "upload", "cancel", "reset", "api/ask"):
        assert _begin(address, f"/gradio_api/{path}") == b"HTTP/1.1 401", path
    _, cookies = _log_in(address)
    assert _begin(address, "/gradio_api/run/ask", cookies) == b""


def test_before_the_login_nothing_is_open_but_its_page(address: str) -> None:
    for path in ("info", "heartbeat/x", "app_id", "token", "user", "queue/data?session_hash=x"):
        assert _ask(address, "GET", f"/gradio_api/{path}")[0] == 401, path
    assert _ask(address, "GET", "/config")[0] == 401
    assert _ask(address, "GET", "/config", Cookie="access-token-x=y; access-token=")[0] == 401
    assert _ask(address, "GET", "/")[0] == _ask(address, "GET", "/theme.css")[0] == 200
    _, cookies = _log_in(address)
    asked = json.dumps({"data": ["Who designed the arch?"]})
    sent = {"Cookie": cookies, "Content_Type": "application/json"}
    status, text, _ = _ask(address, "POST", "/gradio_api/run/ask", asked, **sent)
    assert status == 200 and "Porto" in text


def test_a_login_is_short(address: str) -> None:
    assert _ask(address, "POST", "/login", b"x" * (LOGIN_BYTES + 1), Content_Type=FORM)[0] == 413
    assert _ask(address, "POST", "/login/", b"x" * (LOGIN_BYTES + 1), Content_Type=FORM)[0] == 413


def test_odd_logins_are_refused_and_nothing_breaks(address: str) -> None:
    for form in ("username=ann", "username=%ff&password=%ed%a0%80", "username=ä&password=ß"):
        status, text, cookies = _ask(address, "POST", "/login", form.encode(), Content_Type=FORM)
        assert status in {400, 422} and not cookies and "Traceback" not in text
    assert _ask(address, "POST", "/login", b"x", Content_Type="multipart/form-data")[0] == 400


def test_a_link_ends_no_login(address: str) -> None:
    """Over plain HTTP from afar a browser does not say which site led here."""
    _, cookies = _log_in(address)
    status, text, _ = _ask(address, "GET", "/logout", Cookie=cookies)
    assert status == 200 and "<button>" in text
    foreign = {"Cookie": cookies, "Origin": "https://evil.example"}
    assert _ask(address, "POST", "/logout", **foreign)[0] == 403
    assert _ask(address, "GET", "/config", Cookie=cookies)[0] == 200


def test_a_logout_ends_its_own_login(address: str) -> None:
    (_, mine), (_, others) = _log_in(address), _log_in(address)
    assert _ask(address, "POST", "/logout", Cookie=mine)[0] == 303
    assert _ask(address, "POST", "/logout")[0] == 303
    assert _ask(address, "GET", "/config", Cookie=mine)[0] == 401
    assert _ask(address, "GET", "/config", Cookie=others)[0] == 200


def test_the_login_page_lets_in_and_out(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.get_by_label("username").fill("ann")
    page.get_by_label("password").fill("wrong")
    page.get_by_role("button", name="Login").click()
    page.get_by_text("Incorrect").wait_for()
    page.get_by_label("username").fill("ann")
    page.get_by_label("password").fill("secret")
    page.get_by_role("button", name="Login").click()
    page.wait_for_function("sessionStorage.getItem('pullquote-visit')")
    page.goto(f"{address}logout")
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("username").wait_for()
    context.close()


def test_programs_log_in(address: str) -> None:
    from gradio_client import Client

    client = Client(address, auth=("ann", "secret"), verbose=False)
    assert "Porto" in client.predict("Who designed the arch?", api_name="/ask")["text"]
