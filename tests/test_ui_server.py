"""What the server lets in and out: whose requests, for what, how much, and how fast."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browsing import serving
from conftest import STORY
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from test_ui_page_closed import ROOT, wait_for
from tiny import TinyEmbedder

from index import Library
from ui.page.shelf import FOR_VISIT
from ui.page.visits.visit import MAX_PASTED
from ui.server import bodies, logins
from ui.server.admission import refusal
from ui.server.bodies import Bounded
from ui.server.logins import Logins, source_of

PUBLIC = "www.example.com"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library) as found:
            yield found


def _request(
    address: str, method: str, path: str, body: bytes | Iterator[bytes] = b"", **headers: str
) -> tuple[int, bytes]:
    """Send one request just as it is written here: nothing is normalised."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        chunked = not isinstance(body, bytes)
        connection.request(method, path, body, sent, encode_chunked=chunked)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


# Nothing is fetched for a caller.

_LOOKED_UP: list[str] = []


def _note(event: str, given: tuple[Any, ...]) -> None:
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _LOOKED_UP.append(str(given[0]))
    elif event == "socket.connect" and isinstance(given[1], tuple):
        _LOOKED_UP.append(str(given[1][0]))


@pytest.fixture
def looked_up() -> Iterator[list[str]]:
    """The names and addresses that this process, which is the server's too, reaches for."""
    if not getattr(_note, "added", False):
        sys.addaudithook(_note)
        _note.added = True  # type: ignore[attr-defined]
    _LOOKED_UP.clear()
    yield _LOOKED_UP


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://{}/x.png",
        "/gradio_api/file=https%3A%2F%2F{}%2Fx.png",
        "/gradio_api/file=HTTP://{}/x.png",
        "//gradio_api/file=http://{}/x",
        "/gradio_api//file=http://{}/x",
        "/gradio_api/file/http://{}/x",
        "/gradio_api/proxy=http://{}/x",
        "/file=http://{}/x",
        "/proxy=https://{}/x",
        "/gradio_api/stream/x/0/1/playlist-file?url=http://{}/x",
        "/custom_component/x/client/y/../../http://{}/",
        "/monitoring/http://{}",
    ],
)
def test_no_path_makes_the_server_reach_another_host(
    address: str, looked_up: list[str], path: str
) -> None:
    for method in ("GET", "HEAD", "POST"):
        status, _ = _request(address, method, path.format(PUBLIC))
        assert status in {403, 404}, method
    assert PUBLIC not in looked_up and set(looked_up) <= {"127.0.0.1", "localhost", "::1"}


def test_no_payload_makes_the_server_reach_another_host(address: str, looked_up: list[str]) -> None:
    config = json.loads(_request(address, "GET", "/config")[1])
    file = {"path": f"http://{PUBLIC}/x.txt", "meta": {"_type": "gradio.FileData"}}
    for dependency in config["dependencies"]:
        for value in ([file], file, {**file, "url": file["path"]}):
            data = {
                "data": [value] * len(dependency["inputs"]),
                "fn_index": dependency["id"],
                "session_hash": "fetch",
            }
            body = json.dumps(data).encode()
            _request(
                address, "POST", "/gradio_api/queue/join", body, Content_Type="application/json"
            )
    _request(address, "GET", "/gradio_api/queue/data?session_hash=fetch")  # until all are done
    assert PUBLIC not in looked_up


def test_the_hook_would_notice(looked_up: list[str]) -> None:
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    assert "127.0.0.1" in looked_up


# Whose requests are answered.


