"""Questions on the text of filings, beside whose tables it stood: the reader never learnt them."""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

from eval.sets.lines import Record
from index.library import Library
from rag.asking import ask

SET = "tatqa"


def held_out(file: Path) -> list[Record]:
    """Return a fixed half of the set's answered questions, by the hash of their text."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found = [row for row in map(json.loads, lines) if row["set"] == SET and row["start"] >= 0]
    return [row for row in found if crc32(row["context"].encode()) % 2]


def ask_prose(file: Path, *, each: bool) -> Mapping[str, Sequence[float]]:
    """Ask each question of its own text, and tell where the first citation has the answer."""
    found: dict[str, list[float]] = {"right place": [], "refused": [], "wrong and sure": []}
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        for record in held_out(file):
            article = library.add_text(record["context"])
            answer = ask(record["question"], library=library, within=[article.id])
            wanted = record["context"][record["start"] : record["end"]]
            said = " ".join(citation.quote for citation in answer.citations)
            right = _bare(wanted) in _bare(said) or bool(said and _bare(said) in _bare(wanted))
            found["right place"].append(right)
            found["refused"].append(answer.refused)
            wrong = not right and not answer.refused
            found["wrong and sure"].append(wrong and answer.certainty == "sure")
            if each:
                sys.stdout.write(f"{'+' if right else '-'} {record['question']}\n    {said}\n")
    return found


def _bare(text: str) -> str:
    return "".join(text.split()).strip(".")
