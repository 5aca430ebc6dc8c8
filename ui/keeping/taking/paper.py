"""What is taken along, whatever file it becomes: parts with quotes, in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.speaking.forms import in_a_row
from index.speaking.words import _
from index.types import Json
from rag.answer.citation import spoken
from rag.certainty import say_certainty
from rag.lines import half_refusal
from rag.listing.types import DOES_NOT_SAY, places_named
from rag.styles.source import Words
from rag.styles.styled import Style, Styled, web_address
from ui.keeping.clips import Clip
from ui.keeping.taking.rows import Grid, grid_of, row_runs, same_table

Run = tuple[str, bool]
"""A piece of a line, and whether it is bold."""

Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote with all that a reader needs to find it. ``number`` is 0 where it has none.

    ``where`` is what it is cited as: ``"A bridge, Ann Lee, 2025-05-07, paragraph 6"``, or as a
    style of citations has it; ``addressed``: that has the article's address in it.
    """

    number: int
    text: str
    where: Words
    link: str
    addressed: bool = False
    remark: str = ""
    note: str = ""
    in_table: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Quotes that are shown together: one, or rows of one table with the table."""

    quotes: tuple[Quote, ...]
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One question, or one clipping. ``items``: its lines are those of a list."""

    heading: str
    dated: str
    lines: tuple[Line, ...]
    items: bool
    remarks: tuple[str, ...]
    quoted: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """All of it. ``made`` is the day on which it was taken.

    ``listed`` are the references of a style of citations, under its ``heading``.
    """

    title: str
    made: str
    parts: tuple[Part, ...]
    articles: tuple[Json, ...]
    heading: str = ""
    listed: tuple[Words, ...] = ()


def paper_of_answers(
    asked: Sequence[tuple[str, str, Json]], made: str, style: Style = Style.PLAIN
) -> Paper:
    """Return a conversation: of each question its text, when it was asked, and its kept answer."""
    articles = {
        told["id"]: told | record["articles"].get(told["id"], {})
        for __, __, record in asked
        for told in record["answer"]["articles"]
    }
    cited = _with_links(articles, (r["answer"]["citations"] for __, __, r in asked))
    shown = _with_links(articles, (_places(r["answer"]) for __, __, r in asked))
    styled = Styled(shown, style)
    parts = tuple(_part(question, at, record, styled) for question, at, record in asked)
    return Paper(_("Questions and quotes"), made, parts, cited, styled.heading, styled.listed)


def paper_of_clips(clips: Sequence[Clip], made: str, style: Style = Style.PLAIN) -> Paper:
    """Return a board of clippings, in its order."""
    articles = {clip.record["article"]["id"]: clip.record["article"] for clip in clips}
    cited = _with_links(articles, [[clip.record["citation"] for clip in clips]])
    styled = Styled(cited, style)
    parts = []
    for clip in clips:
        record = clip.record
        citation, article = record["citation"], record["article"]
        quote = _quote(citation, article, record["place"], record["remark"], styled)
        quote = replace(quote, number=0, note=clip.note.strip())  # its number was its answer's
        grid = grid_of([citation], []) if citation.get("table") else None
        parts.append(Part("", "", (), False, (), "", (Shown((quote,), grid),)))
    return Paper(_("Clippings"), made, tuple(parts), cited, styled.heading, styled.listed)


def _with_links(articles: dict[str, Json], cited: Iterable[Sequence[Json]]) -> tuple[Json, ...]:
    """Return the cited articles in order, each with a link of its own where it has one."""
    found: dict[str, Json] = {}
    for citation in (each for group in cited for each in group):
        id_, link = citation["article_id"], str(citation.get("link", ""))
        found.setdefault(id_, articles[id_] | {"link": web_address(link)})
    return tuple(found.values())


def _places(exported: Json) -> list[Json]:
    """Return what is quoted: of a refusal, what is nearest."""
    return list(exported["nearest"] if exported["refused"] else exported["citations"])