def _scope(path: str = "/", method: str = "GET", **headers: str) -> Scope:
    given = {"host": "127.0.0.1:7860", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {"type": "http", "path": path, "method": method, "headers": raw, "client": ("::1", 1)}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_may_have_static_parts_and_links_alone(site: str) -> None:
    follows = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    embeds = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}

    def status(path: str, method: str = "GET", **headers: str) -> int:
        scope = _scope(path, method, sec_fetch_site=site, **headers)
        return (refusal(scope, local_names_only=True) or (200, ""))[0]

    assert status("/theme.css") == status("/assets/index.js") == 200
    assert status("/", **follows) == 200
    assert status("/", **embeds) == status("/") == status("/", "POST", **follows) == 403
    for path in ("/logout", "/login", "/config", "/gradio_api/info", "/gradio_api/queue/join"):
        assert status(path) == status(path, **follows) == 403, path
    own = _scope("/gradio_api/queue/join", "POST", sec_fetch_site="same-origin")
    assert refusal(own, local_names_only=True) is None


@pytest.mark.parametrize("host", ["[::1", "[", "::::", "", "a b", "evil.example", "127.0.0.1@evil"])
def test_an_odd_host_is_refused_and_nothing_breaks(address: str, host: str) -> None:
    assert _request(address, "GET", "/config", Host=host)[0] in {400, 403}


@pytest.mark.parametrize("host", ["[::1", "a:b", "127.0.0.1:99999999", "[::1]:x"])
def test_an_odd_forwarded_host_is_refused_and_nothing_breaks(address: str, host: str) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        assert _request(address, "GET", path, X_Forwarded_Host=host)[0] == 400
    assert _request(address, "GET", "/config", X_Forwarded_Host="pages.example:8443")[0] == 200


@pytest.mark.parametrize("name", ["X-Gradio-Server", "Referer", "Cookie", "X-Forwarded-Proto"])
@pytest.mark.parametrize("value", ["http://[::1", "[zz]", "h:99999", "=;=", "http://evil.example/"])
def test_other_odd_headers_mean_nothing(address: str, name: str, value: str) -> None:
    for path in ("/", "/config", "/logout"):
        status, text = _request(address, "GET", path, **{name: value})
        assert status == 200 and b"evil.example" not in text


@pytest.mark.parametrize("path", ["assets/" + "a" * 3_000, "assets/%00", "static/..%2f..%2f"])
def test_odd_paths_are_not_there(address: str, path: str) -> None:
    assert _request(address, "GET", f"/{path}")[0] == 404


@pytest.mark.parametrize("origin", ["http://[::1", "null", "http://", "\udcff", "https://x@127"])
def test_an_odd_origin_is_refused(origin: str) -> None:
    scope = _scope()
    scope["headers"].append((b"origin", origin.encode("utf-8", "surrogateescape")))
    found = refusal(scope, local_names_only=True)
    assert found and found[0] == 403


def test_what_the_page_does_not_need_is_not_there(address: str) -> None:
    for path in (
        "monitoring",
        "gradio_api/vibe-code/",
        "gradio_api/openapi.json",
        "gradio_api/runs",
    ):
        assert _request(address, "GET", f"/{path}")[0] == 404, path
    assert _request(address, "GET", "/")[0] == 200


# How much may be sent.


def _answer(app: Any, scope: Scope, parts: list[bytes]) -> tuple[int, bytes]:
    """Send a body in parts to an application; returns status and body of its answer."""
    incoming = iter(parts)
    sent: list[Any] = []

    async def receive() -> Any:
        part = next(incoming, None)
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as apart:  # the browser of other tests keeps a loop in this thread
        apart.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    """Read a whole body, as a parser does, and answer with its length."""
    length = 0
    while (message := await receive())["type"] == "http.request":
        length += len(message["body"])
    await PlainTextResponse(str(length))(scope, receive, send)


def test_a_body_is_counted_while_it_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_BYTES", 100)
    monkeypatch.setattr(bodies, "UPLOAD_BYTES", 300)
    bounded = Bounded(_reads, uploads=tmp_path)
    join, upload = _scope("/gradio_api/queue/join", "POST"), _scope(bodies.UPLOAD, "POST")
    assert _answer(bounded, join, [b"x" * 50] * 2) == (200, b"100")
    assert _answer(bounded, join, [b"x" * 50] * 3)[0] == 413
    assert _answer(bounded, upload, [b"x" * 50] * 6) == (200, b"300")
    assert _answer(bounded, upload, [b"x" * 50] * 7)[0] == 413
    told = _scope("/gradio_api/queue/join", "POST", content_length="101")
    assert _answer(bounded, told, [])[0] == 413


