"""``ask`` for programs: one public HTTP endpoint and one MCP tool, over the shared articles."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr

from index.errors import QuestionError
from index.library import Library
from rag import ask as ask_library
from rag.answer.export import answer_json

Ask = Callable[[str, gr.Request], Any]


def public_ask(library: Library) -> Ask:
    """Return the endpoint over one library. Nothing that a visitor added is in its answers."""

    def ask(question: str, request: gr.Request) -> dict[str, Any]:
        """Answer a question from the articles, with quotes that can be checked, or refuse.

        Every statement of the answer is a quote with its article, paragraph and character range.
        When ``refused`` is true the articles do not say, and ``nearest`` holds the closest places
        with what each lacks. ``certainty`` says in words how sure the answer is.

        Args:
            question: one question about the articles, in plain words.
        """
        if not isinstance(question, str):
            raise gr.Error("the question is not a text")
        try:
            found = answer_json(ask_library(question, library=library))
        except QuestionError as error:
            raise gr.Error(str(error)) from error
        # A tool's result is text: as it is, a program would get Python's notation.
        is_tool = "/mcp" in request.url.path
        return json.dumps(found, ensure_ascii=False) if is_tool else found  # type: ignore[return-value]

    return ask
