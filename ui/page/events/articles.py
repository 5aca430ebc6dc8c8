"""When somebody adds, chooses or removes articles."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import InputError, LibraryError
from index.types import Article
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import Parts
from ui.page.render.article_list import describe_scope, list_articles
from ui.page.visits.visit import Progress, Visit
from ui.page.visits.visitors import Visitors

_PROGRESS = gr.Progress()
"""A default, as Gradio wants it; every call gets its own."""

Added = tuple[Article, bool]

FILES_AT_ONCE = 50
"""How many files are taken from one drop."""


def wire_articles(parts: Parts, visitors: Visitors) -> None:
    """Take in files and texts, with their progress; keep the list and the choice."""
    shown = [parts.articles, parts.scope, parts.added]

    def add_files(
        paths: list[str] | None, request: gr.Request, progress: gr.Progress = _PROGRESS
    ) -> tuple[Any, ...]:
        visit = visit_of(visitors, request)
        files = [Path(path) for path in paths or ()]
        try:
            said = [_add_file(visit, file, progress) for file in files[:FILES_AT_ONCE]]
        finally:
            # Gradio would serve them to whoever knows their names.
            for file in files:
                file.unlink(missing_ok=True)
        left = [file.name for file in files[FILES_AT_ONCE:]]
        said += [
            _refused(f"{name}: {FILES_AT_ONCE} files at a time are the limit") for name in left
        ]
        return *_state(visit), "".join(said), None

    def add_text(
        text: str, title: str, request: gr.Request, progress: gr.Progress = _PROGRESS
    ) -> tuple[Any, ...]:
        visit = visit_of(visitors, request)
        said, done = _said(visit, partial(visit.add_text, str(text), str(title)[:200]), progress)
        cleared = ("", "") if done else (gr.skip(), gr.skip())
        return *_state(visit), said, *cleared

    def choose(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        visit = visit_of(visitors, request)
        visit.choose(detail(event, "article"), searched=detail(event, "searched") == "yes")
        return _state(visit)

    def remove(event: gr.EventData, request: gr.Request) -> tuple[str, str, str]:
        visit = visit_of(visitors, request)
        try:
            visit.remove(detail(event, "article"))
        except LibraryError as error:
            return *_state(visit), _refused(str(error))
        return *_state(visit), ""

    def undo(request: gr.Request) -> tuple[str, str, str]:
        visit = visit_of(visitors, request)
        brought = visit.undo()
        return *_state(visit), _line("added", f"“{brought.title}” is back.") if brought else ""

    slow: dict[str, Any] = {
        "show_progress": "full",
        "show_progress_on": parts.files,
        "concurrency_limit": 1,
        "concurrency_id": "index",
        "api_visibility": "private",
    }
    parts.files.upload(add_files, parts.files, [*shown, parts.files], **slow)
    parts.add.click(add_text, [parts.text, parts.title], [*shown, parts.text, parts.title], **slow)
    parts.bar.choose(choose, None, [parts.articles, parts.scope], **QUICK)
    parts.bar.remove(remove, None, shown, **QUICK)
    parts.bar.undo(undo, None, shown, **QUICK)


def _state(visit: Visit) -> tuple[str, str]:
    return list_articles(visit), describe_scope(visit)


def _add_file(visit: Visit, file: Path, progress: gr.Progress) -> str:
    return _said(visit, partial(visit.add_file, file), progress, file.name)[0]


def _said(
    visit: Visit, add: Callable[[Progress], Added], progress: gr.Progress, name: str = "the text"
) -> tuple[str, bool]:
    """Add something; returns what is to be said of it, and whether it is in."""

    def step(done: int, total: int) -> None:
        progress((done, total), desc=f"{name}: {done} of {total} passages", unit="passages")

    progress((0, 1), desc=f"{name}: reading", unit="passages")
    try:
        article, new = add(step)
    except (InputError, LibraryError) as error:
        return _refused(str(error)), False
    there = "was added" if new else "is here already"
    unread = visit.unread.get(article.id)
    lost = f" But {unread}." if unread else ""
    return _line("added", f"“{article.title}” {there}.{lost}"), True


def _refused(reason: str) -> str:
    return _line("refused", f"Not added: {reason}.")


def _line(kind: str, text: str) -> str:
    role = "alert" if kind == "refused" else "status"
    return f'<p class="{kind}" role="{role}">{escape(text)}</p>'
