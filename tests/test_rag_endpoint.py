"""What an endpoint may do to whoever asks it: bounded in time, bytes, headers and values."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from stub_model import Fault, honest, serve

import rag.llm.wire
from index import Library
from index.errors import ModelError
from rag import Model, ask, ask_stream
from rag.llm.endpoint import Reply, model_from

QUESTION = "Who designed the arch?"
SAID = "Engineers from Porto designed the arch [1]."
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
Says = Callable[[], Iterable[bytes]]


def _event(choice: object = None, **fields: Any) -> bytes:
    return b"data: " + json.dumps({"choices": [choice], **fields}).encode() + b"\n\n"


def _said(text: object, finish: object = "stop") -> bytes:
    return _event({"index": 0, "delta": {"content": text}, "finish_reason": finish})


def _body(*events: bytes) -> Says:
    return lambda: [HEAD, b"\r\n", *events]


def _ever(piece: bytes, *before: bytes, seconds: float = 0.0) -> Says:
    def pieces() -> Iterator[bytes]:
        for each in chain((HEAD, b"\r\n", *before), repeat(piece)):
            yield each
            time.sleep(seconds)

    return pieces


def _packed() -> Iterator[bytes]:
    yield b"HTTP/1.1 500 No\r\ncontent-encoding: gzip\r\n\r\n"
    for _ in range(64):
        yield gzip.compress(b" " * 2**24)


def _drip() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for letter in repeat(b"x"):
        time.sleep(0.02)
        yield letter


MALFORMED = {
    "a lone surrogate": b'data: {"choices": [{"delta": {"content": "\\ud800"}}]}\n\n',
    "an object as text": _said({"text": "The arch"}),
    "a number as text": _said(7),
    "a list as text": _said(["The arch"]),
    "a list as the delta": _event({"delta": ["The arch"]}),
    "choices by name": b'data: {"choices": {"0": {"delta": {"content": "The arch"}}}}\n\n',
    "a text as choice": _event("The arch"),
    "a number to finish": _said(SAID, 1),
    "a list of events": b"data: [1, 2]\n\n",
    "a text of its own": b'data: "The arch"\n\n',
    "endless tokens": _said(SAID) + b'data: {"usage": {"prompt_tokens": 1e999}}\n\n',
    "less than no tokens": _said(SAID) + b'data: {"usage": {"completion_tokens": -4}}\n\n',
    "tokens in words": _said(SAID) + b'data: {"usage": {"prompt_tokens": "many"}}\n\n',
    "a use that is a list": _said(SAID) + b'data: {"usage": [3]}\n\n',
    "a number of 5,000 digits": b"data: " + b"9" * 5000 + b"\n\n",
    "200,000 arrays": b"data: " + b"[" * 200_000 + b"]" * 200_000 + b"\n\n",
    "200,000 arrays as text": b'data: {"choices": ' + b"[" * 200_000 + b"\n\n",
}
BROKEN: dict[str, tuple[Says, str]] = {
    "only pings": (_ever(b": ping\n\n", seconds=0.01), r"took too long \(at most 1 seconds"),
    "pings after a word": (_ever(b": ping\n\n", _said("The"), seconds=0.01), "took too long"),
    "a head that drips": (_drip, r"took too long \(at most 1 seconds"),
    "one line for ever": (_ever(b"data: " + b"x" * 65_536), "did not end"),
    "one ping for ever": (_ever(b"x" * 65_536, b": "), "did not end"),
    "pings in a flood": (_ever(b": ping\n\n" * 10_000), "did not end"),
    "empty events in a flood": (_ever(b"data: {}\n\n" * 10_000), "did not end|took too long"),
    "an error without end": (
        lambda: chain([b"HTTP/1.1 500 No\r\n\r\n"], repeat(b"x" * 65_536)), r"failed \(500\)",
    ),
    "a packed error": (_packed, r"failed \(500\)"),
    "a packed reply": (
        lambda: [HEAD, b"content-encoding: gzip\r\n\r\n", gzip.compress(_said(SAID))],
        "is malformed",
    ),
    "no HTTP": (lambda: [b"SSH-2.0-OpenSSH_9.6\r\n" * 10], "broke off"),
    "half a chunk": (
        lambda: [HEAD, b"transfer-encoding: chunked\r\n\r\n", b"ff\r\n", _said(SAID)], "broke off",
    ),
    **{name: (_body(body), "is malformed") for name, body in MALFORMED.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_it_does_costs_one_line(library: Library, name: str) -> None:
    says, note = BROKEN[name]
    without = ask(QUESTION, library=library)
    with serve(honest, Fault(says=says)) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m", seconds=1, retries=0))
        assert stub.sent < 32 * 2**20
    assert (answer.text, answer.citations) == (without.text, without.citations)
    assert answer.written and re.search(note, answer.written.note)
    assert answer.written.note.endswith(": this is the answer without a language model.")


def test_a_plain_reply_is_read_whatever_type_it_names(library: Library) -> None:
    for kind in (b"text/plain; charset=utf-16", b"application/json", b"text/event-stream"):
        head = HEAD.replace(b"text/event-stream", kind)
        says = [head, b"\r\n", b": ping\n\n", _said(SAID), b"data: [DONE]\n\n"]
        with serve(honest, Fault(says=lambda says=says: says)) as stub:
            answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
        assert answer.text == "Engineers from Porto designed the arch. [1]"
        assert answer.written and not answer.written.note


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(library: Library, status: int) -> None:
    with serve(honest) as elsewhere:
        head = f"HTTP/1.1 {status} Moved\r\nlocation: {elsewhere.url}/chat/completions\r\n"
        says = [f"{head}content-length: 0\r\n\r\n".encode()]
        with serve(honest, Fault(says=lambda: says)) as stub:
            answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
            assert len(stub.prompts) == 1
        assert elsewhere.prompts == []
    assert answer.written and f"redirects, which is not followed ({status})" in answer.written.note


def test_nothing_of_the_environment_goes_to_an_endpoint(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(honest) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET"):
            monkeypatch.setenv(f"OPENAI_{name}", "of-somebody-else")
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: of-somebody-else")
        monkeypatch.setenv("OPENAI_BASE_URL", proxy.url)
        with serve(honest) as stub:
            ask(QUESTION, library=library, model=Model(stub.url, "m"))
        assert proxy.prompts == []
    (sent,) = stub.headers
    assert "somebody" not in str(sent)
    assert set(sent) == {
        "host", "content-length", "content-type", "accept", "accept-encoding", "user-agent",
    }  # fmt: skip


def test_the_name_and_password_of_an_address_are_sent_unless_there_is_a_key(
    library: Library,
) -> None:
    with serve(honest) as stub:
        url = stub.url.replace("://", "://ann:p%40ss@")
        ask(QUESTION, library=library, model=Model(url, "m"))
        ask(QUESTION, library=library, model=Model(url, "m", key="k"))
    assert [head["authorization"] for head in stub.headers] == ["Basic YW5uOnBAc3M=", "Bearer k"]


def test_whoever_stops_reading_closes_the_connection(library: Library) -> None:
    flood = _ever(_said("The arch was designed by engineers from Porto [1]. ", None), seconds=0.01)
    with serve(honest, Fault(says=flood)) as stub:
        grown = ask_stream(QUESTION, library=library, model=Model(stub.url, "m"))
        assert next(grown) and next(grown).claims
        grown.close()
        assert stub.left.wait(10)


@pytest.mark.parametrize("says", [_ever(b": ping\n\n", seconds=0.01), None], ids=["pings", "none"])
def test_whoever_waits_for_nothing_can_be_called_off(library: Library, says: Says | None) -> None:
    called_off = threading.Event()
    with serve(honest, Fault(says=says) if says else Fault(silent=True)) as stub:
        model = Model(stub.url, "m", seconds=3600, stopped=called_off.is_set)
        asking = threading.Thread(target=ask, args=(QUESTION,), kwargs={
            "library": library, "model": model,
        })  # fmt: skip
        asking.start()
        while not stub.prompts and asking.is_alive():
            asking.join(0.01)
        called_off.set()
        asking.join(10)
        assert not asking.is_alive()
        assert not says or stub.left.wait(10)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def _or(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The right thing, or anything else."""
    return value | _JSON


