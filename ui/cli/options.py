"""What the commands share: exit codes, and which library and embedder were chosen."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from index.speaking.words import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.library import Library
    from index.types import Article

ANSWERED, FAILED, USAGE, REFUSED, MISSING, INTERRUPTED = 0, 1, 2, 3, 5, 130
LEFT_OUT = EDITED = 4
"""Of ``add``: not all went in. Of ``verify``: a source does not say it any more."""

LIBRARY_VARIABLE = "PULLQUOTE_LIBRARY"
EMBEDDER_VARIABLE = "PULLQUOTE_EMBEDDER"


class UsageError(Exception):
    """Arguments that make no sense together."""


def folder_name(text: str) -> Path:
    """Read the name of a folder from the command line."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_("the name of the folder is empty"))
    return Path(text)


def library_name(text: str) -> Path | str:
    """Read the name of a library: its folder, or the address of its database."""
    from index.backends.postgres.address import is_address

    return text if is_address(text) else folder_name(text)


def port(text: str) -> int:
    """Read the number of a port from the command line."""
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(_("{text} is not a port from 1 to 65535", text=repr(text)))
    return int(text)


def place(options: argparse.Namespace) -> Path | str:
    """Return folder or address of the chosen library, or the folder of the user's own."""
    chosen = options.library or os.environ.get(LIBRARY_VARIABLE)
    return library_name(str(chosen)) if chosen else _own_folder()


def _own_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("pullquote") / "library"


def is_named(options: argparse.Namespace) -> bool:
    """Tell whether a library was chosen."""
    return bool(options.library or os.environ.get(LIBRARY_VARIABLE))


def is_in_database(options: argparse.Namespace) -> bool:
    """Tell whether the chosen library is in a database."""
    return isinstance(place(options), str)


def is_made(options: argparse.Namespace) -> bool:
    """Tell whether there is a library in the user's own folder, or whether there has to be one."""
    from index.backends.sqlite.database import FILE

    return is_named(options) or (_own_folder() / FILE).exists()


def is_empty(options: argparse.Namespace) -> bool:
    """Tell whether no library was chosen and the user's own has no articles yet."""
    if is_named(options):
        return False
    if not is_made(options):
        return True
    with open_library(options, create=False) as library:
        return not library.frequencies([])[0]


def embedder(options: argparse.Namespace) -> str | None:
    """Return the name of the chosen embedder."""
    return options.embedder or os.environ.get(EMBEDDER_VARIABLE) or None


def open_library(options: argparse.Namespace, *, create: bool) -> Library:
    """Open the chosen library."""
    from index.library import Library

    return Library.open(place(options), embedder=embedder(options), create=create)


def chosen(library: Library, options: argparse.Namespace) -> Sequence[Article]:
    """Return the articles of the time, source and title that were named; all, if none was."""
    return library.find(
        since=options.since, before=options.before, source=options.source, title=options.title
    )


def asked_library(options: argparse.Namespace, paths: Sequence[Path | str]) -> Library:
    """Return the library to ask: of the files that are named, or the chosen one, or the bundled.

    Raises:
        UsageError: files and a library were named.
    """
    if paths and options.library:
        raise UsageError(_("--article and --library were both given: ask the one or the other"))
    if not paths and not is_empty(options):
        return open_library(options, create=False)
    from rag.libraries import bundled_article, library_of
    from ui.cli.output import progress

    return library_of(paths or [bundled_article()], embedder(options), progress())


def asked_within(library: Library, options: argparse.Namespace) -> list[str] | None:
    """Return the ids of the articles to ask; None for all.

    Raises:
        QuestionError: the library has none like that.
    """
    from index.errors import QuestionError

    if not (options.since or options.before or options.source or options.title):
        return None
    found = [article.id for article in chosen(library, options)]
    if not found:
        raise QuestionError(_("no article is of that time, source and title: see pullquote list"))
    return found
