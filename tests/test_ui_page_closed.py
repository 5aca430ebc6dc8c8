"""The page is closed in itself: to other sites, to other hosts, to what programs make up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ask, serving, visitor
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError
from ui.server.serve import credentials
from ui.server.showing import show

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
SECRET = "Nobody knows that the safe stands behind the stove."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("closed"), embedder=TinyEmbedder()) as opened:
        opened.add_text(STORY, title="A bridge")
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


def _get(url: str, data: Any = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    body = None if data is None else json.dumps(data).encode()
    sent = {"Content-Type": "application/json", **headers} if body else headers
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, sent)) as response:
            return response.status, response.read().decode(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def test_every_response_has_the_policy(address: str) -> None:
    for path in ("", "config", "gradio_api/info", "nowhere", "theme.css"):
        _, _, headers = _get(address + path)
        lower = {name.lower(): value for name, value in headers.items()}
        assert "default-src 'self'" in lower["content-security-policy"], path
        assert lower["x-content-type-options"] == "nosniff"


def test_the_browser_keeps_the_policy(browser: Browser, address: str) -> None:
    noise = ("Content Security Policy", "violates", "https://evil.example")
    with visitor(browser, address, noise=noise) as page:
        blocked = page.evaluate(
            """() => new Promise((done) => {
              document.addEventListener('securitypolicyviolation', (e) => done(e.blockedURI));
              new Image().src = 'https://evil.example/x.png';
            })"""
        )
        assert blocked.startswith("https://evil.example")


def test_other_sites_are_not_answered(address: str) -> None:
    for origin in ("https://evil.example", "null", "http://localhost:1"):
        status, text, _ = _get(
            f"{address}gradio_api/run/ask", {"data": ["Who designed the arch?"]}, Origin=origin
        )
        assert status == 403 and "Porto" not in text
    same = address.rstrip("/")
    assert _get(f"{same}/gradio_api/run/ask", {"data": ["Who?"]}, Origin=same)[0] == 200


def test_a_name_that_somebody_made_point_here_is_not_answered(address: str) -> None:
    assert _get(f"{address}config", Host="evil.example:7860")[0] == 403
    assert _get(f"{address}config", Host="localhost:7860")[0] == 200


def test_no_file_is_served(address: str, library: Library, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("secret")
    wanted = [
        library.folder / "library.sqlite",
        tmp_path / "x.txt",
        "/etc/passwd",
        "ui/page/page.py",
    ]
    wanted += ["http://127.0.0.1:1/x", "../README.md"]
    for path in wanted:
        assert _get(f"{address}gradio_api/file={path}")[0] == 404


def test_statistics_and_openapi_are_off(address: str) -> None:
    for path in ("monitoring", "monitoring/summary", "openapi.json", "docs"):
        status, text, _ = _get(address + path)
        assert status == 404 or ("paths" not in text and "functions" not in text), path
    run_history = json.loads(_get(f"{address}config")[1]).get("run_history")
    assert not run_history


def test_one_endpoint_is_public(address: str) -> None:
    info = json.loads(_get(f"{address}gradio_api/info")[1])
    assert list(info["named_endpoints"]) == ["/ask"]
    assert info["unnamed_endpoints"] == {}


def test_private_handlers_give_away_nothing_and_survive(
    browser: Browser, address: str, library: Library
) -> None:
    """Every handler is called with odd things, by name of number, as a program can."""
    with visitor(browser, address) as page:
        upload_text(page, SECRET)
        secret = page.evaluate("sessionStorage.getItem('pullquote-visit')")
        config = json.loads(_get(f"{address}config")[1])
        shared = library.articles[0].id
        odd = [None, "", "x" * 5_000, -1, {"id": 1}, [[]], "../../etc/passwd", shared]
        for dependency in config["dependencies"]:
            for value in odd:
                data = [value] * len(dependency["inputs"])
                event = {"article": value, "place": value, "index": value, "value": value}
                status, text, _ = _get(
                    f"{address}gradio_api/queue/join",
                    {
                        "data": data,
                        "fn_index": dependency["id"],
                        "session_hash": "stranger",
                        "event_data": event,
                    },
                )
                assert status in {200, 404, 422, 500}
                assert "stove" not in text and secret not in text
        request = urllib.request.Request(f"{address}gradio_api/queue/data?session_hash=stranger")
        with urllib.request.urlopen(request, timeout=20) as stream:
            said = stream.read(2_000_000).decode()
        assert "stove" not in said and secret not in said
        assert "/secret" not in said and "Traceback" not in said
        assert [a.id for a in library.articles] == [shared]
        ask(page, "Where stands the safe?")
        assert "behind the stove" in page.locator("#chat .bot-row").inner_text()


def upload_text(page: Any, text: str) -> None:
    from browsing import upload

    upload(page, {"name": "safe.txt", "mimeType": "text/plain", "buffer": text.encode()})


def test_nothing_is_kept_in_the_browser_but_the_visit(browser: Browser, address: str) -> None:
    with visitor(browser, address) as page:
        ask(page, "Who designed the arch?")
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "arch" not in kept and "Porto" not in kept
        assert sorted(json.loads(kept)[1]) == ["pullquote-own", "pullquote-visit"]
        assert json.loads(json.loads(kept)[1]["pullquote-own"])["titles"] == []


def test_with_credentials_nothing_is_open(library: Library) -> None:
    with serving(library, auth=("ann", "secret")) as address:
        for path in ("config", "gradio_api/info", "gradio_api/file=/etc/passwd", "gradio_api/mcp/"):
            assert _get(address + path)[0] in {401, 404}, path
        assert _get(f"{address}gradio_api/run/ask", {"data": ["Who?"]})[0] == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "example.org", "::"])
def test_another_address_needs_credentials(host: str) -> None:
    with pytest.raises(InputError, match="PULLQUOTE_AUTH"):
        credentials(host, None)
    assert credentials(host, "ann:secret") == ("ann", "secret")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_does_not(host: str) -> None:
    assert credentials(host, None) is None


def test_a_taken_port_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from ui.cli.main import main

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["chat", "--port", str(port)]) == 1
    assert f"127.0.0.1:{port} cannot be used" in capsys.readouterr().err


def test_a_browser_is_opened_for_this_machine_and_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not show("http://127.0.0.1:1")
    monkeypatch.setenv("DISPLAY", ":0")
    assert show("http://127.0.0.1:2")
    assert opened == ["http://127.0.0.1:2"]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_the_server_ends(ending: signal.Signals, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = dict(os.environ)
    with (
        (tmp_path / "out").open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "ui.cli.main", "chat", "--no-browser", "--port", str(port)],
            cwd=ROOT,
            env={**environment, "TMPDIR": str(tmp_path)},
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            assert list(tmp_path.glob("pullquote-*/*/"))
            while not (tmp_path / "out").stat().st_size:
                time.sleep(0.1)
            process.send_signal(ending)
            process.wait(timeout=60)
        finally:
            process.kill()
    assert list(tmp_path.glob("pullquote-*/*")) == []
    # One line of ours, and none of what serves the page.
    said = f"Pullquote listens on http://127.0.0.1:{port} (Ctrl-C to stop)\n"
    assert (tmp_path / "out").read_text(encoding="utf-8") == said


def wait_for(url: str) -> None:
    for _ in range(3_000):
        try:
            with urllib.request.urlopen(url):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