_DELTA = st.fixed_dictionaries({}, optional={"content": _or(st.just(SAID)), "role": _JSON})
_CHOICE = st.fixed_dictionaries(
    {}, optional={"delta": _or(_DELTA), "finish_reason": _or(st.just("stop")), "index": _JSON}
)
_USAGE = st.fixed_dictionaries(
    {}, optional={"prompt_tokens": _or(st.just(9)), "completion_tokens": _or(st.just(9))}
)
_CHUNK = st.fixed_dictionaries(
    {}, optional={
        "choices": _or(st.lists(_or(_CHOICE), max_size=2)), "usage": _or(_USAGE), "error": _JSON,
    }
)  # fmt: skip


def _read(events: Iterable[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a reply of these events says, or that it is an error with one line."""
    reply = Reply(Model("http://127.0.0.1:9/v1", "m", retries=0), "prompt")
    with monkeypatch.context() as patch:
        patch.setattr(rag.llm.wire, "post", lambda *given: iter(events))
        try:
            said = "".join(reply)
        except ModelError as error:
            assert "\n" not in str(error)
            return str(error)
    assert said.encode() and 0 <= reply.read_tokens < 10**9 and 0 <= reply.written_tokens < 10**9
    return said


_FIXTURE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=300, suppress_health_check=_FIXTURE)
@given(chunks=st.lists(_or(_CHUNK), max_size=3))
@example(chunks=[{"choices": [{"delta": {"content": SAID}, "finish_reason": "stop"}]}])
def test_any_value_in_any_field_is_read_or_refused(
    chunks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _read(map(json.dumps, chunks), monkeypatch)


@settings(max_examples=30, suppress_health_check=_FIXTURE)
@given(body=st.binary(max_size=200), framed=st.booleans())
def test_any_bytes_are_read_or_refused(body: bytes, framed: bool, library: Library) -> None:
    said = b"data: " + body + b"\n\n" if framed else body
    with serve(honest, Fault(says=_body(_said("The arch", None), said))) as stub:
        reply = Reply(Model(stub.url, "m", retries=0), "prompt")
        with pytest.raises(ModelError):
            "".join(reply)


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999999/v1", "http://", "http://a\nb/"])
def test_an_address_that_cannot_be_one_is_refused_at_once(url: str) -> None:
    with pytest.raises(ModelError, match="address of the language model"):
        model_from(url, "m")


def test_a_key_that_cannot_be_sent_is_refused_without_being_shown() -> None:
    with pytest.raises(ModelError, match="PULLQUOTE_KEY") as refused:
        Model("http://a/v1", "m", key="sk-secret\r\nX: y")
    assert "secret" not in str(refused.value)
