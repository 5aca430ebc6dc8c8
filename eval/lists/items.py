"""The items of lists against the right ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.sets.lines import Record
from index.library import Library
from rag.libraries import bundled_article
from rag.listing.list_all import list_all, surface
from rag.listing.types import Listing
from rag.reader.network import fitted_reader
from rag.types import Span

OWN = Path(__file__).parents[1] / "own"
FLOORS = {"precision": 0.84, "recall": 0.58}
"""Of the test half: what is held today (.841 and .589 where the processor computes with vector
instructions for whole numbers, .846 and .611 where not); the aims are .85 and .75."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one question: the items given, those of them that are right, and the gold ones found."""

    given: int
    right: int
    found: int
    gold: int


def articles(folder: Path = OWN) -> dict[str, Path]:
    """Return the articles that the sets are about, by name."""
    files = [bundled_article(), *folder.glob("*.md")]
    files += [*(folder / "passages").glob("*.md"), *(folder / "further").glob("*.md")]
    return {file.stem: file for file in sorted(files)}


def count(answer: Listing, record: Record, text: str) -> Counted:
    """Compare the items of an answer with the gold ones of ``text``.

    An item is right if one of its places overlaps a gold item, or it is called as one is. Two
    items for one gold item are one right and one wrong.
    """
    gold = [*_gold(record, text)]
    found: set[int] = set()
    right = 0
    for item in answer.items:
        matched = {
            number
            for number, (start, end) in enumerate(gold)
            for short in item.places
            if (start < short.end and short.start < end)
            or surface(text[start:end]) == surface(item.text)
        }
        right += bool(matched - found)
        found |= matched
    return Counted(len(answer.items), right, len(found), len(gold))


def _gold(record: Record, text: str) -> Iterator[Span]:
    for item in record["items"]:
        start = text.index(item["quote"]) + item["quote"].index(item["text"])
        yield start, start + len(item["text"])


def shares(counted: Sequence[Counted]) -> dict[str, float]:
    """Return precision and recall, pooled over all items, and the share of questions answered."""
    given, gold = sum(c.given for c in counted), sum(c.gold for c in counted)
    return {
        "precision": sum(c.right for c in counted) / max(given, 1),
        "recall": sum(c.found for c in counted) / max(gold, 1),
        "answered": sum(c.given > 0 for c in counted) / max(len(counted), 1),
    }


def measure(library: Library, records: Sequence[Record], *, each: bool) -> list[Counted]:
    """Ask each question of its article; ``each``: and print what came of it."""
    ids = {name: library.add(path).id for name, path in articles().items()}
    counted = []
    for record in records:
        article = ids[record["article"]]
        answer = list_all(record["question"], library, fitted_reader(), within=[article])
        counted.append(count(answer, record, library.article(article).text))
        if each:
            items = "; ".join(item.text for item in answer.items)
            sys.stdout.write(
                f"{record['split'][0]} {counted[-1]} {record['question']}\n    {items}\n"
            )
    return counted
