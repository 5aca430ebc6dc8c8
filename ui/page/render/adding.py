"""What is being added, each with how far it is, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from time import monotonic

from index.progress import Stage
from index.speaking.forms import in_a_row, number
from index.speaking.words import N_, _, ngettext
from ui.page.visits.adding import Adding, Job, State

FEW = 5
"""Of more things that are added together there is one line, and one of each that was refused."""

SLOW_SECONDS = 3
"""What takes longer than so says how long."""


TO_LIBRARY, STAYS = " to your library", " and stays in your library"

_SAID = {
    (True, ""): N_("“{title}” was added."),
    (True, TO_LIBRARY): N_("“{title}” was added to your library."),
    (True, STAYS): N_("“{title}” was added and stays in your library."),
    (False, ""): N_("“{title}” is here already."),
    (False, TO_LIBRARY): N_("“{title}” is here already."),
    (False, STAYS): N_("“{title}” is here already and stays in your library."),
}
"""What is said of an article by whether it is new, and by where it is kept."""


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
        return line("refused", _("Not added: {why}.", why=_(job.reason)), spoken=spoken)
    if job.done:
        said = _SAID[job.done.new, job.done.stays]
        text = f"{_(said, title=job.done.title)}{_lost(job)}"
        return line("added", text, spoken=spoken)
    waits = job.state is State.WAITING or job.stage is Stage.QUEUED
    return _bar(job.name, _words(job), *job.amount, waits=waits)


def _many(adding: Adding, *, spoken: bool) -> list[str]:
    jobs = adding.jobs
    count = {state: sum(job.state is state for job in jobs) for state in State}
    total = max(adding.size, len(jobs))
    known, refused = count[State.KNOWN], count[State.REFUSED]
    not_added = _("{count} not added", count=number(refused)) if refused else ""
    if adding.is_going or adding.over < total:
        far = _("{done} of {total}", done=number(adding.over), total=number(total))
        words = in_a_row([*filter(None, (far, not_added))])
        name = ngettext("Adding {count} articles", "Adding {count} articles", total)
        head = _bar(name, words, adding.over, total)
    else:
        there = ngettext("{count} is here already", "{count} are here already", known)
        said = (_articles(count[State.ADDED]), there if known else "", not_added)
        head = line("added", f"{in_a_row([*filter(None, said)])}.", spoken=spoken)
    rows = [_row(job, spoken) for job in jobs if job.state in {State.GOING, State.REFUSED}]
    lost = (job for job in jobs if job.done and job.done.unread)
    return [head, *rows, *_unread(lost, spoken)]


def _unread(jobs: Iterable[Job], spoken: bool) -> list[str]:
    titled = ((_("“{title}”", title=job.done.title), job) for job in jobs if job.done)
    return [line("added", f"{title}:{_lost(job)}", spoken=spoken) for title, job in titled]


def _lost(job: Job) -> str:
    lost = job.done.unread if job.done else ""
    return " " + _("But {what}.", what=lost) if lost else ""


def _articles(count: int) -> str:
    said = ngettext("1 article was added", "{count} articles were added", count)
    return said if count else ""


def _words(job: Job) -> str:
    """Return in words how far something is: ``"120 of 583 passages"``."""
    done, total = job.amount
    if job.state is State.WAITING:
        return _("waiting")
    far = {"done": number(done), "total": number(total)}
    if job.stage is Stage.QUEUED:
        waits = _("waiting for a worker, {done} before it", **far)
        return waits if done else _("waiting for a worker")
    if job.stage is Stage.EMBEDDING and total:
        return _("{done} of {total} passages", **far)
    if job.stage is Stage.RECOGNISING and total:
        return _("{done} of {total} pages recognised", **far)
    said = _("cutting") if job.stage is Stage.CUTTING else _("reading")
    seconds = monotonic() - job.begun
    return in_a_row([said, f"{seconds:.0f} s"]) if seconds > SLOW_SECONDS else said


def _bar(name: str, words: str, done: int, total: int, *, waits: bool = False) -> str:
    named = escape(name, quote=True)
    how = ' value="0"' if waits else f' value="{done}" max="{total}"' if total else ""
    return (
        f'<div class="job"><b>{named}</b><span>{escape(words)}</span>'
        f'<progress aria-label="{named}"{how}></progress></div>'
    )