def test_all_requests_together_hold_so_much_and_give_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "HELD_BYTES", 150)
    bounded = Bounded(_reads, uploads=tmp_path)
    scope = _scope("/gradio_api/queue/join", "POST")
    for _ in range(5):
        assert _answer(bounded, scope, [b"x" * 100]) == (200, b"100")
    assert _answer(bounded, scope, [b"x" * 100] * 2)[0] == 503
    assert _answer(bounded, scope, [b"x" * 100]) == (200, b"100")


def test_uploads_that_nobody_took_in_do_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WAITING_BYTES", 10)
    (tmp_path / "lies here").write_bytes(b"x" * 11)
    assert (
        _answer(Bounded(_reads, uploads=tmp_path), _scope(bodies.UPLOAD, "POST"), [b"x"])[0] == 503
    )


def test_no_route_takes_more_with_and_without_a_told_length(address: str) -> None:
    for path in ("/gradio_api/queue/join", "/gradio_api/run/ask", "/login", "/gradio_api/mcp/"):
        body = b"x" * (bodies.BODY_BYTES + 1)
        assert _request(address, "POST", path, body, Content_Type="application/json")[0] == 413
    parts = (b"x" * 1_000_000 for _ in range(9))
    status, _ = _request(
        address, "POST", "/gradio_api/queue/join", parts, Transfer_Encoding="chunked"
    )
    assert status == 413


# How fast passwords can be tried.


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _login(app: Any, source: str) -> int:
    scope = {**_scope("/login", "POST"), "client": (source, 1)}
    return _answer(app, scope, [b""])[0]


def test_wrong_passwords_cost_ever_more_time(caplog: pytest.LogCaptureFixture) -> None:
    right = {"192.0.2.9"}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        status = 200 if scope["client"][0] in right else 400
        await PlainTextResponse("", status_code=status)(scope, receive, send)

    clock = _Clock()
    slowed = Logins(app, clock=clock)
    tried = [_login(slowed, "192.0.2.1") for _ in range(20)]
    assert tried.count(400) == logins.FREE and set(tried[logins.FREE :]) == {429}
    assert "192.0.2.1" in caplog.text
    assert _login(slowed, "192.0.2.9") == 200, "another source does not wait"
    taken = 0
    for _ in range(600):
        clock.now += 1
        taken += _login(slowed, "192.0.2.1") == 400
    assert taken <= 20
    right.add("192.0.2.1")
    clock.now += logins.LONGEST
    assert _login(slowed, "192.0.2.1") == 200
    assert _login(slowed, "192.0.2.1") == 200, "who was right does not wait any more"


