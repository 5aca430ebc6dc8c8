"""From import to answer and to the served page, no socket leaves this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

WATCH = """
import ipaddress, sys

def watch(event, args):
    if event == "socket.getaddrinfo" and args[0] not in ("127.0.0.1", "localhost", None):
        raise SystemExit(f"looked up {args[0]}")
    if event == "socket.connect" and isinstance(args[1], tuple):
        if not ipaddress.ip_address(args[1][0]).is_loopback:
            raise SystemExit(f"connected to {args[1]}")

sys.addaudithook(watch)
"""

ASK = """
from rag import ask
answer = ask("How many projects does OpenAI aim for?")
assert not answer.refused
"""

SERVE = """
import urllib.request
from rag.libraries import bundled_article, library_of
from ui.page.page import build_page
from ui.server.serve import launch
page = build_page(library_of([bundled_article()]))
address = launch(page, "127.0.0.1", None)
assert b"Pullquote" in urllib.request.urlopen(address).read()
import time
time.sleep(2)
page.close()
"""

LEAK = "import socket\nsocket.create_connection(('192.0.2.1', 9), timeout=0.1)"


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WATCH + code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_asking_opens_no_connection() -> None:
    done = _run(ASK)
    assert done.returncode == 0, done.stderr


def test_serving_the_page_opens_no_connection() -> None:
    done = _run(SERVE)
    assert done.returncode == 0, done.stderr


def test_the_watch_would_notice() -> None:
    done = _run(LEAK)
    assert done.returncode == 1
    assert "192.0.2.1" in done.stderr
