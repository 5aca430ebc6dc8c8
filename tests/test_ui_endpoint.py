"""What ui/README.md tells programs to do, done."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from browsing import serving

from index import Library
from rag.libraries import bundled_article, library_of

README = (Path(__file__).resolve().parents[1] / "ui" / "README.md").read_text(encoding="utf-8")
TARGET = "How many projects does OpenAI aim for?"
QUOTE = "The stated target is 10 projects with American allies."
NOBODY = "What is the capital of France?"


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of([bundled_article()])


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found.rstrip("/")


def _block(language: str, address: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (block,) = [each for each in blocks if "http://127.0.0.1:7860" in each]
    return str(block).replace("http://127.0.0.1:7860", address)


def _check(answer: dict[str, Any], library: Library) -> None:
    (citation,) = answer["citations"]
    article = library.article(citation["article_id"])
    assert article.text[citation["start"] : citation["end"]] == citation["quote"] == QUOTE
    assert (citation["title"], citation["paragraph"]) == (article.title, 6)
    assert answer["certainty"] in {"sure", "fairly sure", "unsure"}
    assert not answer["refused"] and not answer["nearest"]


def test_the_curl_line(address: str, library: Library) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    command = shlex.split(_block("sh", address))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    _check(json.loads(done.stdout)["data"][0], library)


def test_the_python_lines(address: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(_block("python", address), "ui/README.md", "exec"), {})
    assert printed.getvalue() == f"{QUOTE}\n"


async def _mcp(address: str, *questions: str) -> tuple[list[Any], list[str]]:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    server = json.loads(_block("json", address))["mcpServers"]["pullquote"]
    assert server["type"] == "http"
    async with streamable_http_client(server["url"]) as (read, write, _):
        async with ClientSession(read, write) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            results = [
                await session.call_tool(tools[0].name, {"question": question})
                for question in questions
            ]
            return tools, [result.content[0].text for result in results]


def test_the_mcp_configuration(address: str, library: Library) -> None:
    # In a thread of its own: the browser's tests leave their event loop running in this one.
    with ThreadPoolExecutor() as threads:
        asked = _mcp(address, TARGET, NOBODY, "?!")
        tools, (answer, refusal, empty) = threads.submit(asyncio.run, asked).result()
    (tool,) = tools
    assert tool.name == "ask"
    assert "quotes that can be checked" in tool.description
    assert tool.inputSchema["required"] == ["question"]
    assert "in plain words" in tool.inputSchema["properties"]["question"]["description"]
    _check(json.loads(answer), library)
    refused = json.loads(refusal)
    assert refused["refused"] and refused["nearest"]
    assert "France" in refused["nearest"][0]["lacks"]
    assert "write one with at least one word" in empty


def test_nothing_a_visitor_added_is_answered(address: str, library: Library) -> None:
    from gradio_client import Client

    from ui.page.visits.visit import Visit

    visit = Visit(library)
    visit.add_text("The old bell was cast in Ghent.", "Bell", lambda stage, done, total: None)
    answer = Client(address, verbose=False).predict("Where was the bell cast?", api_name="/ask")
    assert "Ghent" not in json.dumps(answer)
    visit.end()


def test_wrong_calls_are_one_line(address: str) -> None:
    import urllib.error
    import urllib.request

    for data in ([""], [None], [7], [["x"]], ["x" * 2_001]):
        request = urllib.request.Request(
            f"{address}/gradio_api/run/ask",
            json.dumps({"data": data}).encode(),
            {"Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        with refused.value as error:
            said = error.read().decode()
        assert "Traceback" not in said and "/ui/" not in said
