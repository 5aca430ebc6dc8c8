"""Feedback → a question set, so that those who use the page make the evaluation grow."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.sets.lines import Record, read_json, read_lines
from index.backends.beside import Beside
from index.errors import InputError
from ui.feedback.opinions import ARTICLES, FILE, GOOD, WITHDRAWN, lines_of, text_of

OPEN = ".open.jsonl"
"""How the name of the file ends that holds the questions which a person has to complete."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many questions are in the set, on how many articles, and how many wait for a person."""

    questions: int
    articles: int
    open_questions: int
    open_file: Path


def write_set(file: Path, where: Path | Beside) -> Written:
    """Write the feedback that is kept in a folder, or beside a library, as a set.

    It is in the project's own format, with the articles beside it.

    What was found good becomes a question with its evidence. Of anything else it is known that it
    was wrong, not what would be right: it goes to ``<name>.open.jsonl``, for a person to complete.

    Raises:
        InputError: there is no feedback, or a file is there already.
        LibraryError: the library cannot be read.
    """
    records = _latest(where)
    if not records:
        place = where / FILE if isinstance(where, Path) else where.place
        raise InputError(f"{place} has no feedback yet: give some on the chat page")
    texts, keys = _articles(records, where)
    good = [_question(record, keys) for record in records if _is_complete(record)]
    rest = [_open_question(record, keys) for record in records if not _is_complete(record)]
    open_file = file.with_name(f"{file.stem}{OPEN}")
    files = {file.parent / f"{key}.txt": text for key, text in texts.items()}
    files |= {file: _lines(good)} if good else {}
    files |= {open_file: _lines(rest)} if rest else {}
    for path in files:
        if path.exists():
            raise InputError(f"{path} exists: name a file in a new folder")
    file.parent.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="")
    return Written(len(good), len(texts), len(rest), open_file)


def _latest(where: Path | Beside) -> list[Record]:
    """Return the last opinion of each answer that was not withdrawn."""
    if isinstance(where, Path):
        path = where / FILE
        lines = [record for _, record in read_lines(path)] if path.exists() else []
    else:
        lines = lines_of(where)
    found = {record["answer"]: record for record in lines}
    return [record for record in found.values() if record["opinion"] != WITHDRAWN]


def _is_complete(record: Record) -> bool:
    """Of what rested on a visitor's own articles, nothing but the question was kept."""
    return record["opinion"] == GOOD and not record.get("private", False)


def _articles(
    records: Sequence[Record], where: Path | Beside
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the text of each cited article by its key in the set, and the key by its id."""
    texts: dict[str, str] = {}
    keys: dict[str, str] = {}
    for record in records:
        for place in record["citations"]:
            if place["article"] not in keys:
                key = _key(place["title"], place["article"], texts)
                keys[place["article"]] = key
                texts[key] = _text(where, place["article"])
    return texts, keys


def _text(where: Path | Beside, article_id: str) -> str:
    if isinstance(where, Path):
        return str(read_json(where / ARTICLES / f"{article_id}.json")["text"])
    return text_of(where, article_id)


def _key(title: str, article_id: str, taken: dict[str, str]) -> str:
    """``"A bridge: who pays?"`` → ``"a-bridge-who-pays"``, with its id if that is taken."""
    key = re.sub(r"[^\w]+", "-", title.lower())[:60].strip("-_") or "article"
    return f"{key}-{article_id}" if key in taken else key


def _question(record: Record, keys: dict[str, str]) -> dict[str, Any]:
    places = [_place(place, keys) for place in record["citations"]]
    question = {
        "id": record["answer"],
        "question": record["question"],
        "evidence": [] if record["refused"] else places,
        "nearest": places if record["refused"] else [],
        "history": record["history"],
        "unanswered": "" if record["refused"] else " ".join(record["unanswered"]),
        "tags": ["feedback"],
    }
    return {name: value for name, value in question.items() if value}


def _open_question(record: Record, keys: dict[str, str]) -> dict[str, Any]:
    return {
        "id": record["answer"],
        "question": record["question"],
        "history": record["history"],
        "opinion": record["opinion"],
        "answered": record["text"],
        "cited": [_place(place, keys) for place in record["citations"]],
    }


def _place(place: Record, keys: dict[str, str]) -> dict[str, Any]:
    found = {name: place[name] for name in ("start", "end", "quote")}
    return {"article": keys[place["article"]], **found}


def _lines(records: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
