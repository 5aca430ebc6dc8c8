"""A writer or a reader of a library in PostgreSQL: a process of its own, which may be killed.

``postgres_client.py write|read ADDRESS LOG NUMBER`` goes on until it is ended. A writer gives
its sources one version after the other, and says in LOG what it begins and what was done; a reader
says there how often it saw a state that was whole. Whatever is in their way, they try again.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

from tiny import TinyEmbedder

from index import Library
from index.errors import LibraryDamaged, LibraryError
from rag import retrieve

SOURCES = 6
"""So many a writer has."""

TRIED, DONE, SEEN, TOLD, WRONG = "tried", "done", "seen", "told", "wrong"
"""What begins a line of a log."""

Say = Callable[..., None]


def source_of(number: int, place: int) -> str:
    return f"/writer{number}/{place}"


def is_dropped(version: int) -> bool:
    """Every seventh version of a source is that there is none."""
    return version % 7 == 6


def text_of(source: str, version: int) -> str:
    """Return the text of a version, which says whose it is."""
    draw = random.Random(f"{source} {version}")
    lines = (f"Bridge {draw.randrange(99)} crosses river {draw.randrange(9)}." for _ in range(4))
    return "\n\n".join([f"The mayor opened bridge {version} of {source}.", *lines])


def read_log(log: Path, what: str) -> dict[str, int]:
    """Return the newest version of each source that was tried, or done."""
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    told = [line.split(" ")[1:] for line in lines if line.startswith(f"{what} ")]
    return {source: int(version) for source, version in told}


def write(library: Library, log: Path, number: int, say: Say) -> None:
    """Give sources their next versions, for ever."""
    draw = random.Random(f"{log} {os.getpid()}")
    done = read_log(log, TRIED)  # of what was tried last, nobody knows whether it was done
    while True:
        source = source_of(number, draw.randrange(SOURCES))
        version = done.get(source, -1) + 1
        say(TRIED, source, version)
        while not _stored(library, source, version, say):
            pass
        say(DONE, source, version)
        done[source] = version


def _stored(library: Library, source: str, version: int, say: Say) -> bool:
    try:
        if is_dropped(version):
            library.drop(source)
        else:
            library.add_text(text_of(source, version), title=f"{source} {version}", source=source)
        return True
    except LibraryDamaged as error:
        say(WRONG, error)
    except LibraryError as error:
        say(TOLD, error)
    return False


def read(library: Library, log: Path, number: int, say: Say) -> None:
    """Look at all of it, in one state each time, for ever."""
    while True:
        try:
            with library.reading():
                look(library)
            say(SEEN)
        except (AssertionError, LibraryDamaged) as error:
            say(WRONG, error)
        except LibraryError as error:
            say(TOLD, error)


def look(library: Library) -> dict[str, int]:
    """Verify that what is seen is one state, and return the version of each source.

    Raises:
        AssertionError: it is not.
    """
    entries = library.entries
    held = dict(entry.title.split(" ") for entry in entries)
    assert len(held) == len(entries), "two versions of a source"
    passages = 0
    for entry in entries:
        source, version = entry.title.split(" ")
        text = library.article(entry.id).text
        assert text == text_of(source, int(version)), "another text"
        found = library.passages(library.passages_of(entry.id)).values()
        assert found and all(text[p.start : p.end] == p.text for p, _ in found), "other passages"
        passages += len(found)
    assert library.frequencies([])[0] == passages, "other counts"
    for hit in retrieve("The mayor opened which bridge?", library=library, k=5):
        assert library.article(hit.passage.article_id).text.count(hit.passage.text), "another hit"
    assert library.entries == entries, "another state"
    return {source: int(version) for source, version in held.items()}


def main(role: str, address: str, name: str, number: str) -> None:
    log = Path(name)
    to = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def say(*words: object) -> None:
        os.write(to, f"{' '.join(map(str, words))}\n".encode())

    act = {"write": write, "read": read}[role]
    while True:
        try:
            with Library.open(address, embedder=TinyEmbedder(), lock_wait=60) as library:
                act(library, log, int(number), say)
        except LibraryError as error:
            say(TOLD, error)


if __name__ == "__main__":
    main(*sys.argv[1:])
