"""Addresses: what is never asked, what is followed, what is taken. Only loopback is spoken to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
import samples

from index.errors import InputError
from index.limits import Limits
from index.parse.fetch import Fetching, fetch, fetch_document, is_public


class Site(BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        name, _, rest = self.path.strip("/").partition("/")
        getattr(self, f"_{name}", self._page)(rest)

    def _send(self, body: bytes, kind: str = "text/html", **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _page(self, rest: str) -> None:
        self._send(samples.WEB_PAGE.encode())

    def _russian(self, rest: str) -> None:
        page = "<html><body><p>Мэр открыл мост.</p></body></html>".encode("koi8-r")
        self._send(page, "text/html; charset=koi8-r")

    def _hops(self, rest: str) -> None:
        self.send_response(302)
        self.send_header("Location", f"/hops/{int(rest) - 1}" if int(rest) > 1 else "/page")
        self.end_headers()

    def _to(self, rest: str) -> None:
        self.send_response(301)
        self.send_header("Location", unquote(rest))
        self.end_headers()

    def _big(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x" * 10_000)

    def _short(self, rest: str) -> None:
        self._send(b"<html>", length="1000")

    def _huge(self, rest: str) -> None:
        self._send(b"<html>", length="100000000")

    def _picture(self, rest: str) -> None:
        self._send(b"\x89PNG", "image/png")

    def _packed(self, rest: str) -> None:
        self._send(b"\x1f\x8b", Content_Encoding="gzip")

    def _drip(self, rest: str) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        for _ in range(100):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def _missing(self, rest: str) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_to(site: str, **how: object) -> Fetching:
    """The rules, but for this one address and port."""
    return Fetching(
        public=lambda address: address == "127.0.0.1",
        ports=frozenset({int(site.rpartition(":")[2])}),
        **how,  # type: ignore[arg-type]
    )


def refusal(address: str, how: Fetching | None = None) -> str:
    with pytest.raises(InputError) as caught:
        fetch(address, how or Fetching())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_page_is_fetched_and_parsed(site: str) -> None:
    document = fetch_document(f"{site}/news/bridge?a=ü", open_to(site))
    assert (document.title, document.source) == ("A bridge for the town", f"{site}/news/bridge?a=ü")
    assert Site.asked == ["/news/bridge?a=%C3%BC"]


def test_the_servers_word_on_the_encoding_counts(site: str) -> None:
    assert fetch_document(f"{site}/russian", open_to(site)).text == "Мэр открыл мост."


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1/", "127.0.0.1 is at 127.0.0.1, which is not on the open network"),
        ("http://localhost/", "which is not on the open network"),
        ("http://127.1/", "which is not on the open network"),
        ("http://2130706433/", "which is not on the open network"),
        ("http://0x7f000001/", "which is not on the open network"),
        ("http://[::1]/", "which is not on the open network"),
        ("http://[::ffff:127.0.0.1]/", "which is not on the open network"),
        ("http://[64:ff9b::7f00:1]/", "which is not on the open network"),
        ("http://0.0.0.0/", "which is not on the open network"),
        ("http://169.254.169.254/latest/meta-data", "which is not on the open network"),
        ("https://10.0.0.1/", "which is not on the open network"),
        ("http://192.168.1.1/", "which is not on the open network"),
        ("http://224.0.0.1/", "which is not on the open network"),
        ("http://127.0.0.1:8080/", "asks for port 8080: only 80 and 443"),
        ("ftp://example.org/", "is not an address of http or https"),
        ("file:///etc/passwd", "is not an address of http or https"),
        ("http:///nowhere", "is not an address of http or https"),
        ("http://user:secret@example.org/", "with a name or password in it is refused"),
        ("http://example.org:99999/", "is not an address"),
    ],
)
def test_what_is_not_on_the_open_network_is_never_asked(
    address: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object, **__: object) -> socket.socket:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    message = refusal(address)
    assert says in message
    assert "secret" not in message


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, port)) for address in ("8.8.8.8", "10.0.0.7")]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert "is at 10.0.0.7" in refusal("http://rebound.example/")


def test_a_name_is_resolved_once_and_that_address_is_asked(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its address between the look and the connection changes nothing."""
    port = int(site.rpartition(":")[2])
    answers = [[(2, 1, 6, "", ("127.0.0.1", port))]]
    asked = []

    def lookup(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return answers.pop()  # type: ignore[return-value]

    connected = []
    connect = socket.create_connection

    def watched(address: tuple[str, int], *rest: object) -> socket.socket:
        connected.append(address)
        made = socket.socket()
        made.connect(address)
        return made

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", watched)
    fetch(f"http://changing.example:{port}/page", open_to(site))
    assert (asked, connected) == (["changing.example"], [("127.0.0.1", port)])
    assert connect is not watched


def test_three_redirects_are_followed_and_a_fourth_is_not(site: str) -> None:
    assert fetch(f"{site}/hops/3", open_to(site))[0] == f"{site}/page"
    assert "redirects over 3 times" in refusal(f"{site}/hops/4", open_to(site))


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("http://169.254.169.254:{port}/", "not on the open network"),
        ("http://[::1]:{port}/", "not on the open network"),
        ("http://127.0.0.1:22/", "asks for port 22"),
        ("file:///etc/passwd", "is not an address of http or https"),
        ("//10.0.0.1:{port}/", "not on the open network"),
    ],
)
def test_a_redirect_is_looked_at_as_an_address_is(site: str, to: str, says: str) -> None:
    to = to.replace("{port}", site.rpartition(":")[2])
    assert says in refusal(f"{site}/to/{to}", open_to(site))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("big", "has over 50,000 bytes, which is the limit"),
        ("huge", "has over 50,000 bytes, which is the limit"),
        ("short", "does not answer as it should (it broke off)"),
        ("picture", "is image/png, which is no article"),
        ("packed", "answers packed (gzip)"),
        ("missing", "answers 404 Not Found"),
        ("drip", "takes over 1 seconds, which is the limit"),
    ],
)
def test_what_is_too_large_or_slow_or_no_article_is_refused(
    site: str, path: str, says: str
) -> None:
    how = open_to(site, limits=Limits(file_bytes=50_000), seconds=1.0)
    assert says in refusal(f"{site}/{path}", how)


def test_no_proxy_of_the_environment_is_used(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fetch(f"{site}/page", open_to(site))
    assert Site.asked == ["/page"]


def test_a_server_that_is_not_there_is_said(site: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "does not answer" in refusal(f"http://127.0.0.1:{port}/", open_to(f":{port}"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff0e::1", False),
        ("100.64.0.1", False),
        ("203.0.113.9", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
