"""What an export tells of the table that a quoted row stands in: whether it holds, and is so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from index.segment.tables import rows_of
from index.speaking.forms import in_a_row
from index.speaking.words import N_, _
from index.types import Json, Table
from rag.answer.citation import spoken
from rag.answer.shapes import row_json


def row_faults(citation: Json, characters: int) -> Iterator[str]:
    """Say what an export tells of a row's table that cannot have been exported with its quote.

    ``characters`` is how long the article is.
    """
    told = citation.get("table")
    if told is None:
        return
    name, first = f"the table of quote {citation['number']}", int(citation["start"])
    for place in _places(told):
        start, end = place["start"], place["end"]
        if end - start != len(place["text"]) or end > characters:
            yield f"{name} has {place['text']!r} at another range"
    for cell in told["cells"]:
        start, end = cell["start"] - first, cell["end"] - first
        if start < 0 or citation["quote"][start:end] != cell["text"]:
            yield f"{name} has {cell['text']!r}, which is not in the quote"
    for head in _heads(told):
        if not any(_over(head, cell) for cell in told["cells"]):
            yield f"{name} has the head {head['text']!r} over nothing"


def row_differences(
    citation: Json, text: str, tables: Sequence[Table], at: int, *, same: bool
) -> Iterator[str]:
    """Say what stands otherwise in the table of a row that stands at ``at`` of a text today.

    Where the row is in none of the ``tables``, what is told has to stand where it stood, or as far
    from the row. ``same``: the text is the one that was quoted, so it stands where it stood.
    """
    told = citation.get("table")
    if told is None:
        return
    row = next((each for each in rows_of(tables) if each.row.start == at), None)
    if row is None:
        moved = at - int(citation["start"])
        for place in _places(told):
            starts = (place["start"], place["start"] + moved)
            if not any(text.startswith(place["text"], start) for start in starts):
                words = spoken(place["text"])
                yield _("“{words}” of its table does not stand there", words=words)
        return
    now = row_json(text, row)
    says = [*_otherwise(told, now)]
    yield from says
    if same and not says and [*_places(told)] != [*_places(now)]:
        yield _("what its table says stands elsewhere")


def _otherwise(told: Json, now: Json) -> Iterator[str]:
    """Say what a row's table says otherwise than it did."""
    places = {
        "above": N_("above its table stands “{words}”"),
        "groups": N_("over its group of rows stands “{words}”"),
    }
    for part, message in places.items():
        if _words(told[part]) != _words(now[part]):
            yield _(message, words=_words(now[part]))
    said, says = _headed(told), _headed(now)
    for (value, old), (__, new) in zip(said, says, strict=False):
        if old != new:
            yield _("over “{value}” stands “{words}”", value=value, words=new)
    if [value for value, __ in said] != [value for value, __ in says]:
        cells = in_a_row([_("“{title}”", title=value) for value, __ in says])
        yield _("its cells are {cells}", cells=cells)


def _places(told: Json) -> Iterator[Json]:
    yield from (*told["above"], *told["groups"], *_heads(told), *told["cells"])


def _heads(told: Json) -> Iterator[Json]:
    for line in told["heads"]:
        yield from line


def _headed(told: Json) -> list[tuple[str, str]]:
    """Return each cell with what stands over it."""
    return [
        (spoken(cell["text"]), _words([head for head in _heads(told) if _over(head, cell)]))
        for cell in told["cells"]
    ]


def _over(head: Json, cell: Json) -> bool:
    return bool(
        head["column"] < cell["column"] + cell["columns"]
        and cell["column"] < head["column"] + head["columns"]
    )


def _words(places: Sequence[Json]) -> str:
    return " ".join(said for said, _ in groupby(spoken(place["text"]) for place in places))