def test_many_sources_together_are_slowed_and_lock_nobody_out() -> None:
    async def wrong(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("", status_code=400)(scope, receive, send)

    clock = _Clock()
    slowed = Logins(wrong, clock=clock)
    first = [_login(slowed, f"192.0.2.{number}") for number in range(100)]
    assert set(first) == {400}, "each is new here"
    assert {_login(slowed, f"192.0.2.{number}") for number in range(100)} == {429}


def test_one_user_of_ipv6_is_one_source() -> None:
    one, two = ({**_scope(), "client": (f"2001:db8:1:2::{n}", 1)} for n in (1, 2))
    assert source_of(one) == source_of(two)
    assert source_of({**_scope(), "client": None}) == "unknown"


# What visitors bring.


def _upload(address: str, name: str, data: bytes) -> str:
    body = (
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n--b--\r\n"
    )
    kind = "multipart/form-data; boundary=b"
    status, found = _request(address, "POST", "/gradio_api/upload", body, Content_Type=kind)
    assert status == 200
    return str(json.loads(found)[0])


def test_the_same_file_twice_lies_in_two_places_and_neither_is_served(address: str) -> None:
    one, two = (_upload(address, "same.txt", b"The same text.") for _ in range(2))
    assert one != two and Path(one).exists() and Path(two).exists()
    Path(one).unlink()
    assert Path(two).read_bytes() == b"The same text."
    for path in (one, two, quote(two, safe="")):
        assert _request(address, "GET", f"/gradio_api/file={path}")[0] == 404
    Path(two).unlink()


def _use(address: str, name: str, session: str, **sent: Any) -> str:
    """Have the page take something in, as a program can; returns all that it says of it."""
    config = json.loads(_request(address, "GET", "/config")[1])
    wired = {each["api_name"]: each["id"] for each in config["dependencies"]}
    kind = {"Content_Type": "application/json"}
    for way, event, given in (
        ("run/predict", name, sent),
        ("queue/join", "follow", {"data": []}),
    ):
        called = {**given, "fn_index": wired[event], "session_hash": session}
        body = json.dumps(called, ensure_ascii=False).encode()
        assert _request(address, "POST", f"/gradio_api/{way}", body, **kind)[0] == 200
    return _request(address, "GET", f"/gradio_api/queue/data?session_hash={session}")[1].decode()


def test_the_longest_text_that_the_box_takes_can_be_sent(address: str) -> None:
    config = json.loads(_request(address, "GET", "/config")[1])
    event = next(each for each in config["dependencies"] if each["api_name"] == "put_text")
    box = next(each for each in config["components"] if each["id"] == event["inputs"][0])
    assert box["props"]["max_length"] == MAX_PASTED + 1
    said = _use(address, "put_text", "long", data=["€" * (MAX_PASTED + 1), "", FOR_VISIT])
    assert "has over 2,000,000 characters: save it as a file" in said


def _add_file(address: str, path: str) -> str:
    told = {"upload": path, "name": "a.txt", "batch": path}
    return _use(address, "put_file", "adds", data=[FOR_VISIT], event_data=told)


def test_no_file_is_read_or_deleted_that_was_not_uploaded(address: str, tmp_path: Path) -> None:
    taken = _upload(address, "a.txt", b"A bell rang at noon.")
    assert "was added" in _add_file(address, taken) and not Path(taken).exists()
    uploads = Path(os.environ["GRADIO_TEMP_DIR"])
    folder = uploads / "beside"
    folder.mkdir()
    lying, outside = folder / "b.txt", tmp_path / "c.txt"
    for path in (lying, outside):
        path.write_text("The safe stands behind the stove.")
    for named in (lying, outside, folder, uploads, f"{folder}/../beside/b.txt", f"file://{lying}"):
        said = _add_file(address, str(named))
        assert "was added" not in said and "a.txt was not sent to this page" in said, named
    assert "was not sent" in _add_file(address, taken)  # nor twice
    assert lying.exists() and outside.exists()
    lying.unlink()
    folder.rmdir()


def test_the_next_start_sweeps_what_a_killed_server_left(tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[bytes], str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli.main", "chat", "--no-browser", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(f"http://127.0.0.1:{port}/")
        return process, f"http://127.0.0.1:{port}/"

    def lying() -> list[Path]:
        return [file for file in tmp_path.rglob("secret.txt") if file.is_file()]

    process, address = start()
    _upload(address, "secret.txt", b"Nobody is to read this.")
    process.kill()
    process.wait(timeout=60)
    assert len(lying()) == 1
    process, _ = start()
    try:
        assert lying() == []
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def test_a_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    """The name may be taken: by a link to elsewhere, or by a folder that others may write."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"pullquote-{os.getuid()}").symlink_to(elsewhere)
    code = "from ui.private import private_folder as f; print(f()); assert f().is_dir()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).parent.parent == tmp_path
    assert list(elsewhere.iterdir()) == []
