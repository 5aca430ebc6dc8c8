"""One request to an endpoint → what its events say, bounded in time and bytes.

Nothing is sent but what is given here, and to no other address: no header, proxy or key of the
environment, no redirect, nothing packed. What an endpoint sends beside its events is not read.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 120.0
"""How long an endpoint may send nothing; small machines take their time to read a prompt."""

POLL_SECONDS = 0.2
"""How long a read goes on after it was called off."""

MOST_BYTES = 8 * 2**20
"""What a reply may have with its head and pings: a token comes in some 300 bytes."""

MOST_EVENT_BYTES = 2**20

_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream",
    "Accept-Encoding": "identity",
    "User-Agent": "pullquote",
}


class StatusError(Exception):
    """The endpoint answers with another ``status`` than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class TooMuchError(Exception):
    """The endpoint sends more than ``MOST_BYTES``, or ``MOST_EVENT_BYTES`` in one event."""


class CalledOffError(Exception):
    """Nobody waits for the reply any more."""


@dataclass(slots=True)
class Bounds:
    """What is left to a reply: until ``end`` of the monotonic clock, and ``left`` bytes."""

    end: float
    stopped: Callable[[], bool]
    left: int = MOST_BYTES

    def wait(self, until: float) -> float:
        """Return how many seconds to wait for the next bytes. Raises if there are none left."""
        if self.stopped():
            raise CalledOffError
        seconds = min(self.end, until) - time.monotonic()
        if seconds <= 0:
            raise httpcore2.ReadTimeout
        return min(seconds, POLL_SECONDS)

    def take(self, data: bytes) -> bytes:
        """Count what came in."""
        self.left -= len(data)
        if self.left < 0:
            raise TooMuchError
        return data


def post(
    url: str, headers: dict[str, str], fields: Mapping[str, Any], bounds: Bounds
) -> Iterator[str]:
    """Send ``fields`` as JSON and yield the data of each event that comes back.

    The connection is closed when the last one was read, or when nobody reads on.

    Raises:
        StatusError, TooMuchError, CalledOffError: as they say.
        httpcore2.ConnectError, httpcore2.TimeoutException: nobody is there, or it takes too long.
        httpcore2.NetworkError, httpcore2.ProtocolError: the reply breaks off.
        ValueError: the reply is packed.
    """
    parsed = httpx2.URL(url)
    address = httpcore2.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
    )
    sent = list((_HEADERS | headers).items())
    content = json.dumps(fields).encode()
    waits = {"timeout": {"connect": CONNECT_SECONDS}}
    secure = httpx2.create_ssl_context(trust_env=False)
    with (
        httpcore2.ConnectionPool(ssl_context=secure, network_backend=_Backend(bounds)) as pool,
        pool.stream("POST", address, headers=sent, content=content, extensions=waits) as response,
    ):
        if response.status != 200:
            raise StatusError(response.status)
        packed = dict(response.headers).get(b"content-encoding", b"identity")
        if packed.lower() != b"identity":
            raise ValueError("packed, which was not asked for")
        yield from _events(response.iter_stream())


def _events(body: Iterator[bytes]) -> Iterator[str]:
    """Yield the data of the events, which are UTF-8 by their standard, whatever the head says."""
    response = httpx2.Response(
        200,
        headers={"Content-Type": "text/event-stream; charset=utf-8"},
        content=body,
        request=httpx2.Request("POST", "http://unused"),
    )
    try:
        for event in httpx2.EventSource(response, MOST_EVENT_BYTES):
            yield event.data
    except httpx2.SSEError as error:
        raise TooMuchError from error


class _Backend(httpcore2.SyncBackend):
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        self._bounds.wait(self._bounds.end)
        stream = super().connect_tcp(host, port, timeout, local_address, socket_options)
        return _Bounded(stream, self._bounds)


class _Bounded(httpcore2.NetworkStream):
    """A connection that keeps to its bounds, byte by byte: in the head as in the body."""

    def __init__(self, stream: httpcore2.NetworkStream, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        until = time.monotonic() + SILENT_SECONDS
        while True:
            seconds = self._bounds.wait(until)
            try:
                return self._bounds.take(self._stream.read(max_bytes, seconds))
            except httpcore2.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._bounds.wait(self._bounds.end)
        self._stream.write(buffer, min(SILENT_SECONDS, self._bounds.end - time.monotonic()))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Bounded(stream, self._bounds)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
