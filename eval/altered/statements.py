"""The statements to be checked: made from the articles of the project's own question set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eval.altered.changes import CHANGES, find_names
from eval.altered.paraphrases import PARAPHRASES
from eval.sets.load import BUNDLED, OWN
from index.parse.document import read_document
from index.segment.sentences import find_sentences
from index.types import Role
from rag.check.evidence_selection import Source

HELD_OUT = ("bees", "submarine-cables")
"""The articles whose statements nobody looked at while the rules of the check were written."""

PASSAGES = OWN / "passages"

BY_HAND, MADE_UP = "true, by hand", "false, by hand"
TRUE_CLAIM, FALSE_CLAIM = "true, of a passage", "false, of a passage"
"""The kinds of those written by hand: about articles, and about ``PASSAGES``."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about an article. ``true`` is whether the article says so.

    ``evidence``: the sentences that it rests on, where they are known; ``fault``: what is wrong
    with one that is made up, where that is known.
    """

    article: str
    kind: str
    text: str
    true: bool
    evidence: tuple[str, ...] = ()
    fault: str = ""
    language: str = "en"
    held_out: bool = False
    """Whether nobody looked at it while the rules of the check were written."""


@dataclass(frozen=True, slots=True)
class Told:
    """An article as its sentences, each with its paragraph."""

    name: str
    sources: tuple[Source, ...]


def read_articles() -> tuple[Told, ...]:
    """Return the articles of the project's own question set, and the passages of ``PASSAGES``."""
    paths = [
        file
        for folder in (BUNDLED, OWN, OWN / "distractors", PASSAGES)
        for file in sorted(folder.glob("*.md"))
    ]
    return tuple(Told(path.stem, tuple(_sources(path))) for path in paths)


def read_statements(article: Told) -> Iterator[Statement]:
    """Yield the statements about an article: those made by rule, then those written by hand.

    None is made of a passage of ``PASSAGES``.
    """
    held_out = article.name in HELD_OUT
    names = find_names(" ".join(source.text for source in article.sources))
    short = (PASSAGES / f"{article.name}.md").exists()
    for source in () if short else article.sources:
        made = [(kind, True, rewrite(source.text)) for kind, rewrite in PARAPHRASES.items()]
        made += [(kind, False, change(source.text, names)) for kind, change in CHANGES.items()]
        for kind, true, texts in made:
            for text in dict.fromkeys(texts):
                if text != source.text:
                    told = (source.text,)
                    yield Statement(article.name, kind, text, true, told, held_out=held_out)
    true_kind, false_kind = (TRUE_CLAIM, FALSE_CLAIM) if short else (BY_HAND, MADE_UP)
    for row in _read(PASSAGES / "claims.jsonl" if short else OWN / "statements.jsonl"):
        if row["article"] == article.name:
            yield Statement(
                article.name,
                true_kind if row["true"] else false_kind,
                row["text"],
                row["true"],
                tuple(row.get("evidence", ())),
                row.get("kind", ""),
                row.get("language", "en"),
                held_out or row.get("split") == "test",
            )


@cache
def _read(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(map(json.loads, path.read_text(encoding="utf-8").splitlines()))


def _sources(path: Path) -> Iterator[Source]:
    document = read_document(path)
    for start, end, role in document.spans:
        if role is Role.TEXT:
            around = f"{document.title}\n{document.text[start:end]}"
            for sentence in find_sentences(document.text, start, end):
                yield Source(document.text[sentence.start : sentence.end], around)
