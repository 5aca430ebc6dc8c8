"""The statements to be checked: made from the articles of the project's own question set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.altered.changes import CHANGES, find_names
from eval.altered.paraphrases import PARAPHRASES
from eval.sets.load import BUNDLED, OWN
from index.parse.document import read_document
from index.segment.sentences import find_sentences
from index.types import Role
from rag.check import Source

HELD_OUT = ("bees", "submarine-cables")
"""The articles whose statements nobody looked at while the rules of the check were written."""

BY_HAND, MADE_UP = "true, by hand", "false, by hand"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about an article. ``true`` is whether the article says so.

    ``evidence``: the sentences that it rests on, where they are known.
    """

    article: str
    kind: str
    text: str
    true: bool
    evidence: tuple[str, ...] = ()

    @property
    def held_out(self) -> bool:
        """Whether nobody looked at it while the rules of the check were written."""
        return self.article in HELD_OUT


@dataclass(frozen=True, slots=True)
class Told:
    """An article as its sentences, each with its paragraph."""

    name: str
    sources: tuple[Source, ...]


def read_articles() -> tuple[Told, ...]:
    """Return the articles of the project's own question set."""
    paths = [
        file
        for folder in (BUNDLED, OWN, OWN / "distractors")
        for file in sorted(folder.glob("*.md"))
    ]
    return tuple(Told(path.stem, tuple(_sources(path))) for path in paths)


def read_statements(article: Told) -> Iterator[Statement]:
    """Yield the statements about an article: those made by rule, then those written by hand."""
    names = find_names(" ".join(source.text for source in article.sources))
    for source in article.sources:
        made = [(kind, True, rewrite(source.text)) for kind, rewrite in PARAPHRASES.items()]
        made += [(kind, False, change(source.text, names)) for kind, change in CHANGES.items()]
        for kind, true, texts in made:
            for text in dict.fromkeys(texts):
                if text != source.text:
                    yield Statement(article.name, kind, text, true, (source.text,))
    for line in (OWN / "statements.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["article"] == article.name:
            kind = BY_HAND if row["true"] else MADE_UP
            evidence = tuple(row.get("evidence", ()))
            yield Statement(article.name, kind, row["text"], row["true"], evidence)


def _sources(path: Path) -> Iterator[Source]:
    document = read_document(path)
    for start, end, role in document.spans:
        if role is Role.TEXT:
            around = f"{document.title}\n{document.text[start:end]}"
            for sentence in find_sentences(document.text, start, end):
                yield Source(document.text[sentence.start : sentence.end], around)
