"""Many visitors at once: every question that was taken is answered, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest
from browsing import serving
from conftest import STORY
from faults import row, scale
from gradio.blocks import Block
from tiny import TinyEmbedder

from index import Library
from rag import Answer
from ui.page.conversation import extractive
from ui.server.serve import MAX_WAITING

SAID = {
    "Who designed the arch?": "Engineers from Porto designed the arch.",
    "What did the new bridge cost?": "It cost 12 million euros.",
    "Who opened the new bridge?": "The mayor opened the new bridge on Monday.",
    "Since when had a ferry crossed the river?": "A ferry had crossed the river since 1890.",
}
FIFTY = 50
VISITORS = scale(5, FIFTY)
SECONDS = scale(2, 60)
ABOVE = {"descriptors": 24, "parts": 0, "threads": 8, "blocks": scale(30_000, 300_000)}
"""What a second burst may have more than the first. The pool of threads fills up as it happens,
each with its connection; what a question leaves behind would be more than that by far. Of memory,
the blocks that Python holds are counted: how many megabytes the process has rests on what other
tests left in its allocator, and differs by forty from burst to burst."""


@dataclass(slots=True)
class Burst:
    """What became of the questions; ``seconds`` are of those that were answered."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Door:
    """How the page is called: what its box does when a question is sent, and what answers it."""

    client: httpx2.AsyncClient
    put: int
    answer: int

    async def ask(self, session: str, question: str, burst: Burst) -> None:
        """Ask as the page does: put the question, join the queue, read the events to the end."""
        begun = monotonic()
        called = {"session_hash": session, "fn_index": self.put, "data": [question]}
        (await self.client.post("gradio_api/run/predict", json=called)).raise_for_status()
        called = {"session_hash": session, "fn_index": self.answer, "data": []}
        joined = await self.client.post("gradio_api/queue/join", json=called)
        if joined.status_code == 503:
            burst.refused += 1
            return
        joined.raise_for_status()
        if await self._shown(session, question):
            burst.seconds.append(monotonic() - begun)
        else:
            burst.lost.append(question)

    async def _shown(self, session: str, question: str) -> bool:
        """Tell whether the conversation ends with the question and what answers it."""
        named = {"session_hash": session}
        done: dict[str, Any] = {}
        async with self.client.stream("GET", "gradio_api/queue/data", params=named) as events:
            async for line in events.aiter_lines():
                event = json.loads(line.removeprefix("data: ") or "{}")
                if event.get("msg") == "process_completed":
                    done = event
        if not done.get("success"):
            return False
        asked, answered = (each["content"][0]["text"] for each in done["output"]["data"][0][-2:])
        return question.rstrip("?") in asked and SAID[question] in answered


@contextmanager
def _page(folder: Path, max_waiting: int = MAX_WAITING, **options: Any) -> Iterator[str]:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library, max_waiting, **options) as address:
            yield address


async def _burst(address: str, visitors: int, seconds: float) -> Burst:
    """Have visitors ask one question after the other; each asks at least one."""
    burst = Burst()
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        wired = (await client.get("config")).json()["dependencies"]
        put = next(d["id"] for d in wired if any(event == "submit" for _, event in d["targets"]))
        after = (d["id"] for d in wired if d["trigger_after"] == put and d["backend_fn"])
        door = Door(client, put, next(after))
        until = monotonic() + seconds

        async def visit(number: int) -> None:
            questions = list(SAID)
            while True:
                question = questions[number % len(questions)]
                await door.ask(f"visitor{number % visitors}", question, burst)
                number += visitors
                if monotonic() >= until:
                    return

        await asyncio.gather(*(visit(number) for number in range(visitors)))
    return burst


def _run(burst: Coroutine[Any, Any, Burst]) -> Burst:
    """Run in a thread of its own: the browser's tests leave their event loop running here."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, burst).result()


def _held() -> dict[str, int]:
    """Return what this process holds, once closed connections are gone."""
    sleep(1)
    gc.collect()
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "parts": sum(issubclass(type(each), Block) for each in gc.get_objects()),
        "threads": threading.active_count(),
        "blocks": sys.getallocatedblocks(),
    }


@pytest.mark.torture
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_nothing_is_lost_or_left_behind_under_load(tmp_path: Path) -> None:
    with _page(tmp_path / "library") as address:
        first = _run(_burst(address, VISITORS, SECONDS))
        before = _held()
        second = _run(_burst(address, VISITORS, SECONDS))
        after = _held()
    seconds = first.seconds + second.seconds
    counted = row(f"questions of {VISITORS} visitors at once to the served page")
    counted.unit = "asked"
    counted.injected += len(seconds)
    counted.lost += len(first.lost + second.lost)
    cuts = quantiles(seconds, n=100)
    counted.note = (
        f"p50 {1000 * cuts[49]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms, "
        f"{len(seconds) / 2 / SECONDS:.0f} a second; {before} then {after}"
    )
    assert first.lost + second.lost == []
    assert first.refused + second.refused == 0
    assert {name: after[name] for name in after if after[name] > before[name] + ABOVE[name]} == {}


def test_fifty_may_ask_at_the_same_moment(tmp_path: Path) -> None:
    """As long as none of them is answered, all but a few wait."""

    def slow(*given: Any) -> Iterator[Answer]:
        sleep(0.1)
        yield from extractive(*given)

    with _page(tmp_path / "library", answers=slow) as address:
        burst = _run(_burst(address, FIFTY, 0))
    assert (len(burst.seconds), burst.refused, burst.lost) == (FIFTY, 0, [])


def test_who_finds_the_queue_full_is_told_and_takes_nobodys_place(tmp_path: Path) -> None:
    def slow(*given: Any) -> Iterator[Answer]:
        sleep(0.5)
        yield from extractive(*given)

    with _page(tmp_path / "library", 2, answers=slow, at_once=1) as address:
        burst = _run(_burst(address, 10, 0))
    assert burst.refused > 0 and burst.lost == []
    assert burst.refused + len(burst.seconds) == 10