def _part(question: str, at: str, record: Json, styled: Styled) -> Part:
    exported = record["answer"]
    refused = exported["refused"]
    taken = _taken(exported)
    lines, items = _lines(exported)
    certainty = str(record.get("certainty", "")) if not refused else ""
    places = _places(exported)
    told = {
        each["id"]: each | record["articles"].get(each["id"], {}) for each in exported["articles"]
    }
    shown = []
    for __, group in groupby(places, key=same_table):
        rows = list(group)
        quotes = tuple(
            _quote(
                each,
                told[each["article_id"]],
                record["places"].get(str(each["number"]), ""),
                record["remarks"].get(str(each["number"]), ""),
                styled,
            )
            for each in rows
        )
        grid = grid_of(rows, exported.get("short", [])) if rows[0].get("table") else None
        shown.append(Shown(quotes, grid))
    sure = say_certainty(certainty)
    notes = (taken, sure[:1].upper() + sure[1:], *record.get("notes", ()))
    quoted = _("Nearest in the articles:") if refused and places else ""
    return Part(
        spoken(question), at, lines, items, tuple(filter(None, notes)), quoted, tuple(shown)
    )


def _taken(exported: Json) -> str:
    if exported.get("follows"):
        return _("Taken as a follow-up to “{question}”", question=exported["follows"])
    searched = exported.get("searched_for", "")
    return _("Searched for: {question}", question=searched) if searched else ""


def _lines(exported: Json) -> tuple[tuple[Line, ...], bool]:
    """Return what an answer says, the short answers bold; and whether it is a list."""
    if exported["refused"]:
        return (((exported["text"], True),),), False
    if "items" in exported:
        return tuple(_item(each) for each in exported["items"]), True
    if "cells" in exported:
        return tuple(_cell(each, exported) for each in exported["cells"]), True
    if not exported["claims"]:
        return (((exported["text"], False),),), False
    runs: list[Run] = []
    for claim in exported["claims"]:
        runs += [*_statement(claim, exported), (f" {_marks(claim['citations'])} ", False)]
    runs += [(f"{half_refusal(each)} ", False) for each in exported["unanswered"]]
    text, bold = runs[-1]
    return ((*runs[:-1], (text.rstrip(), bold)),), False


def _item(item: Json) -> Line:
    places = item["places"]
    several = places_named(len(places))
    numbers = list(dict.fromkeys(each["citation"] for each in places))
    return (item["text"], True), (f"{several} {_marks(numbers)}", False)


def _cell(cell: Json, exported: Json) -> Line:
    head = in_a_row([*filter(None, (cell["name"], cell["dated"]))])
    number = cell["citation"]
    if number is None:
        return ((f"{head}: {_(DOES_NOT_SAY)}", False),)
    quote = next(each["quote"] for each in exported["citations"] if each["number"] == number)
    claim = {"text": spoken(quote), "citations": [number]}
    shorts = {"short": [cell["short"]] if cell["short"] else []}
    said = _statement(claim, shorts | {"citations": exported["citations"]})
    return ((f"{head}: ", False), *said, (f" {_marks([number])}", False))


def _statement(claim: Json, exported: Json) -> list[Run]:
    """Return a statement in pieces, the words bold that answer."""
    row = _row_of(claim, exported)
    if row:
        return row_runs(row, exported.get("short", []))
    text, runs, done = str(claim["text"]), [], 0
    for short in sorted(exported.get("short", []), key=lambda each: int(each["start"])):
        words = spoken(short["text"])
        if short["citation"] not in claim["citations"] or not words:
            continue
        citation = next(e for e in exported["citations"] if e["number"] == short["citation"])
        inside = short["start"] - citation["start"]
        before = len(spoken(citation["quote"][:inside]))
        at = text.find(words, max(done, min(before, len(text))))
        if at >= 0:
            runs += [(text[done:at], False), (words, True)]
            done = at + len(words)
    return [run for run in (*runs, (text[done:], False)) if run[0]]


def _row_of(claim: Json, exported: Json) -> Json | None:
    """Return the row of a table that a statement is, if it is one."""
    cited = [each for each in exported["citations"] if each["number"] in claim["citations"]]
    if len(cited) != 1 or not cited[0].get("table"):
        return None
    return cited[0] if spoken(cited[0]["quote"]) == claim["text"] else None


def _marks(numbers: Iterable[int]) -> str:
    return " ".join(f"[{number}]" for number in numbers)


def _quote(citation: Json, article: Json, place: str, remark: str, styled: Styled) -> Quote:
    link = str(citation.get("link", ""))
    said = (citation["title"], article.get("author") or "", article.get("published") or "")
    where = ", ".join(filter(None, (*map(spoken, said), place)))
    cited = styled.cited(citation)
    address = web_address(link)
    return Quote(
        number=citation["number"],
        text=spoken(citation["quote"]),
        where=cited or ((where, False),),
        link=link if address or link.startswith("file:") else "",
        addressed=bool(address) and any(address in text for text, _ in cited),
        remark=remark,
        in_table=bool(citation.get("table")),
    )
