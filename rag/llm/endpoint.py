"""A language model behind any endpoint that speaks OpenAI's protocol: Ollama, llama.cpp, vLLM, …"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import ModelError

if TYPE_CHECKING:
    from openai import OpenAI, Stream

URL_VARIABLE, NAME_VARIABLE, KEY_VARIABLE = "PULLQUOTE_LLM", "PULLQUOTE_MODEL", "PULLQUOTE_KEY"
PRICES_VARIABLE = "PULLQUOTE_PRICES"

DEFAULT_SECONDS = 300.0
DEFAULT_RETRIES = 2
DEFAULT_READ_TOKENS = 2_500
DEFAULT_WRITTEN_TOKENS = 400

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 120.0
"""How long an endpoint may send nothing; small machines take their time to read a prompt."""

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
    tokens read and written.
    """

    url: str
    name: str
    key: str = field(default="", repr=False)
    seconds: float = DEFAULT_SECONDS
    retries: int = DEFAULT_RETRIES
    read_tokens: int = DEFAULT_READ_TOKENS
    written_tokens: int = DEFAULT_WRITTEN_TOKENS
    prices: tuple[float, float] | None = None

    @property
    def host(self) -> str:
        """The endpoint without anything that could be secret."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

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
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise ModelError("the address of the language model must begin with http:// or https://")
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
        import httpx2
        import openai

        end = time.monotonic() + self.model.seconds
        try:
            yield from self._read(self._open(end), end)
        except openai.APITimeoutError as error:
            raise self._slow() from error
        except openai.APIStatusError as error:
            raise self._refused(error.status_code) from error
        except openai.APIConnectionError as error:
            raise ModelError(f"{self.model.host} cannot be reached") from error
        except httpx2.TimeoutException as error:
            raise self._slow() from error
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise ModelError(f"the reply of {self.model.host} broke off") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"the reply of {self.model.host} is malformed") from error

    def _open(self, end: float) -> Stream[Any]:
        """Start the reply, trying again where that may help, but not beyond ``end``."""
        import openai

        for left in range(self.model.retries, -1, -1):
            try:
                return self._start(end - time.monotonic())
            except (openai.APIConnectionError, openai.APIStatusError) as error:
                status = getattr(error, "status_code", None)
                lasting = isinstance(error, openai.APITimeoutError) or status not in (None, *_AGAIN)
                pause = PAUSE_SECONDS * 2 ** (self.model.retries - left)
                if lasting or not left or time.monotonic() + pause >= end:
                    raise
                time.sleep(pause)
        raise AssertionError("unreachable")

    def _start(self, seconds: float) -> Stream[Any]:
        import httpx2

        return _client(self.model).chat.completions.create(
            model=self.model.name,
            messages=[{"role": "user", "content": self.prompt}],
            max_tokens=self.model.written_tokens,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
            timeout=httpx2.Timeout(max(0.1, min(seconds, SILENT_SECONDS)), connect=CONNECT_SECONDS),
        )

    def _read(self, stream: Stream[Any], end: float) -> Iterator[str]:
        length = 0
        done = False
        with stream:
            for chunk in stream:
                if time.monotonic() > end:
                    raise self._slow()
                usage = getattr(chunk, "usage", None)
                if usage:
                    self.read_tokens = int(usage.prompt_tokens or 0)
                    self.written_tokens = int(usage.completion_tokens or 0)
                for choice in (chunk.choices or ())[:1]:
                    done = done or bool(choice.finish_reason)
                    self.cut = self.cut or choice.finish_reason == "length"
                    text = choice.delta.content or ""
                    length += len(text)
                    if length > self.model.written_tokens * CHARACTERS_PER_TOKEN:
                        raise ModelError(f"the reply of {self.model.host} did not end")
                    if text:
                        yield text
        if not length:
            raise ModelError(f"the reply of {self.model.host} is empty")
        if not done:
            raise ModelError(f"the reply of {self.model.host} broke off")

    def _slow(self) -> ModelError:
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
        reason = reasons.get(status, "failed")
        return ModelError(f"{self.model.host} {reason} ({status})")


def _client(model: Model) -> OpenAI:
    from openai import OpenAI

    # Without a key there must be some: the client would look for one of its own otherwise.
    return OpenAI(base_url=model.url, api_key=model.key or "none", max_retries=0)
