"""The statements to be checked: made from the articles of the project's own question set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.altered.changes import CHANGES, find_names
from eval.altered.paraphrases import PARAPHRASES
from eval.sets import BUNDLED, OWN
from index.document import read_document
from index.sentences import find_sentences
from index.types import Role
from rag.check import Source

HELD_OUT = "submarine-cables"
"""The article at which nobody looked while the rules of the check were written."""

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about an article. ``true`` is whether the article says so."""

    article: str
    kind: str
    text: str
    origin: str
    true: bool


@dataclass(frozen=True, slots=True)
class Told:
    """An article as its sentences, each with its paragraph."""

    name: str
    sources: tuple[Source, ...]


def read_articles() -> tuple[Told, ...]:
    """Return the three articles."""
    paths = [*sorted(BUNDLED.glob("*.md")), *sorted(OWN.glob("*.md"))]
    return tuple(Told(path.stem, tuple(_sources(path))) for path in paths)


def altered(article: Told) -> Iterator[Statement]:
    """Yield every sentence with one fact changed, in every way that there is."""
    names = find_names(" ".join(source.text for source in article.sources))
    for source in article.sources:
        for kind, change in CHANGES.items():
            for text in dict.fromkeys(change(source.text, names)):
                if text != source.text:
                    yield Statement(article.name, kind, text, source.text, False)


def faithful(article: Told) -> Iterator[Statement]:
    """Yield sentences in other forms, by rule, and the paraphrases that were written by hand."""
    for source in article.sources:
        for kind, rewrite in PARAPHRASES.items():
            for text in dict.fromkeys(rewrite(source.text)):
                if text != source.text:
                    yield Statement(article.name, kind, text, source.text, True)
    for line in (OWN / "paraphrases.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["article"] == article.name:
            yield Statement(article.name, BY_HAND, row["text"], "", True)


def _sources(path: Path) -> Iterator[Source]:
    document = read_document(path)
    for start, end, role in document.spans:
        if role is Role.TEXT:
            around = f"{document.title}\n{document.text[start:end]}"
            for sentence in find_sentences(document.text, start, end):
                yield Source(document.text[sentence.start : sentence.end], around)
