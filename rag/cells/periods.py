"""What is said where a table has not what was asked for, but other periods of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.library import Library
from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import N_, _
from index.types import Range, Sentence
from rag.cells.agreement import numbers_of
from rag.cells.choice import Choice
from rag.cells.options import Option
from rag.types import Evidence

HAS = N_("The table has {periods}.")
MOST = 8
"""So many periods are named; of more, the first ones."""


def told_periods(choice: Choice, library: Library) -> tuple[str, tuple[Evidence, ...]]:
    """Return a line that says what the table has instead of the numbers that are missing.

    It is in the words of the heads over the cells, or else of the captions, which are returned as
    evidence. Both are empty if neither has a number like those.
    """
    sizes = {len(number) for number in choice.missing}
    for ranges in (_heads(choice.kin), _captions(choice.kin)):
        named: dict[str, Evidence] = {}
        for option, spans in ranges:
            text = library.article(option.evidence.passage.article_id).text
            said = " ".join(" ".join(text[start:end].split()) for start, end in spans)
            if any(len(number) in sizes for number in numbers_of(said)):
                named.setdefault(said, _evidence(option, spans, text))
        if named:
            said = joined(list(named)[:MOST])
            places = {each.sentence: each for each in named.values()}
            return _(HAS, periods=said), tuple(places.values())
    return "", ()


def joined(names: Sequence[str]) -> str:
    """Return names as a series: ``"a; b and c"``. They may have commas of their own."""
    *first, last = names
    if not first:
        return last
    return _("{first} and {last}", first=in_a_row(first, SEMICOLON), last=last)


def _heads(kin: Sequence[Option]) -> Iterator[tuple[Option, list[Range]]]:
    for option in kin:
        spans = dict.fromkeys((h.start, h.end) for h in option.row.heads_of(option.cell))
        if spans:
            yield option, list(spans)


def _captions(kin: Sequence[Option]) -> Iterator[tuple[Option, list[Range]]]:
    for option in kin:
        for span in option.row.above:
            yield option, [span]


def _evidence(option: Option, spans: Sequence[Range], text: str) -> Evidence:
    """Return the line of heads or the caption that the last of the ranges stands in."""
    start, end = spans[-1]
    line = next(
        ((h[0].start, h[-1].end) for h in option.row.heads if h[0].start <= start <= h[-1].start),
        (start, end),
    )
    sentence = Sentence(*line)
    passage = replace(
        option.evidence.passage,
        start=line[0],
        end=line[1],
        text=text[line[0] : line[1]],
        sentences=(sentence,),
        words="",
    )
    none = (0.0,) * len(option.evidence.found)
    return replace(option.evidence, passage=passage, sentence=sentence, found=none, short=None)
