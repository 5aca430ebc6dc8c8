"""Whether the quotes of an exported answer still stand in their sources. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from index.errors import InputError
from index.library import Library
from index.parse.text import user_path
from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import N_, _
from index.types import Json
from rag.answer.citation import spoken
from rag.answer.consistent import find_faults
from rag.answer.export import article_of, read_export
from rag.answer.find_quote import find_quote, find_spoken
from rag.answer.origin import Origin, held_origin, read_origin
from rag.answer.told_rows import row_differences
from rag.libraries import AnyPath
from rag.question.purpose import UNQUOTED
from rag.types import Verdict

ANCHOR = 40
"""Characters next to a quote that must be found again to tell what took its place."""


class Standing(StrEnum):
    """How a quote, and what is told of it, stands in its source today, best first."""

    EXACT = N_("exact")
    MOVED = N_("moved")
    EDITED = N_("edited")
    MISSING = N_("missing")

    @property
    def said(self) -> str:
        """What it is called in the language that is spoken."""
        return _(self.value)


_ORDER = tuple(Standing)


@dataclass(frozen=True, slots=True)
class Checked:
    """One citation of an export, and how its quote stands.

    ``where`` is the file or library that was read, ``start`` where the quote stands in it today
    (if it does), ``now`` what has taken its place (if that can be told), ``differs`` what is told
    of it that is not so (any more), ``note`` what else a reader should know.
    """

    citation: Json
    standing: Standing
    where: str = ""
    start: int | None = None
    now: str = ""
    differs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked of an export: each quote, and ``reworded``: the statements of an answer
    that a language model wrote in its own words, which no source can show to be right."""

    quotes: tuple[Checked, ...]
    reworded: tuple[str, ...]


def verify(
    path: AnyPath, *, library: Library | None = None, articles: Sequence[AnyPath] = ()
) -> tuple[Checked, ...]:
    """Check every quote of an exported answer, and what is told of it, against its source.

    A quote is looked for in the files ``articles``, if some are named; else in the file it was
    read from; else in ``library``. It is *exact* if it stands at its range, *moved* if it stands
    elsewhere, *edited* if it does not stand there any more or if something else is told of it
    than its source tells, *missing* if there is no source. What is told of a row of a table has to
    be so however the text was edited: a value under another head is another one.

    Raises:
        InputError: the file is no exported answer, does not hold together, or one of ``articles``
            cannot be read.
    """
    return verify_answer(path, library=library, articles=articles).quotes


def verify_answer(
    path: AnyPath, *, library: Library | None = None, articles: Sequence[AnyPath] = ()
) -> Verified:
    """Do what ``verify`` does, and name the statements that are no quotes."""
    exported = read_export(user_path(path))
    for fault in find_faults(exported):
        raise InputError(f"{path} does not hold together ({fault}): export the answer again")
    named = [read_origin(user_path(each), named=True) for each in articles]
    read: dict[str, list[Origin]] = {}
    found = []
    for citation in (*exported["citations"], *exported["nearest"]):
        quoted = citation["article_id"]
        if quoted not in read:
            read[quoted] = named or list(_origins(citation, library))
        article = article_of(exported, citation)
        judged = [_judge(citation, article, each) for each in read[quoted]]
        found.append(_choose(citation, judged, named=bool(named)))
    claims = exported["claims"]
    reworded = tuple(c["text"] for c in claims if c.get("verdict") == Verdict.SUPPORTED)
    unquoted = (str(exported["text"]),) if exported.get("purpose") in UNQUOTED else ()
    return Verified(tuple(found), reworded + unquoted)


def check_held(citation: Json, article: Json, held: Origin | None) -> Checked:
    """Check one exported citation against a text at hand; ``article`` is what is told of its own.

    Without a text it is *missing*.
    """
    if held is None:
        return Checked(citation, Standing.MISSING, note=_("its article is not here any more"))
    return _judge(citation, article, held)


def _origins(citation: Json, library: Library | None) -> Iterator[Origin]:
    """Yield the source of a citation as it is today, the original before the library's copy."""
    original = user_path(citation["source"])
    # What is not there or cannot be read says nothing; the library may.
    with suppress(InputError, OSError):
        if original.is_file():
            yield read_origin(original)
    held = held_origin(citation["article_id"], library) if library else None
    if held:
        yield held


def _choose(citation: Json, judged: Sequence[Checked], *, named: bool) -> Checked:
    """Choose the best of the files that were named; else the original, beside the library's copy.

    The library alone knows the title of one text that was read from two files.
    """
    if not judged:
        note = _("{source} is not there, and no library holds it", source=citation["source"])
        return Checked(citation, Standing.MISSING, note=note)
    if named:
        return min(judged, key=lambda each: _ORDER.index(each.standing))
    first, *others = judged
    kept = [each for each in others if each.standing is Standing.EXACT and not each.note]
    if kept and first.note:
        held = _("the library still holds the text that was quoted")
        note = in_a_row([first.note, held], SEMICOLON)
        return replace(first, note=note)
    return kept[0] if kept and first.differs else first


def _judge(citation: Json, article: Json, origin: Origin) -> Checked:
    """Look for a quote in one source, and compare all that is told of it.

    Where the text is the one that was quoted, whatever differs was told wrongly.
    """
    same = origin.sha256 == article["sha256"]
    note = "" if same else _("the article was edited since")
    found = Checked(citation, Standing.EDITED, origin.where, note=note)
    at, folded = _find(citation, origin.text)
    if at is None:
        return replace(found, now=_what_stands_there(citation, origin.text))
    tabled = [*row_differences(citation, origin.text, origin.tables, at, same=same)]
    differs = [*tabled, *origin.differences(citation, article, at)]
    if same:
        differs += (
            [_("it stands at {place}", place=at)] if at != citation["start"] or folded else []
        )
        differs += origin.untold(citation, article)
    if differs if same else tabled:
        return replace(found, differs=tuple(differs))
    if folded:
        spaced = in_a_row([note, _("white space differs")], SEMICOLON)
        found = replace(found, note=spaced)
    if source := origin.renamed(citation):
        differs.append(_("its source is {source} now", source=source))
    exact = at == citation["start"] and not folded and not differs
    standing = Standing.EXACT if exact else Standing.MOVED
    return replace(found, standing=standing, start=at, differs=tuple(differs))


def _find(citation: Json, text: str) -> tuple[int | None, bool]:
    """Return where a quote stands, and whether it does so only with other white space."""
    quote, start = str(citation["quote"]), int(citation["start"])
    if text[start : citation["end"]] == quote:
        return start, False
    place = (quote, citation["prefix"], citation["suffix"], start)
    at = find_quote(text, *place)
    return (at, False) if at is not None else (find_spoken(text, *place), True)


def _what_stands_there(citation: Json, text: str) -> str:
    """Return what stands between the words before and after a quote today; empty if unclear."""
    before, after = citation["prefix"][-ANCHOR:], citation["suffix"][:ANCHOR]
    begin = text.find(before) + len(before) if before in text else -1
    end = text.find(after, begin) if after else len(text)
    longest = 2 * len(citation["quote"]) + ANCHOR
    return spoken(text[begin:end]) if 0 <= begin <= end <= begin + longest else ""
