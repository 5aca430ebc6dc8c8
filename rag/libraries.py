"""Libraries that nobody has to make: of files that are named, and of the bundled article."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from index.backends.sqlite.database import VERSION
from index.cache import cache_folder
from index.embed.embedder import DEFAULT_EMBEDDER
from index.errors import QuestionError
from index.library import Library
from index.parse.reading import way_of_reading
from index.parse.text import read_file, user_path
from index.progress import Progress, unseen
from index.segment.passages import CHUNKER
from index.types import Entry

KEPT_OPEN = 8
"""How many libraries of named files stay open, so that the second question finds them ready."""

AnyPath = str | os.PathLike[str]


def bundled_article() -> Path:
    """Return the article that comes with the project."""
    return Path(str(files("rag").joinpath("articles", "openai-for-countries.md")))


@lru_cache(maxsize=KEPT_OPEN)
def _cached(folder: Path, embedder: str | None) -> Library:
    return Library.open(folder, embedder=embedder)


def library_of(
    paths: Sequence[AnyPath], embedder: str | None = None, progress: Progress = unseen
) -> Library:
    """Return the library of exactly these files, indexing them the first time.

    The folder's name comes from what is in the files, so an edited file makes another library.

    Raises:
        InputError: a file cannot be taken in.
        LibraryError: the cache folder cannot be written.
    """
    files = [user_path(path) for path in paths]
    hashes = sorted((os.fsencode(file), hashlib.sha256(read_file(file)).digest()) for file in files)
    made_with = f"{VERSION} {CHUNKER} {way_of_reading()} {embedder or DEFAULT_EMBEDDER}"
    seal = hashlib.sha256(made_with.encode())
    for name, content in hashes:
        seal.update(b"\0%b\0%b" % (name, content))
    library = _cached(cache_folder() / seal.hexdigest()[:16], embedder)
    if len(library.entries) < len({content for _, content in hashes}):
        with library.adding():
            for file in files:
                library.add(file, progress)
    return library


def shelf_for(
    articles: Sequence[AnyPath] | None, library: Library | AnyPath | None, opened: ExitStack
) -> Library:
    """Return the library to ask; one that is opened for one question is closed by ``opened``.

    Raises:
        QuestionError: articles and a library were named, or no article.
        LibraryError: the library cannot be read.
    """
    if articles is not None and library is not None:
        raise QuestionError("articles and library were both given: ask the one or the other")
    if isinstance(library, Library):
        return library
    if library is not None:
        return opened.enter_context(Library.open(library, create=False))
    if articles is None:
        return library_of([bundled_article()])
    named = [articles] if isinstance(articles, str | os.PathLike) else list(articles)
    if not named:
        raise QuestionError("articles is empty: name one, or leave it out to ask the bundled one")
    return library_of(named)


def at_hand(library: Library, within: Collection[str] | None) -> list[Entry]:
    """Return the articles of ``within``, by id; all of the library, if not given."""
    return [each for each in library.entries if within is None or each.id in within]
