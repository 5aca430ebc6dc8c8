"""What a check finds, and what is made again for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from index.boxes import PageBoxes
from index.types import Article, Encoding, Paragraph, Passage, Table


@dataclass(slots=True)
class Findings:
    """What was counted, what is wrong, and what of it can be made again from what is right."""

    counted: dict[str, int]
    problems: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    """Ids of articles whose text is not what was added."""
    cuts: set[str] = field(default_factory=set)
    """Ids of articles whose text is, but whose passages are not."""
    boxes: set[str] = field(default_factory=set)
    """Ids of articles whose words' places are not what was stored."""
    originals: set[str] = field(default_factory=set)
    """Ids of articles whose files are not what was stored."""
    words: bool = False
    """Whether the full-text index or the word frequencies are not those of the passages."""
    readable: bool = True
    """Whether the whole of it can be read."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An article as it was added, cut and embedded again."""

    article: Article
    paragraphs: Sequence[Paragraph]
    passages: Sequence[Passage]
    encodings: Sequence[Encoding]
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True)
class Mending:
    """What takes the place of what is damaged: articles, boxes by article; files are given up."""

    whole: Sequence[Whole]
    boxes: Mapping[str, Sequence[PageBoxes]]
    originals: Collection[str]
