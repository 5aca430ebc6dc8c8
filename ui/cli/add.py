"""``pullquote add``: files, folders and addresses into a library, one bad one at its own cost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.backends.queue import Queue, Sent
    from index.errors import InputError
    from index.library import Library
    from index.limits import Limits
    from index.parse.walk import Place
    from index.queued.putting import Outcome
    from index.types import Article, Document
    from ui.cli.output import Adding

    Found = tuple[str, Document | InputError]


def describe(parser: argparse.ArgumentParser) -> None:
    """Name the arguments of the command."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files, or folders of them")
    parser.add_argument(
        "--url",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="fetch this page or file from the network; may be given again",
    )
    parser.add_argument(
        "--limit",
        metavar="NAME=NUMBER",
        action="append",
        default=[],
        help="what a file may cost, for example pages=5000; may be given again",
    )


def add(library: Library, options: argparse.Namespace) -> bool:
    """Add what the options name, and tell whether something was left out.

    Where workers add to the library, they do it.
    """
    from index.errors import InputError
    from index.limits import read_limits
    from index.terminal import one_line
    from ui.cli import output as show
    from ui.cli.languages import embedder_line

    limits = read_limits(options.limit)
    places = _places(options)
    held: list[Article] = []
    left_out = known = 0
    new = not library.entries
    queue = library.worked()
    with show.Adding(len(places) + len(options.url)) as shown:
        if queue:
            added = _by_workers(library, queue, places, options.url, limits, shown)
        else:
            added = _here(library, places, options.url, limits, shown)
        with closing(added) as outcomes:
            for came in outcomes:
                if isinstance(came, InputError):
                    left_out += 1
                    shown.say(f"pullquote: {came}")
                    continue
                if came.unread:
                    shown.say(f"pullquote: {came.source}: {came.unread}")
                known += not came.new
                if not came.new and came.article.source != came.source:
                    shown.say(_known(came.source, came.article.source))
                held.append(came.article)
    line = embedder_line(library, held, new=new)
    if line:
        sys.stderr.write(f"pullquote: {one_line(line)}\n")
    show.articles(held, as_json=options.json)
    if len(held) + left_out > 1:
        added_all = len(held) - known
        sys.stderr.write(f"{_summed(added_all, known, left_out)}\n")
    return left_out > 0


def _known(source: str, other: str) -> str:
    from index.speaking.words import _

    there = _("{source} is already there as {other}", source=source, other=other)
    return f"pullquote: {there}"


def _summed(added: int, known: int, left_out: int) -> str:
    from index.speaking.forms import number
    from index.speaking.words import _

    return _(
        "added {added}, already there {known}, left out {left_out}",
        added=number(added),
        known=number(known),
        left_out=number(left_out),
    )


def _here(
    library: Library, places: list[Place], addresses: list[str], limits: Limits, shown: Adding
) -> Generator[Outcome | InputError, None, None]:
    """Add in this process, while others of it parse ahead."""
    from index.build import to_article
    from index.errors import InputError
    from index.queued.putting import Outcome

    with library.adding():
        for name, found in _documents(places, addresses, limits, shown.seen):
            step = shown.step(name)
            if isinstance(found, InputError):
                yield found
                continue
            try:
                there = library.titles([to_article(found).id])
                article = library.add_document(found, step)
            except InputError as error:
                yield error
            else:
                yield Outcome(found.source, article, not there, found.unread)


def _by_workers(
    library: Library,
    queue: Queue,
    places: list[Place],
    addresses: list[str],
    limits: Limits,
    shown: Adding,
) -> Generator[Outcome | InputError, None, None]:
    """Put files in the library's queue, and wait for what becomes of each."""
    from index.queued.putting import add_by_workers

    files = _sent(places, addresses, limits)
    with closing(add_by_workers(library, queue, files, shown.step)) as outcomes:
        for _, came in outcomes:
            yield came


def _sent(
    places: list[Place], addresses: list[str], limits: Limits
) -> Iterator[tuple[str, Sent | InputError]]:
    from index.backends.queue import Sent
    from index.errors import InputError
    from index.parse.document import source_of
    from index.parse.fetch import Fetching, fetch
    from index.parse.text import read_file
    from index.parse.walk import refuse_stray

    for path, folder in places:
        try:
            refuse_stray(path, folder)
            yield str(path), Sent(source_of(path), read_file(path, limits), limits)
        except InputError as error:
            yield str(path), error
    for address in addresses:
        try:
            yield address, Sent(*fetch(address, Fetching(limits)), limits)
        except InputError as error:
            yield address, error


def _places(options: argparse.Namespace) -> list[Place]:
    from index.parse.text import user_path
    from index.parse.walk import find_files

    return list(find_files(user_path(path) for path in options.paths))


def _documents(
    places: list[Place],
    addresses: list[str],
    limits: Limits,
    seen: Callable[[Path, int, int], None],
) -> Iterator[Found]:
    from index.errors import InputError
    from index.parse.walk import read_documents

    for path, found in read_documents(places, limits, seen):
        yield str(path), found
    for address in addresses:
        from index.parse.fetch import Fetching, fetch_document

        try:
            yield address, fetch_document(address, Fetching(limits))
        except InputError as error:
            yield address, error
