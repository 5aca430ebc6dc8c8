"""The page reads what was uploaded to it, and no other file that a caller names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio_client.utils import traverse  # type: ignore[import-untyped]

Settle = Callable[[str | None], None]
"""Does something for a session."""


class Page(gr.Blocks):
    """Gradio's page, but strict with the files in what is sent to its handlers.

    Gradio itself takes whatever lies in the folder of uploads, the folder too, which then it cannot
    delete, nor what comes after; and it would fetch what has an address in the place of a name.
    """

    settle: Settle | None = None
    """Is called after whatever happens on a page, before the page sees what came of it."""

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


def _is_file(value: object) -> bool:
    return isinstance(value, dict) and "path" in value
