"""When somebody adds, chooses or removes articles."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from time import monotonic
from typing import Any

import gradio as gr

from index.errors import InputError, LibraryError
from index.progress import Progress, Stage
from index.types import Article
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import IN_LIBRARY, Parts
from ui.page.render.article_list import describe_scope, list_articles
from ui.page.visits.visit import Visit
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
        paths: list[str] | None,
        where: str,
        request: gr.Request,
        progress: gr.Progress = _PROGRESS,
    ) -> tuple[Any, ...]:
        visit = visit_of(visitors, request)
        files = [Path(path) for path in paths or ()]
        try:
            keep = where == IN_LIBRARY
            said = [_add_file(visit, file, progress, keep) for file in files[:FILES_AT_ONCE]]
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
        text: str,
        title: str,
        where: str,
        request: gr.Request,
        progress: gr.Progress = _PROGRESS,
    ) -> tuple[Any, ...]:
        visit = visit_of(visitors, request)
        add = partial(visit.add_text, str(text), str(title)[:200], keep=where == IN_LIBRARY)
        said, done = _said(visit, add, progress)
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
    parts.files.upload(add_files, [parts.files, parts.where], [*shown, parts.files], **slow)
    pasted = [parts.text, parts.title]
    parts.add.click(add_text, [*pasted, parts.where], [*shown, *pasted], **slow)
    parts.bar.choose(choose, None, [parts.articles, parts.scope], **QUICK)
    parts.bar.remove(remove, None, shown, **QUICK)
    parts.bar.undo(undo, None, shown, **QUICK)


def _state(visit: Visit) -> tuple[str, str]:
    return list_articles(visit), describe_scope(visit)


def _add_file(visit: Visit, file: Path, progress: gr.Progress, keep: bool) -> str:
    return _said(visit, partial(visit.add_file, file, keep=keep), progress, file.name)[0]


def _said(
    visit: Visit, add: Callable[[Progress], Added], progress: gr.Progress, name: str = "the text"
) -> tuple[str, bool]:
    """Add something; returns what is to be said of it, and whether it is in."""

    begun = monotonic()

    def step(stage: Stage, done: int, total: int) -> None:
        seconds = f", {monotonic() - begun:.0f} s"
        if stage is Stage.EMBEDDING:
            progress((done, total), desc=f"{name}: {done} of {total} passages", unit="passages")
        elif stage is Stage.RECOGNISING:
            progress(
                (done, total), desc=f"{name}: {done} of {total} pages recognised", unit="pages"
            )
        elif stage is Stage.CUTTING:
            progress((done, total), desc=f"{name}: cutting{seconds}", unit="characters")
        else:
            progress((0, 1), desc=f"{name}: reading{seconds}", unit="passages")

    progress((0, 1), desc=f"{name}: reading", unit="passages")
    try:
        article, new = add(step)
    except (InputError, LibraryError) as error:
        return _refused(str(error)), False
    there = "was added" if new else "is here already"
    if article.id in visit.kept:
        there += " and stays in your library" if visit.owns(article.id) else " to your library"
    unread = visit.unread.get(article.id)
    lost = f" But {unread}." if unread else ""
    return _line("added", f"“{article.title}” {there}.{lost}"), True


def _refused(reason: str) -> str:
    return _line("refused", f"Not added: {reason}.")


def _line(kind: str, text: str) -> str:
    role = "alert" if kind == "refused" else "status"
    return f'<p class="{kind}" role="{role}">{escape(text)}</p>'
