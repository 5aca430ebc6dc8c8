"""What a list and a comparison are: answers that hold more than an ordinary one."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Answer, Citation, Short


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list, as it is first called, and all the places that name it, in order."""

    text: str
    places: tuple[Short, ...]

    @property
    def line(self) -> str:
        """The item with its marks: ``OpenAI [1] [2], 2 places``."""
        numbers = dict.fromkeys(short.citation.number for short in self.places)
        marks = "".join(f" [{number}]" for number in numbers)
        count = len(self.places)
        return f"{self.text}{marks}" + (f", {count} places" if count > 1 else "")


@dataclass(frozen=True, slots=True)
class Listing(Answer):
    """An answer that is a list: ``items`` in source order, each with the places that name it.

    ``looked`` is how many passages were read, ``everything`` whether there were no more.
    """

    items: tuple[Item, ...] = ()
    looked: int = 0
    everything: bool = True

    @property
    def notes(self) -> tuple[str, ...]:
        """How many items there are and how much was read, then each item on a line."""
        count = len(self.items)
        found = f"{count} item{'' if count == 1 else 's'}; " if count else ""
        read = (
            f"all {self.looked} passages were looked at."
            if self.everything
            else f"the first {self.looked} passages were looked at, there are more."
        )
        return (found + read, *(f"– {item.line}" for item in self.items))


@dataclass(frozen=True, slots=True)
class Cell:
    """What one article, or one thing, says of what was asked; None if it does not say."""

    name: str
    dated: str = ""
    citation: Citation | None = None
    short: str = ""

    @property
    def said(self) -> str:
        """The few words that answer, else the quote on one line, with its mark."""
        if self.citation is None:
            return DOES_NOT_SAY
        words = self.short or " ".join(self.citation.quote.split())
        return f"{words} [{self.citation.number}]"


DOES_NOT_SAY = "does not say"


@dataclass(frozen=True, slots=True)
class Comparison(Answer):
    """An answer with a row for each article or thing. ``apart``: two differ."""

    cells: tuple[Cell, ...] = ()
    apart: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for each row, and whether they differ."""
        rows = (f"{' · '.join(filter(None, (c.name, c.dated)))}: {c.said}" for c in self.cells)
        return (*rows, *(("They differ.",) if self.apart else ()))
