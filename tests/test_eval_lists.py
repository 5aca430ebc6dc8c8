"""The sets of lists, comparisons and yes or no hold what stands there; items are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import TinyEmbedder
from tiny_reader import Fixed

from eval.lists.items import OWN, Counted, articles, count, shares
from eval.sets.lines import Record, read_lines
from index import Library
from index.parse.document import read_document
from rag.listing.list_all import list_all


def _places(record: Record) -> Iterator[Record]:
    for name in ("items", "evidence", "cells"):
        yield from (place for place in record.get(name, ()) if "quote" in place)


@pytest.mark.parametrize(("name", "least"), [("lists", 50), ("yesno", 40), ("compare", 20)])
def test_every_quote_stands_once_in_its_article(name: str, least: int) -> None:
    texts = {key: read_document(path).text for key, path in articles().items()}
    records = [record for _, record in read_lines(OWN / f"{name}.jsonl")]
    assert len(records) >= least
    assert len({record["id"] for record in records}) == len(records)
    assert {record["split"] for record in records} == {"calibration", "test"}
    for record in records:
        for place in _places(record):
            assert texts[place["article"]].count(place["quote"]) == 1, record["id"]
            assert place.get("text", "") in place["quote"], record["id"]


def test_items_are_counted_once_and_by_their_place(tmp_path: Path) -> None:
    text = "Vodafone, Orange and Iris are partners. Also the coast and Orange are partners."
    record = {
        "items": [
            {"quote": "Vodafone, Orange and Iris are partners.", "text": "Vodafone"},
            {"quote": "Vodafone, Orange and Iris are partners.", "text": "Orange"},
            {"quote": "Also the coast and Orange are partners.", "text": "partners"},
        ]
    }
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text(text, title="The ring")
        answer = list_all("Who is in?", library, Fixed("Vodafone", 9.0))
        assert count(answer, record, text) == Counted(given=3, right=2, found=2, gold=3)


def test_shares_are_pooled_over_items() -> None:
    found = shares([Counted(4, 3, 3, 3), Counted(0, 0, 0, 3)])
    assert found == {"precision": 0.75, "recall": 0.5, "answered": 0.5}
    assert shares([]) == {"precision": 0.0, "recall": 0.0, "answered": 0.0}
