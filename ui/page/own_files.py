"""The page reads what was uploaded to it, and no other file; and speaks its reader's language."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Lock
from typing import Any

import gradio as gr
from gradio_client.utils import traverse  # type: ignore[import-untyped]

from index.speaking.choice import of_browser
from index.speaking.words import ENGLISH, speaking, spoken
from ui.page.theme import head_in

Settle = Callable[[str | None], None]
"""Does something for a session."""

TRIES = 3

_WORDLESS = frozenset({"api"})
"""Parts that nobody sees: what programs call."""

_WORDS = (
    "value", "label", "placeholder", "submit_btn", "choices", "feedback_options", "examples", "rtl"
)  # fmt: skip
"""What of a part of the page is words, or goes with them."""


class Page(gr.Blocks):
    """Gradio's page, but strict with the files in what is sent to its handlers.

    Gradio itself takes whatever lies in the folder of uploads, the folder too, which then it cannot
    delete, nor what comes after; and it would fetch what has an address in the place of a name.

    It is laid out once more in each language that is asked for, so that what a browser gets is in
    its own from the first byte on. ``language`` is spoken to everybody, if there is one; ``lay``
    places the parts of the page, and nothing else.
    """

    language: str | None = None
    lay: Callable[[], object] | None = None
    settle: Settle | None = None
    """Is called after whatever happens on a page, before the page sees what came of it."""

    @property
    def config(self) -> Any:
        """What the page is made of, in the language that is spoken."""
        language = spoken()
        if language == ENGLISH or self.lay is None:
            return self._config
        parts = self._config["components"]
        own = [each["id"] for each in parts if each["type"] not in _WORDLESS]
        said = dict(zip(own, self._face(language), strict=False))
        told = [_in_words(each, said.get(each["id"], {})) for each in parts]
        head = f"{head_in(language)}{self._config['head'] or ''}"
        return {**self._config, "head": head, "components": told}

    @config.setter
    def config(self, config: Any) -> None:
        self._config = config
        self._faces: dict[str, list[dict[str, Any]]] = {}
        self._laying = Lock()

    def _face(self, language: str) -> list[dict[str, Any]]:
        """Return what the parts of the page say in a language, in their order."""
        kinds = [each["type"] for each in self._config["components"]]
        kinds = [kind for kind in kinds if kind not in _WORDLESS]
        with self._laying:
            for _again in range(TRIES):
                if self.lay is None or language in self._faces:
                    break
                parts = _laid_out(self.lay)
                # Gradio puts what another thread makes meanwhile among them: once more, then.
                if [each["type"] for each in parts] == kinds:
                    self._faces[language] = [each["props"] for each in parts]
            return self._faces.get(language, [])

    async def call_function(
        self,
        block_fn: Any,
        processed_input: list[Any],
        iterator: Any = None,
        requests: Any = None,
        *rest: Any,
        **more: Any,
    ) -> Any:
        """Do what Gradio does, in the language of who sent the request."""
        request = requests[0] if isinstance(requests, list) and requests else requests
        with speaking(self.language or of_browser(accepted_by(request))):
            return await super().call_function(
                block_fn, processed_input, iterator, requests, *rest, **more
            )

    async def process_api(self, *given: Any, **named: Any) -> dict[str, Any]:
        """Do what Gradio does, then ``settle`` it."""
        done: dict[str, Any] = await super().process_api(*given, **named)
        if self.settle is not None:
            await asyncio.to_thread(self.settle, named.get("session_hash"))
        return done

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], *rest: Any, **more: Any
    ) -> Any:
        """Refuse foreign files, then do what Gradio does. Raises ``gr.Error``."""
        traverse(inputs, self._refuse_foreign, _is_file)
        return await super().preprocess_data(block_fn, inputs, *rest, **more)

    def received(self, path: str) -> Path | None:
        """Return a file that was sent to the page, once; None for whatever else is named."""
        if path not in self.upload_file_set:
            return None
        self.upload_file_set.discard(path)
        sent = Path(path)
        return sent if sent.is_file() else None

    def _refuse_foreign(self, file: dict[str, Any]) -> None:
        path = file["path"]
        if not isinstance(path, str) or path not in self.upload_file_set:
            raise gr.Error("This file was not sent to the page.", print_exception=False)


def _laid_out(lay: Callable[[], object]) -> list[dict[str, Any]]:
    """Return the parts of a page that is laid out for nobody, in the language that is spoken."""

    async def laid() -> list[dict[str, Any]]:
        with gr.Blocks(analytics_enabled=False) as face:
            lay()
        parts: list[dict[str, Any]] = face.get_config_file()["components"]
        return parts

    # In an event loop of its own, which is closed: without one Gradio makes some and closes none.
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(copy_context().run, asyncio.run, laid()).result()


def accepted_by(request: object) -> str:
    """Return the languages that a request's browser wants, "" if it says nothing of them."""
    headers = getattr(request, "headers", None)
    return str(headers.get("accept-language") or "") if headers is not None else ""


def _in_words(part: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of the page that says what another says, and is the same else."""
    props = part["props"]
    return {**part, "props": {**props, **{name: said[name] for name in _WORDS if name in said}}}


def _is_file(value: object) -> bool:
    return isinstance(value, dict) and "path" in value
