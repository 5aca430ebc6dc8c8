"""When somebody adds files, a text or a link: taken at once, added one after the other."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextvars import copy_context
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import gradio as gr

from index.limits import DEFAULT_LIMITS
from index.parse.fetch import Fetching
from index.progress import Progress
from index.speaking.words import N_, _
from index.types import Article
from ui.page.events.visits import QUICK, detail, visit_of
from ui.page.layout import Parts
from ui.page.render.adding import STAYS, TO_LIBRARY, show_adding
from ui.page.render.article_list import describe_scope, list_articles
from ui.page.shelf import IN_LIBRARY
from ui.page.visits.adding import Done, Job, State, over
from ui.page.visits.links import add_link
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

Received = Callable[[str], Path | None]
"""Returns a file that was sent to the page, by the name that its sender was told; else None."""

FILES_AT_ONCE = 200
"""How many files are taken from one drop."""

MAX_NAME = 120
"""How much of a name is shown that the page has given something."""

LOOK_SECONDS, LIST_SECONDS = 0.2, 1.0
"""How often is looked whether something has changed, and how often the list is drawn anew."""

_FOLLOWED: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": None,
    "trigger_mode": "multiple",
}

_FOLLOWED_UP = "() => document.dispatchEvent(new Event('followed'))"

_PROBLEMS = {
    "": N_("{name} was not sent to this page"),
    "large": N_("{name} has over {size} MB, which is the limit"),
    "busy": N_(
        "{name} was not sent, because too much is being sent at the moment: try again in a minute"
    ),
    "folder": N_("{name} is a folder: drop the files that are in it"),
    "many": N_("{name} had to wait outside: {most} files at a time are the limit"),
    "broken": N_("{name} did not arrive: try again"),
}
"""What can go wrong before a file is here, by the word that the page has for it."""


def wire_adding(
    parts: Parts, visitors: Visitors, received: Received, links: Fetching | None
) -> None:
    """Take files, texts and, if ``links`` says how they are fetched, addresses; follow them."""

    def put_file(where: str, event: gr.EventData, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        sent = received(detail(event, "upload"))
        if sent:
            job = _of_file(visit, sent, where == IN_LIBRARY)
        else:
            job = _not_sent(detail(event, "name"), detail(event, "problem"))
        size = detail(event, "size")
        told = int(size) if size.isdecimal() and len(size) < 4 else 1
        _put(visitors, visit, job, detail(event, "batch")[:MAX_NAME], told)
        followed = str(request.session_hash) in visit.adding.watchers
        return show_adding(visit.adding, followed=followed)

    def put_text(text: str, title: str, where: str, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        add = partial(visit.add_text, str(text), str(title)[:200], keep=where == IN_LIBRARY)
        job = Job(
            _("The text"),
            _adding(visit, add),
            _print_of(text, title),
            in_memory=True,
        )
        return _put(visitors, visit, job, secrets.token_hex(4))

    def put_link(address: str, where: str, request: gr.Request) -> str:
        visit = visit_of(visitors, request)
        told = str(address).strip() or _("an empty line")
        add = partial(add_link, visit, told, links or Fetching(), keep=where == IN_LIBRARY)
        job = Job(told[:MAX_NAME], _adding(visit, add), _print_of(address))
        return _put(visitors, visit, job, secrets.token_hex(4))

    def clear_text(text: str, title: str, request: gr.Request) -> tuple[Any, Any]:
        added = _is_in(visit_of(visitors, request), _print_of(text, title))
        return ("", "") if added else (gr.skip(), gr.skip())

    def clear_link(address: str, request: gr.Request) -> Any:
        return "" if _is_in(visit_of(visitors, request), _print_of(address)) else gr.skip()

    async def follow(request: gr.Request) -> AsyncIterator[tuple[Any, Any, Any]]:
        async for step in _follow(visit_of(visitors, request), str(request.session_hash)):
            yield step

    def followed(put: Any) -> Any:
        return put.then(follow, None, shown, **_FOLLOWED)

    shown = [parts.articles, parts.scope, parts.added]
    texts = [parts.text, parts.title]
    quick = {**QUICK, "trigger_mode": "multiple"}
    parts.bar.offer(put_file, parts.where, parts.added, **quick)
    run = parts.bar.follow(follow, None, shown, **_FOLLOWED)
    for end in (run, run.failure(None, None, None)):  # neither of them runs in both cases
        end.then(None, None, None, js=_FOLLOWED_UP)
    put = followed(parts.add.click(put_text, [*texts, parts.where], parts.added, **QUICK))
    put.then(clear_text, texts, texts, **QUICK)
    if links is not None:
        asked = [parts.link.submit, parts.fetch.click]
        put = followed(gr.on(asked, put_link, [parts.link, parts.where], parts.added, **QUICK))
        put.then(clear_link, parts.link, parts.link, **QUICK)


async def _follow(visit: Visit, session: str) -> AsyncIterator[tuple[Any, Any, Any]]:
    """Yield the list, the scope and what is added whenever they change, until all of it is over.

    Where something more is added meanwhile, who follows from then on takes the place of this.
    """
    adding, me = visit.adding, object()
    adding.watchers[session] = me
    seen, listed, last = -1, -1, 0.0
    try:
        while adding.watchers.get(session) is me:
            goes, revision, over = adding.is_going, adding.revision, adding.over
            if over != listed and (not goes or monotonic() - last > LIST_SECONDS):
                yield await asyncio.to_thread(_state, visit)
                seen, listed, last = revision, over, monotonic()
            elif revision != seen:
                yield gr.skip(), gr.skip(), show_adding(adding)
                seen = revision
            if goes or adding.is_awaited:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            if adding.watchers.get(session) is not me:
                break
            # What is taken from now on somebody else has to follow, if it is not seen here.
            del adding.watchers[session]
            if not adding.is_going:
                break
            adding.watchers[session] = me
    finally:
        if adding.watchers.get(session) is me:
            del adding.watchers[session]


def _state(visit: Visit) -> tuple[str, str, str]:
    return list_articles(visit), describe_scope(visit), show_adding(visit.adding)


def _put(visitors: Visitors, visit: Visit, job: Job, batch: str, size: int = 1) -> str:
    visit.adding.take(job, batch, size)
    if not job.is_over:
        visitors.line.put(visit.adding, job)
    return show_adding(visit.adding)


def _of_file(visit: Visit, sent: Path, keep: bool) -> Job:
    """Return what adds a file, which is moved to where nothing but this finds it, and deleted."""
    file = Path(tempfile.mkdtemp(prefix="taken-", dir=os.environ["GRADIO_TEMP_DIR"])) / sent.name
    sent.rename(file)

    add = partial(visit.add_file, file, keep=keep)
    return Job(file.name, _adding(visit, add), file=file)


def _not_sent(told: str, problem: str) -> Job:
    """Return what adds nothing, because the file is not here."""
    name = told.strip()[:MAX_NAME] or _("The file")
    size = DEFAULT_LIMITS.file_bytes // 1_000_000
    said = _PROBLEMS.get(problem, _PROBLEMS[""])
    reason = _(said, name=name, size=size, most=FILES_AT_ONCE)

    job = Job(name, over)
    job.refuse(reason)
    return job


def _done(
    visit: Visit, add: Callable[[Progress], tuple[Article, bool]], progress: Progress
) -> Done:
    article, new = add(progress)
    stays = TO_LIBRARY if new else ""
    if visit.owns(article.id):
        stays = STAYS
    visit.choice.front = visit.adding.ids | {article.id}
    said = stays if article.id in visit.kept else ""
    return Done(article.id, article.title, new, said, visit.unread.get(article.id, ""))


def _adding(
    visit: Visit, add: Callable[[Progress], tuple[Article, bool]]
) -> Callable[[Progress], Done]:
    """Return what adds, later, and says what became of it in the language that is spoken now."""
    own = copy_context()
    return lambda progress: own.run(_done, visit, add, progress)


def _is_in(visit: Visit, made_of: str) -> bool:
    job = visit.adding.find(made_of)
    return job is not None and job.state in {State.ADDED, State.KNOWN}


def _print_of(*told: object) -> str:
    """Return what tells texts that were pasted from all others, without keeping them."""
    said = "\0".join(map(str, told))
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()
