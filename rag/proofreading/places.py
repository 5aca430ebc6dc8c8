"""Passages → the sentences that a statement may rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.library import Library
from index.types import Passage
from rag.answer.citation import cite
from rag.check.evidence_selection import Source
from rag.check.injection import instructs
from rag.types import Citation, Evidence


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of an excerpt, as the check reads it and as it would be cited."""

    excerpt: int
    source: Source
    citation: Citation


def places_of(excerpts: Sequence[Passage], library: Library) -> Iterator[Place]:
    """Yield the sentences of the excerpts that say something, each with what stands around it."""
    titles = library.titles({passage.article_id for passage in excerpts})
    for number, passage in enumerate(excerpts, 1):
        around = f"{titles.get(passage.article_id, '')}\n{passage.text}"
        for sentence in passage.sentences:
            evidence = Evidence(passage, sentence, 0.0, 0.0, ())
            if not instructs(evidence.text):
                source = Source(evidence.text, around)
                yield Place(number, source, cite(evidence, number, library))
