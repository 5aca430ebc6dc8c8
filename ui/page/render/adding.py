"""What is being added, each with how far it is, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from time import monotonic

from index.progress import Stage
from ui.page.visits.adding import Adding, Job, State

FEW = 5
"""Of more things that are added together there is one line, and one of each that was refused."""

SLOW_SECONDS = 3
"""What takes longer than so says how long."""


def show_adding(adding: Adding, *, followed: bool = True) -> str:
    """Return a row for each thing that is added, or one line for many; as HTML, safe to show.

    ``followed``: it is drawn anew as it goes on; if not, the page has to ask for that.
    """
    jobs = adding.jobs
    if not jobs:
        return ""
    many = max(adding.size, len(jobs)) > FEW
    going = adding.is_going
    # While it is drawn anew all the time, it is not to be read aloud each time.
    rows = _many(adding, spoken=not going) if many else [_row(job, not going) for job in jobs]
    state = ' data-going="yes"' if going else ""
    state += "" if followed else ' data-alone="yes"'
    head = f'<div class="jobs" data-run="{adding.runs}" data-over="{adding.over}"{state}>'
    return f"{head}{''.join(rows)}</div>"


def line(kind: str, text: str, *, spoken: bool = True) -> str:
    """Return a line that says what has become of something; ``kind`` is ``"refused"`` for no."""
    role = f' role="{"alert" if kind == "refused" else "status"}"' if spoken else ""
    return f'<p class="{kind}"{role}>{escape(text)}</p>'


def _row(job: Job, spoken: bool) -> str:
    if job.state is State.REFUSED:
        return line("refused", f"Not added: {job.reason}.", spoken=spoken)
    if job.done:
        there = "was added" if job.done.new else "is here already"
        text = f"“{job.done.title}” {there}{job.done.stays}.{_lost(job)}"
        return line("added", text, spoken=spoken)
    waits = job.state is State.WAITING or job.stage is Stage.QUEUED
    return _bar(job.name, _words(job), *job.amount, waits=waits)


def _many(adding: Adding, *, spoken: bool) -> list[str]:
    jobs = adding.jobs
    count = {state: sum(job.state is state for job in jobs) for state in State}
    total = max(adding.size, len(jobs))
    known, refused = count[State.KNOWN], count[State.REFUSED]
    not_added = f"{refused:,} not added" if refused else ""
    if adding.is_going or adding.over < total:
        words = ", ".join(filter(None, (f"{adding.over:,} of {total:,}", not_added)))
        head = _bar(f"Adding {total:,} articles", words, adding.over, total)
    else:
        there = f"{known:,} {'is' if known == 1 else 'are'} here already" if known else ""
        said = (_articles(count[State.ADDED]), there, not_added)
        head = line("added", f"{', '.join(filter(None, said))}.", spoken=spoken)
    rows = [_row(job, spoken) for job in jobs if job.state in {State.GOING, State.REFUSED}]
    lost = (job for job in jobs if job.done and job.done.unread)
    return [head, *rows, *_unread(lost, spoken)]


def _unread(jobs: Iterable[Job], spoken: bool) -> list[str]:
    return [line("added", f"“{j.done.title}”:{_lost(j)}", spoken=spoken) for j in jobs if j.done]


def _lost(job: Job) -> str:
    return f" But {job.done.unread}." if job.done and job.done.unread else ""


def _articles(count: int) -> str:
    many = "1 article was" if count == 1 else f"{count:,} articles were"
    return f"{many} added" if count else ""


def _words(job: Job) -> str:
    """Return in words how far something is: ``"120 of 583 passages"``."""
    done, total = job.amount
    if job.state is State.WAITING:
        return "waiting"
    if job.stage is Stage.QUEUED:
        return f"waiting for a worker, {done:,} before it" if done else "waiting for a worker"
    if job.stage is Stage.EMBEDDING and total:
        return f"{done:,} of {total:,} passages"
    if job.stage is Stage.RECOGNISING and total:
        return f"{done:,} of {total:,} pages recognised"
    said = "cutting" if job.stage is Stage.CUTTING else "reading"
    seconds = monotonic() - job.begun
    return f"{said}, {seconds:.0f} s" if seconds > SLOW_SECONDS else said


def _bar(name: str, words: str, done: int, total: int, *, waits: bool = False) -> str:
    named = escape(name, quote=True)
    how = ' value="0"' if waits else f' value="{done}" max="{total}"' if total else ""
    return (
        f'<div class="job"><b>{named}</b><span>{escape(words)}</span>'
        f'<progress aria-label="{named}"{how}></progress></div>'
    )
