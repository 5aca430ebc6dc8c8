"""Whether the quotes of an exported answer still stand in their sources. Nothing is fetched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from index.errors import InputError
from index.library import Library
from index.parse.document import read_document
from index.parse.text import user_path
from index.types import Json
from rag.answer.citation import spoken
from rag.answer.export import article_of, read_export
from rag.libraries import AnyPath

ANCHOR = 40
"""Characters next to a quote that must be found again to tell what took its place."""


class Standing(StrEnum):
    """How a quote stands in its source today, best first."""

    EXACT = "exact"
    MOVED = "moved"
    EDITED = "edited"
    MISSING = "missing"


_ORDER = tuple(Standing)


@dataclass(frozen=True, slots=True)
class Checked:
    """One citation of an export, and how its quote stands.

    ``where`` is the file or library that was read, ``start`` where the quote stands in it today
    (if it does), ``now`` what has taken its place (if that can be told), ``note`` what else a
    reader should know.
    """

    citation: Json
    standing: Standing
    where: str = ""
    start: int | None = None
    now: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that a quote can be looked for in."""

    where: str
    text: str


def verify(
    path: AnyPath, *, library: Library | None = None, articles: Sequence[AnyPath] = ()
) -> tuple[Checked, ...]:
    """Check every quote of an exported answer against its source.

    A quote is looked for in the files ``articles``, if some are named; else in the file it was
    read from; else in ``library``. It is *exact* if it stands at its range, *moved* if it stands
    elsewhere, *edited* if it does not stand there any more, *missing* if there is no source.

    Raises:
        InputError: the file is no exported answer, or one of ``articles`` cannot be read.
    """
    exported = read_export(user_path(path))
    named = [_Text(str(each), read_document(user_path(each)).text) for each in articles]
    found = []
    for citation in (*exported["citations"], *exported["nearest"]):
        sha256 = str(article_of(exported, citation)["sha256"])
        judged = [_judge(citation, sha256, each) for each in named or _sources(citation, library)]
        if not judged:
            found.append(Checked(citation, Standing.MISSING, note=_why_missing(citation)))
        elif named:
            found.append(min(judged, key=lambda each: _ORDER.index(each.standing)))
        else:
            first, *others = judged
            kept = any(each.standing is Standing.EXACT and not each.note for each in others)
            note = f"{first.note}; the library still holds the text that was quoted"
            found.append(replace(first, note=note) if kept and first.note else first)
    return tuple(found)


def _sources(citation: Json, library: Library | None) -> Iterator[_Text]:
    """Yield the source of a citation as it is today, the original before the library's copy."""
    original = Path(citation["source"])
    # What is not there or cannot be read says nothing; the library may.
    with suppress(InputError, OSError):
        if original.is_file():
            yield _Text(str(original), read_document(original).text)
    if library is None:
        return
    quoted = citation["article_id"]
    held = library.article(quoted) if library.titles([quoted]) else library.newer(quoted)
    if held:
        yield _Text(f"library {library.folder}", held.text)


def _judge(citation: Json, sha256: str, source: _Text) -> Checked:
    text, quote, start = source.text, str(citation["quote"]), int(citation["start"])
    same = hashlib.sha256(text.encode()).hexdigest() == sha256
    note = "" if same else "the article was edited since"
    if text[start : citation["end"]] == quote:
        return Checked(citation, Standing.EXACT, source.where, start, note=note)
    places = [found.start() for found in re.finditer(re.escape(quote), text)]
    if not places:
        loose = r"\s+".join(map(re.escape, quote.split()))
        places = [found.start() for found in re.finditer(loose, text)]
        note = f"{note}; white space differs" if places else note
    if not places:
        now = _what_stands_there(citation, text)
        return Checked(citation, Standing.EDITED, source.where, now=now, note=note)
    at = max(places, key=lambda place: (_agreement(citation, text, place), -abs(place - start)))
    return Checked(citation, Standing.MOVED, source.where, at, note=note)


def _agreement(citation: Json, text: str, place: int) -> int:
    """Count the characters before and after a place that are those of the citation."""
    before, after = citation["prefix"], citation["suffix"]
    end = place + len(citation["quote"])
    return _equal(reversed(before), reversed(text[:place][-len(before) :])) + _equal(
        after, text[end : end + len(after)]
    )


def _equal(one: Iterator[str] | str, other: Iterator[str] | str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _what_stands_there(citation: Json, text: str) -> str:
    """Return what stands between the words before and after a quote today; empty if unclear."""
    before, after = citation["prefix"][-ANCHOR:], citation["suffix"][:ANCHOR]
    begin = text.find(before) + len(before) if before in text else -1
    end = text.find(after, begin) if after else len(text)
    longest = 2 * len(citation["quote"]) + ANCHOR
    return spoken(text[begin:end]) if 0 <= begin <= end <= begin + longest else ""


def _why_missing(citation: Json) -> str:
    return f"{citation['source']} is not there, and no library holds it"
