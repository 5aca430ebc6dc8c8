"""One who adds what others have put in the queue: read in a child, cut, embedded, stored."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from time import monotonic

from index.backends.queue import Queue, Sent, Task, Withdrawn, Working
from index.build import to_article
from index.errors import InputError, LibraryError
from index.library import Library
from index.parse.allowance import Seen
from index.parse.document import parse_bytes, parse_text
from index.progress import Progress, Stage, unseen
from index.types import Document

TOLD_SECONDS = 0.4
"""How often those who wait are told how far it is, at most."""

LOOK_SECONDS = 1.0
"""How often is looked for what a worker left that died: nobody can tell of that."""

AGAIN_SECONDS = 5.0
"""After how long a worker tries again whose database has failed."""

UNFORESEEN = "cannot be added, something went wrong with it: try another format"

Report = Callable[[str], None]
"""Called with one line for each file, and for what is in the way."""


def work(opened: Callable[[], Library], report: Report, *, once: bool = False) -> None:
    """Add what is in the queue, one file after another, and what comes.

    ``once``: until it is empty. What interrupts it (``KeyboardInterrupt``) ends it, and the file in
    hand is given back. A database that fails later than at the start is tried again.

    Raises:
        LibraryError: the library has no queue, or cannot be opened or, if ``once``, written.
    """
    with opened() as library:
        queue_of(library)
        report(f"working for {library.place} (Ctrl-C to stop)")
    while True:
        try:
            with opened() as library:
                _work(library, queue_of(library), report, once=once)
                return
        except LibraryError as error:
            if once:
                raise
            report(f"{error}; trying again soon")
            time.sleep(AGAIN_SECONDS)


def queue_of(library: Library) -> Queue:
    """Return the queue of a library. Raises ``LibraryError`` if it has none."""
    library.refuse_read_only()
    queue = library.queue()
    if queue is None:
        raise LibraryError(
            f"{library.place} is a folder, which has one writer: workers need a library in "
            "PostgreSQL"
        )
    return queue


def _work(library: Library, queue: Queue, report: Report, *, once: bool) -> None:
    with library.adding():
        pass  # the embedder is made ready before something is taken
    with queue.working() as working:
        while True:
            task = working.take()
            if task is not None:
                report(do(task, working, library))
            elif once:
                return
            else:
                working.wait(LOOK_SECONDS)


def do(task: Task, working: Working, library: Library, progress: Progress = unseen) -> str:
    """Add one file, and return what came of it in one line. ``progress`` is told, too.

    Raises:
        LibraryError: it cannot be written; the file was given back.
    """
    source = task.sent.source
    try:
        return _add(task, working, library, progress)
    except Withdrawn as error:
        working.give_back(task)
        return f"left out: {error}"
    except InputError as error:
        working.refuse(task, str(error))
        return f"left out: {error}"
    except LibraryError as error:
        working.give_back(task, str(error))
        raise
    except Exception:  # whatever it is: the others go on
        logging.getLogger(__name__).exception("adding failed")
        working.refuse(task, f"{source} {UNFORESEEN}")
        return f"left out: {source} {UNFORESEEN}"
    except BaseException:
        working.give_back(task)
        raise


def _add(task: Task, working: Working, library: Library, progress: Progress) -> str:
    last = 0.0

    def step(stage: Stage, done: int, total: int) -> None:
        nonlocal last
        progress(stage, done, total)
        if monotonic() - last > TOLD_SECONDS:
            last = monotonic()
            working.step(task, stage, done, total)

    document = _read(task.sent, partial(step, Stage.RECOGNISING))
    id_ = to_article(document).id
    known = working.reached(task, id_, known=id_ in library.titles([id_]))
    article = library.add_document(document, step)
    # Two may have read the same text out of different files: one of them was faster.
    new = not known and library.article(article.id).added == article.added
    working.finish(task, new=new, unread=document.unread)
    there = "" if new else f": already there as {article.source}"
    return f"added {document.source}{there}{document.unread and f': {document.unread}'}"


def _read(sent: Sent, seen: Seen) -> Document:
    if sent.pasted:
        text = sent.data.decode(errors="surrogatepass")
        return parse_text(text, source=sent.source, title=sent.title, limits=sent.limits)
    return parse_bytes(sent.data, sent.source, sent.limits, seen=seen)
