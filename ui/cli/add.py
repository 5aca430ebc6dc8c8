"""``pullquote add``: files, folders and addresses into a library, one bad one at its own cost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.errors import InputError
    from index.library import Library
    from index.limits import Limits
    from index.types import Article, Document

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
    """Add what the options name, and tell whether something was left out."""
    from index.build import to_article
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
    with library.adding(), show.Adding(len(places) + len(options.url)) as shown:
        for name, found in _documents(places, options.url, limits, shown.seen):
            step = shown.step(name)
            try:
                if isinstance(found, InputError):
                    raise found
                there = library.titles([to_article(found).id])
                article = library.add_document(found, step)
            except InputError as error:
                left_out += 1
                shown.say(f"pullquote: {error}")
                continue
            if found.unread:
                shown.say(f"pullquote: {found.source}: {found.unread}")
            known += bool(there)
            if there and article.source != found.source:
                shown.say(_known(found.source, article.source))
            held.append(article)
    line = embedder_line(library, held, new=new)
    if line:
        sys.stderr.write(f"pullquote: {one_line(line)}\n")
    show.articles(held, as_json=options.json)
    if len(held) + left_out > 1:
        added = len(held) - known
        sys.stderr.write(f"{_summed(added, known, left_out)}\n")
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


def _places(options: argparse.Namespace) -> list[tuple[Path, Path | None]]:
    from index.parse.text import user_path
    from index.parse.walk import find_files

    return list(find_files(user_path(path) for path in options.paths))


def _documents(
    places: list[tuple[Path, Path | None]],
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
