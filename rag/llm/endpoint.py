"""A language model behind any endpoint that speaks OpenAI's protocol: Ollama, llama.cpp, vLLM, …"""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from index.errors import ModelError
from rag.llm.chunk import read_chunk

URL_VARIABLE, NAME_VARIABLE, KEY_VARIABLE = "PULLQUOTE_LLM", "PULLQUOTE_MODEL", "PULLQUOTE_KEY"
PRICES_VARIABLE = "PULLQUOTE_PRICES"

DEFAULT_SECONDS = 300.0
DEFAULT_RETRIES = 2
DEFAULT_READ_TOKENS = 2_500
DEFAULT_WRITTEN_TOKENS = 400

PAUSE_SECONDS = 0.5
CHARACTERS_PER_TOKEN = 12
"""No text has more; a reply that is longer than its tokens allow comes from a server that does not
keep to the limit."""

_AGAIN = (408, 409, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be asked. ``key`` is shown nowhere.

    ``seconds`` bounds a whole reply, ``retries`` the further tries where nothing came yet;
    ``read_tokens`` the prompt, ``written_tokens`` the reply; ``prices`` are those of a million
    tokens read and written. ``stopped`` tells whether nobody waits for a reply any more: then it
    is broken off.

    Raises:
        ModelError: the address or the key cannot be right.
    """

    url: str
    name: str
    key: str = field(default="", repr=False)
    seconds: float = DEFAULT_SECONDS
    retries: int = DEFAULT_RETRIES
    read_tokens: int = DEFAULT_READ_TOKENS
    written_tokens: int = DEFAULT_WRITTEN_TOKENS
    prices: tuple[float, float] | None = None
    stopped: Callable[[], bool] = field(default=lambda: False, repr=False, compare=False)

    def __post_init__(self) -> None:
        import httpx2

        try:
            url = httpx2.URL(self.url)
        except httpx2.InvalidURL:
            url = httpx2.URL()
        if url.scheme not in ("http", "https") or not url.host or (url.port or 0) >= 2**16:
            raise ModelError(
                "the address of the language model must begin with http:// or https://, "
                "then the name of a host"
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise ModelError(f"a key has no characters beyond plain ASCII: check {KEY_VARIABLE}")

    @property
    def host(self) -> str:
        """The endpoint without anything that could be secret."""
        import httpx2

        url = httpx2.URL(self.url)
        return f"{url.host}:{url.port}" if url.port else url.host

    def cost(self, read: int, written: int) -> float | None:
        """Return what so many tokens cost, None without prices."""
        if self.prices is None:
            return None
        return (read * self.prices[0] + written * self.prices[1]) / 1_000_000


def model_from(url: str | None = None, name: str | None = None) -> Model | None:
    """Return the model that is named here or in the environment; None if none is.

    Raises:
        ModelError: only one of address and name is given, or one cannot be right.
    """
    url = url or os.environ.get(URL_VARIABLE) or ""
    name = name or os.environ.get(NAME_VARIABLE) or ""
    if not url and not name:
        return None
    if not url or not name:
        raise ModelError(
            f"a language model needs an address and a name: give --llm URL and --model NAME, "
            f"or set {URL_VARIABLE} and {NAME_VARIABLE}"
        )
    prices = _prices(os.environ.get(PRICES_VARIABLE))
    return Model(url, name, os.environ.get(KEY_VARIABLE, ""), prices=prices)


def _prices(text: str | None) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        read, written = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ModelError(
            f"{PRICES_VARIABLE}={text!r} is not two prices of a million tokens: read,written"
        ) from error
    return read, written


class Reply:
    """The reply to one prompt: iterate over it once for its text, piece by piece as it comes.

    Afterwards ``read_tokens`` and ``written_tokens`` are what the endpoint counted (0 if it did
    not), and ``cut`` is whether it stopped for want of tokens.
    """

    def __init__(self, model: Model, prompt: str) -> None:
        self.model = model
        self.prompt = prompt
        self.read_tokens = 0
        self.written_tokens = 0
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        """Yield the text.

        Raises:
            ModelError: the endpoint does not answer as it should; the message says how.
        """
        import httpcore2

        from rag.llm import wire

        host = self.model.host
        try:
            with closing(self._open()) as events:
                yield from self._read(events)
        except wire.StatusError as error:
            raise self._refused(error.status) from error
        except wire.TooMuchError as error:
            raise ModelError(f"the reply of {host} did not end") from error
        except wire.CalledOffError as error:
            raise ModelError(f"the reply of {host} was called off") from error
        except httpcore2.TimeoutException as error:
            raise self._slow() from error
        except httpcore2.ConnectError as error:
            raise ModelError(f"{host} cannot be reached") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise ModelError(f"the reply of {host} broke off") from error
        except (ValueError, RecursionError) as error:
            raise ModelError(f"the reply of {host} is malformed") from error

    def _open(self) -> Generator[str, None, None]:
        """Yield the events, trying again where that may help and nothing has come yet.

        By hand, for a pause of a library's ends neither with the time nor when called off.
        """
        import httpcore2

        from rag.llm import wire

        bounds = wire.Bounds(time.monotonic() + self.model.seconds, self.model.stopped)
        for left in range(self.model.retries, -1, -1):
            events = wire.post(*self._request(), bounds)
            try:
                first = next(events, None)
            except (httpcore2.NetworkError, httpcore2.ProtocolError, wire.StatusError) as error:
                pause = PAUSE_SECONDS * 2 ** (self.model.retries - left)
                lasting = getattr(error, "status", _AGAIN[0]) not in _AGAIN
                if lasting or not left or time.monotonic() + pause >= bounds.end:
                    raise
                time.sleep(pause)
            else:
                if first is not None:
                    yield first
                    yield from events
                return

    def _request(self) -> tuple[str, dict[str, str], dict[str, Any]]:
        """Return the address, the headers and the fields of the request."""
        import httpx2

        url = httpx2.URL(self.model.url)
        secret = f"Bearer {self.model.key}" if self.model.key else ""
        if url.userinfo and not secret:
            named = f"{url.username}:{url.password}".encode()
            secret = f"Basic {base64.b64encode(named).decode()}"
        fields = {
            "model": self.model.name,
            "messages": [{"role": "user", "content": self.prompt}],
            "max_tokens": self.model.written_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        whole = url.copy_with(path=f"{url.path.rstrip('/')}/chat/completions")
        return str(whole), {"Authorization": secret} if secret else {}, fields

    def _read(self, events: Iterator[str]) -> Iterator[str]:
        length = 0
        done = False
        for event in events:
            if event.startswith("[DONE]"):
                break
            chunk = read_chunk(event)
            done = done or bool(chunk.finish)
            self.cut = self.cut or chunk.finish == "length"
            self.read_tokens = chunk.read_tokens or self.read_tokens
            self.written_tokens = chunk.written_tokens or self.written_tokens
            length += len(chunk.text)
            if length > self.model.written_tokens * CHARACTERS_PER_TOKEN:
                raise ModelError(f"the reply of {self.model.host} did not end")
            if chunk.text:
                yield chunk.text
        if not length:
            raise ModelError(f"the reply of {self.model.host} is empty")
        if not done:
            raise ModelError(f"the reply of {self.model.host} broke off")

    def _slow(self) -> ModelError:
        from rag.llm.wire import SILENT_SECONDS

        return ModelError(
            f"{self.model.host} took too long (at most "
            f"{self.model.seconds:g} seconds, {SILENT_SECONDS:g} without a word)"
        )

    def _refused(self, status: int) -> ModelError:
        reasons = {
            401: f"does not take the key: set {KEY_VARIABLE}",
            403: f"does not take the key: set {KEY_VARIABLE}",
            404: f"has no model {self.model.name!r}, or speaks another protocol",
            429: "has too much to do, or the key has no credit left",
        }
        moved = "redirects, which is not followed" if 300 <= status < 400 else "failed"
        reason = reasons.get(status, moved)
        return ModelError(f"{self.model.host} {reason} ({status})")
