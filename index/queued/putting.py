"""Adding by putting files in the queue and waiting for what becomes of them.

Who waits while no worker is left, works.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from threading import Lock

from index.apart.adding import Offer, Read
from index.backends.queue import Queue, Sent, State, Status, Ticket
from index.errors import InputError, LibraryError
from index.library import Library
from index.parse.text import read_file
from index.progress import Progress, Stage, unseen
from index.queued.working import do
from index.types import Article

LOOK_SECONDS = 0.2
"""How often is looked how far a file is."""

EACH = 2
"""So many files wait for each worker, that none has to wait for one; and others have their turn."""

MOST_AHEAD = 64
"""How many files of one who adds are in the queue at the most."""

MOST_BYTES = 100_000_000
"""Of how many bytes in all, if it is more than one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file that is in. ``source``: as it was put there."""

    source: str
    article: Article
    new: bool
    unread: str


_one_at_a_time = Lock()

Found = tuple[str, Sent | InputError]
"""What is to be added by the name that it is shown by, or why it cannot be."""


def add_by_workers(
    library: Library, queue: Queue, files: Iterable[Found], begin: Callable[[str], Progress]
) -> Generator[tuple[str, Outcome | InputError], None, None]:
    """Have workers add files; yield of each what came of it, in their order.

    ``begin`` returns what is told of the file that is waited for. What was not begun with is taken
    out of the queue again when this is closed.

    Raises:
        LibraryError: the library cannot be written.
    """
    rest = iter(files)
    ahead: deque[tuple[str, Sent | InputError, Ticket | None]] = deque()
    try:
        while True:
            while _has_room(ahead, queue) and (found := next(rest, None)) is not None:
                name, sent = found
                try:
                    ticket = None if isinstance(sent, InputError) else queue.put(sent)
                except InputError as error:
                    ticket, sent = None, error
                ahead.append((name, sent, ticket))
            if not ahead:
                break
            name, sent, ticket = ahead[0]
            yield name, _outcome(library, queue, sent, ticket, begin(name))
            ahead.popleft()
    finally:
        queue.withdraw([ticket for _, _, ticket in ahead if ticket])
    library.follow()


def add_offer(
    library: Library, queue: Queue, offer: Offer, progress: Progress
) -> tuple[Read, bool]:
    """Have a worker add one offer. Returns and raises what ``index.apart.adding.Add`` does."""
    if offer.path is None:
        data = offer.text.encode(errors="surrogatepass")
        sent = Sent(offer.source, data, pasted=True, title=offer.title)
    else:
        sent = Sent(offer.source, read_file(offer.path))
    ((_, came),) = add_by_workers(library, queue, [("", sent)], lambda _: progress)
    if isinstance(came, InputError):
        raise came
    read = Read(came.article.id, came.source, len(came.article.text), came.unread)
    return read, came.new


def _has_room(ahead: Iterable[tuple[str, Sent | InputError, Ticket | None]], queue: Queue) -> bool:
    sizes = [len(sent.data) for _, sent, _ in ahead if isinstance(sent, Sent)]
    if not sizes:
        return True
    most = min(MOST_AHEAD, EACH * (1 + queue.workers()))
    return len(sizes) < most and sum(sizes) < MOST_BYTES


def _outcome(
    library: Library,
    queue: Queue,
    sent: Sent | InputError,
    ticket: Ticket | None,
    progress: Progress,
) -> Outcome | InputError:
    if isinstance(sent, InputError) or ticket is None:
        assert isinstance(sent, InputError)
        return sent
    status = _wait(library, queue, ticket, progress)
    if status is None:
        return InputError(f"{sent.source} was taken out of the queue: add it again")
    if status.state is State.REFUSED:
        return InputError(status.reason)
    try:
        article = library.article(status.article_id)
    except LibraryError as error:
        return InputError(f"{sent.source} was added, but {error}")
    return Outcome(sent.source, article, status.new and not ticket.joined, status.unread)


def _wait(library: Library, queue: Queue, ticket: Ticket, progress: Progress) -> Status | None:
    while True:
        status = queue.status(ticket)
        if status is None or status.state in {State.DONE, State.REFUSED}:
            return status
        far = (status.before, 0) if status.stage is Stage.QUEUED else (status.done, status.total)
        progress(status.stage, *far)
        if queue.workers() or not _work_one(library, queue, ticket, progress):
            time.sleep(LOOK_SECONDS)


def _work_one(library: Library, queue: Queue, ticket: Ticket, progress: Progress) -> bool:
    """Add what comes next in the queue, mine or another's; tell whether there was something."""
    if not _one_at_a_time.acquire(blocking=False):
        return False
    try:
        with queue.working(seen=False) as working:
            task = working.take()
            if task is not None:
                do(task, working, library, progress if task.id == ticket.id else unseen)
            return task is not None
    finally:
        _one_at_a_time.release()
