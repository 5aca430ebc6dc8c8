"""The set of questions on tables holds what stands there; outcomes are told by ranges."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import TinyEmbedder

from eval.sets.lines import Record, read_lines
from eval.tables.cells import OWN, Kind, Outcome, files, gold, judge
from index import Library
from index.parse.document import read_document
from rag import Answer, ask

TEXT = """| Line | 2022 | 2023 |
| --- | ---: | ---: |
| Adults | 310 | 342 |
| Children | 41 | 41 |
"""


def test_every_gold_cell_stands_in_its_row() -> None:
    records = [record for _, record in read_lines(OWN / "tables.jsonl")]
    assert len(records) >= 120
    assert len({record["id"] for record in records}) == len(records)
    assert sum(r["kind"] in (Kind.PERIOD, Kind.ROW) for r in records) >= 25
    halves = [
        {r["article"] for r in records if r["split"] == half} for half in ("calibration", "test")
    ]
    assert not halves[0] & halves[1]
    texts = {name: read_document(path).text for name, path in files(None).items()}
    for record in (record for record in records if record["article"] in texts):
        text = texts[record["article"]]
        given = (Kind.CELL, Kind.LINE, Kind.SUM)
        assert bool(record["cells"]) == (record["kind"] in given)
        for cell, places in zip(record["cells"], gold(record, text), strict=True):
            assert places, record["id"]
            for (start, end), (first, last) in places:
                said = [each.get("cell", each["row"]) for each in (cell, *cell.get("also", ()))]
                assert text[first:last] in said
                assert start <= first < last <= end


@pytest.mark.parametrize(
    ("row", "cell", "nth", "outcome"),
    [
        ("| Adults | 310 | 342 |", "342", 0, Outcome.RIGHT),
        ("| Adults | 310 | 342 |", "310", 0, Outcome.WRONG),
        ("| Children | 41 | 41 |", "41", 1, Outcome.WRONG),
    ],
)
def test_a_cell_is_right_by_its_place(
    tmp_path: Path, row: str, cell: str, nth: int, outcome: Outcome
) -> None:
    record: Record = {"kind": "cell", "cells": [{"row": row, "cell": cell, "nth": nth}]}
    assert judge(record, _asked(tmp_path, "Adults 2023?"), TEXT).outcome is outcome


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("| Adults | 310 | 342 |", Outcome.RIGHT),
        ("| Children | 41 | 41 |", Outcome.WRONG),
    ],
)
def test_of_a_row_any_cell_is_right(tmp_path: Path, row: str, outcome: Outcome) -> None:
    record: Record = {"kind": "line", "cells": [{"row": row}]}
    for question in ("Adults 2023?", "Adults?"):
        assert judge(record, _asked(tmp_path, question), TEXT).outcome is outcome


def test_what_no_table_says_is_to_be_refused(tmp_path: Path) -> None:
    record: Record = {"kind": "period", "cells": []}
    refused = judge(record, _asked(tmp_path, "Adults 1998?"), TEXT)
    assert refused.outcome is Outcome.REFUSED
    assert refused.told
    assert judge(record, _asked(tmp_path, "Adults 2023?"), TEXT).outcome is Outcome.WRONG


def _asked(folder: Path, question: str) -> Answer:
    with Library.open(folder / "library", embedder=TinyEmbedder(max_tokens=60)) as library:
        if not library.entries:
            library.add_text(TEXT, title="Line")
        return ask(question, library=library, reader=None)
