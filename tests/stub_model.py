"""A server on loopback that speaks OpenAI's protocol and plays a scripted model.

A script gets the prompt and returns what the model writes, or does to the socket what a broken
endpoint does. Run by itself (``python tests/stub_model.py honest 8099``) it can be asked by hand.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Script = Callable[[str], str]
"""The prompt → what the model writes."""

_EXCERPTS = re.compile(r"<<<(\w+)\n(.*?)\n\1>>>", re.DOTALL)
_NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


@dataclass
class Fault:
    """What an endpoint does instead of answering."""

    status: int = 200
    body: bytes | None = None
    cut_after: int | None = None
    endless: bool = False
    silent: bool = False
    says: Callable[[], Iterable[bytes]] | None = None
    """What goes over the wire in place of an HTTP answer, piece by piece, until nobody listens."""
    fails: int = 10**9
    """How many requests it concerns; the later ones are answered."""


@dataclass
class Stub:
    """A running server, with what it was asked."""

    url: str
    prompts: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    left: Event = field(default_factory=Event)
    """Set when whoever asked has gone before the end."""
    sent: int = 0
    """How many bytes of ``Fault.says`` went out."""


def excerpts(prompt: str) -> dict[int, str]:
    """Return the numbered excerpts of a prompt."""
    found = _EXCERPTS.search(prompt)
    assert found, "the prompt has no excerpts"
    return {int(number): text for number, text in _NUMBERED.findall(found[2])}


@contextmanager
def serve(script: Script, fault: Fault | None = None, port: int = 0) -> Iterator[Stub]:
    """Serve a scripted model until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    stub = Stub(f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.script, server.fault, server.stub = script, fault, stub  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield stub
    finally:
        stub.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Say nothing: pytest takes what is written for a warning of its own."""

    def do_POST(self) -> None:
        stub: Stub = self.server.stub  # type: ignore[attr-defined]
        fault: Fault | None = self.server.fault  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert body["stream"] is True
        prompt = "\n".join(message["content"] for message in body["messages"])
        stub.prompts.append(prompt)
        stub.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            if fault and len(stub.prompts) <= fault.fails:
                self._break(fault, stub)
            else:
                self._stream(_tokens(self.server.script(prompt)), prompt)  # type: ignore[attr-defined]
        except (BrokenPipeError, ConnectionResetError):
            stub.left.set()

    def _break(self, fault: Fault, stub: Stub) -> None:
        if fault.silent:
            stub.stop.wait(30)
        elif fault.says:
            for piece in fault.says():
                if stub.stop.is_set():
                    break
                self.wfile.write(piece)
                stub.sent += len(piece)
        elif fault.endless:
            self._head("text/event-stream")
            while not stub.stop.is_set():
                self._send("It goes on and on and on. ")
        elif fault.cut_after is not None:
            self._head("text/event-stream")
            for piece in _tokens("The tower is 90 metres high [1]. It was finished in 1931 [1].")[
                : fault.cut_after
            ]:
                self._send(piece)
            self.connection.close()
        else:
            self.send_response(fault.status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(fault.body or b"")

    def _stream(self, pieces: list[str], prompt: str) -> None:
        self._head("text/event-stream")
        for piece in pieces:
            self._send(piece)
            time.sleep(0)
        self._send("", finish="stop")
        usage = {"prompt_tokens": len(prompt) // 4, "completion_tokens": len(pieces)}
        self._event({"choices": [], "usage": usage | {"total_tokens": 0}})
        self.wfile.write(b"data: [DONE]\n\n")

    def _head(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()

    def _send(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        self._event({"choices": [choice]})

    def _event(self, fields: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
        self.wfile.write(f"data: {json.dumps(event | fields)}\n\n".encode())
        self.wfile.flush()


def _tokens(text: str) -> list[str]:
    """Cut a text as models do: in pieces of a few characters, whatever stands there."""
    return [text[i : i + 3] for i in range(0, len(text), 3)]


def honest(prompt: str) -> str:
    """Quote the first sentence of each excerpt, with its number."""
    return " ".join(
        re.split(r"(?<=[a-z\d])\. ", text)[0].rstrip(".") + f" [{number}]."
        for number, text in excerpts(prompt).items()
    )


if __name__ == "__main__":
    with serve(globals()[sys.argv[1]], port=int(sys.argv[2])) as running:
        sys.stderr.write(f"{running.url}\n")
        Event().wait()
