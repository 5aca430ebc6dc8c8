"""What a list and a comparison are: answers that hold more than an ordinary one."""

from __future__ import annotations

from dataclasses import dataclass

from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import N_, _, ngettext, speaking
from index.types import Json
from rag.answer.citation import spoken
from rag.answer.shapes import place_json
from rag.lines import only_line
from rag.types import Answer, Citation, Short, marked

DOES_NOT_SAY = N_("does not say")
THEY_DIFFER = N_("They differ.")


def places_named(count: int) -> str:
    """Return how many places name an item, if several do: ``", 14 places"``."""
    return ngettext(", {count} place", ", {count} places", count, count=count) if count > 1 else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list, as it is first called, and all the places that name it, in order."""

    text: str
    places: tuple[Short, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its citations."""
        return tuple(dict.fromkeys(short.citation.number for short in self.places))

    @property
    def times(self) -> str:
        """How many places name it, if several do: ``", 14 places"``."""
        return places_named(len(self.places))


@dataclass(frozen=True, slots=True)
class Listing(Answer):
    """An answer that is a list: ``items`` in source order, each with the places that name it.

    ``looked`` is how many passages were read, ``everything`` whether there were no more.
    """

    items: tuple[Item, ...] = ()
    looked: int = 0
    everything: bool = True

    @property
    def shape(self) -> Json:
        """Its items with their places, and what was looked at; nothing of a refusal."""
        if self.refused:
            return {}
        items = [{"text": i.text, "places": [place_json(p) for p in i.places]} for i in self.items]
        return {
            "items": items,
            "looked": {"passages": self.looked, "everything": self.everything},
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """How many items there are, and how much was read."""
        count, looked = len(self.items), self.looked
        only = (only_line(self.only),) if self.only else ()
        if self.everything:
            read = ngettext(
                "all of {count} passage were looked at.",
                "all of {count} passages were looked at.",
                looked,
                count=looked,
            )
        else:
            read = ngettext(
                "the first {count} passage were looked at, there are more.",
                "the first {count} passages were looked at, there are more.",
                looked,
                count=looked,
            )
        found = [ngettext("{count} item", "{count} items", count, count=count)] if count else []
        return (in_a_row([*found, read], SEMICOLON), *only)

    @property
    def rows(self) -> tuple[str, ...]:
        """A line for each item: ``"OpenAI, 2 places [1] [2]"``."""
        return tuple(marked(item.text + item.times, item.numbers) for item in self.items)

    def __str__(self) -> str:
        """The items, then what is said of any answer."""
        with speaking(self.lang):
            return "\n".join([*(f"- {row}" for row in self.rows), Answer.__str__(self)])


@dataclass(frozen=True, slots=True)
class Cell:
    """What one article says of what was asked; without a citation, nothing.

    ``name`` is the article's title, ``dated`` its date; ``short`` are the
    few words that answer, if a reader found some.
    """

    name: str
    dated: str = ""
    citation: Citation | None = None
    short: Short | None = None

    @property
    def head(self) -> str:
        """The name with the date: ``"The harbour, 2019-05-10"``."""
        return in_a_row([*filter(None, (self.name, self.dated))])

    @property
    def said(self) -> str:
        """The quote on one line."""
        return spoken(self.citation.quote) if self.citation else _(DOES_NOT_SAY)


@dataclass(frozen=True, slots=True)
class Comparison(Answer):
    """An answer with a row for each article. ``apart``: two of them differ."""

    cells: tuple[Cell, ...] = ()
    apart: bool = False

    @property
    def shape(self) -> Json:
        """Its cells, and whether they differ; nothing of a refusal."""
        if self.refused:
            return {}
        cells = [
            {
                "name": cell.name,
                "dated": cell.dated or None,
                "citation": cell.citation.number if cell.citation else None,
                "short": place_json(cell.short) if cell.short else None,
            }
            for cell in self.cells
        ]
        return {"cells": cells, "differ": self.apart}

    @property
    def notes(self) -> tuple[str, ...]:
        """Whether they differ; and what they say, the oldest first, where they have dates."""
        only = (only_line(self.only),) if self.only else ()
        if not self.apart:
            return only
        dated = [f"{c.dated}: {spoken(c.short.text)}" for c in self.cells if c.dated and c.short]
        said = in_a_row(dated, SEMICOLON)
        return (f"{_(THEY_DIFFER)} {said}." if len(dated) > 1 else _(THEY_DIFFER), *only)

    @property
    def rows(self) -> tuple[str, ...]:
        """A line for each cell: ``"The harbour, 2019-05-10: A berth costs … [1]"``."""
        return tuple(
            marked(f"{cell.head}: {cell.said}", [cell.citation.number] if cell.citation else [])
            for cell in self.cells
        )

    def __str__(self) -> str:
        """The rows, then what is said of any answer."""
        with speaking(self.lang):
            return "\n".join([*(f"- {row}" for row in self.rows), Answer.__str__(self)])
