"""``pullquote list | remove | check | reindex | watch | work``: keeping a library."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import suppress
from functools import partial

from index.progress import Stage
from index.speaking.words import N_, _, ngettext
from ui.cli import output as show
from ui.cli.options import (
    ANSWERED,
    FAILED,
    UsageError,
    chosen,
    embedder,
    is_made,
    open_library,
    place,
)

QUIET_MS = 400
"""How long a folder must be quiet before it is read, so that few files are read half-written."""

STEP_BACK = 10
"""How nice a process is (POSIX) that adds what nobody waits for."""

LOOK_MS = 10_000
"""After how long it is looked at anyway, should the system have told nothing of a change."""

WORKER_WAITS = 60.0
"""How many seconds a worker waits for others that store articles, one after the other."""


def list_articles(options: argparse.Namespace) -> int:
    """Print the articles of a library."""
    if not is_made(options):
        _nothing_yet()
        show.articles([], as_json=options.json)
        return ANSWERED
    with open_library(options, create=False) as library:
        show.articles(chosen(library, options), as_json=options.json)
        if not options.json:
            _report(_("embedder: {name}", name=library.embedder_name))
    return ANSWERED


def remove_all(options: argparse.Namespace) -> int:
    """Remove articles, and print what was searched for them afterwards."""
    with open_library(options, create=False) as library:
        found = library.remove_all(options.ids)
    show.removal(found, as_json=options.json)
    return FAILED if found.left else ANSWERED


def check(options: argparse.Namespace) -> int:
    """Verify a library, mend it and print what was found."""
    from index.types import Check

    if not is_made(options):
        _nothing_yet()
        if options.json:
            show.check(Check({}, (), ()), as_json=True)
        return ANSWERED
    with open_library(options, create=False) as library:
        found = library.check()
        name = library.embedder_name
    show.check(found, as_json=options.json, embedder=name)
    return FAILED if found.problems else ANSWERED


def reindex(options: argparse.Namespace) -> int:
    """Move a library to another embedder; killed midway, it is as it was."""
    from index.library import Library

    name = options.embedder
    if not name:
        raise UsageError(_("name the embedder: --embedder multilingual-e5-small, for example"))
    with Library.open(options.place or place(options), create=False) as library:
        before = library.embedder_name
        library.reindex(name, partial(show.progress(N_("articles")), Stage.EMBEDDING))
        many, where = len(library.entries), library.place
    told = {"place": where, "before": before, "after": name}
    said = ngettext(
        "{place}: {count} article moved from {before} to {after}",
        "{place}: {count} articles moved from {before} to {after}",
        many,
        count=many,
        **told,
    )
    _report(said)
    return ANSWERED


def copy(options: argparse.Namespace) -> int:
    """Copy a library to another place, without embedding anything again."""
    from contextlib import closing

    from index.library import LOCK_SECONDS
    from index.opening import open_backend
    from index.upkeep.copying import copy_library

    step = partial(show.progress(N_("articles")), Stage.EMBEDDING)
    with closing(open_backend(options.source, create=False, lock_wait=LOCK_SECONDS)) as source:
        with closing(open_backend(options.to, create=True, lock_wait=LOCK_SECONDS)) as target:
            many = copy_library(source, target, step)
            said = ngettext(
                "{to} has {count} article of {source}",
                "{to} has {count} articles of {source}",
                many,
                to=target.place,
                source=source.place,
            )
            _report(said)
    return ANSWERED


def watch_folder(options: argparse.Namespace) -> int:
    """Keep a library in step with a folder until interrupted."""
    from watchfiles import watch

    from index.errors import LibraryBusy
    from index.upkeep.watch import WatchedFolder

    if hasattr(os, "nice"):
        os.nice(STEP_BACK)  # whoever asks the library meanwhile comes first
    with open_library(options, create=True) as library:
        watched = WatchedFolder(options.folder, library)
        watched.step(_report)
        count = len(library.entries)
        said = ngettext(
            "watching {folder}: {count} article (Ctrl-C to stop)",
            "watching {folder}: {count} articles (Ctrl-C to stop)",
            count,
            count=count,
            folder=watched.folder,
        )
        _report(said)
        looks = watch(
            watched.folder,
            step=QUIET_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        try:
            for __ in looks:
                try:
                    watched.step(_report)
                except LibraryBusy as error:
                    _report(_("{why}; trying again soon", why=error))
        except KeyboardInterrupt:
            pass  # in the middle of a step: the library keeps what was committed
        count = len(library.entries)
        _report(
            ngettext("stopped: {count} article", "stopped: {count} articles", count, count=count)
        )
    return ANSWERED


def work(options: argparse.Namespace) -> int:
    """Add what others put in a library's queue, until interrupted or, if asked to, it is empty."""
    from index.library import Library
    from index.queued.working import work as work_on

    def opened() -> Library:
        named, chosen = place(options), embedder(options)
        return Library.open(named, embedder=chosen, lock_wait=WORKER_WAITS)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # what was in hand waits for another worker
        work_on(opened, _report, once=options.once)
    _report("stopped")
    return ANSWERED


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _nothing_yet() -> None:
    _report(_("there is no library yet: pullquote add FILE makes one"))
