"""The vocabulary that every layer shares. Read this first.

Every fragment is a half-open character range of an article's canonical text; a string is cut from
it once, at the end, so that ``article.text[start:end]`` is what a reader is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.boxes import PageBoxes

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bytes = NDArray[np.int8]


class Role(StrEnum):
    """What a paragraph is to a reader; only ``TEXT`` is offered as evidence."""

    TEXT = "text"
    HEADING = "heading"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Article:
    """One article of a library. ``text`` is canonical: nothing edits it afterwards.

    ``published`` is an ISO 8601 date or its beginning, ``language`` a BCP 47 tag, ``media`` the
    MIME type of the file it came from; None where that is not known.
    """

    id: str
    title: str
    source: str
    text: str
    added: str
    published: str | None
    sha256: str
    author: str | None = None
    language: str | None = None
    media: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a list shows it: everything but its text, of which it has ``characters``."""

    id: str
    title: str
    source: str
    added: str
    published: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The ``number``-th paragraph (1-based), at ``[start, end)`` of the article's text.

    Readers do not count headings and boilerplate: their number is 0.
    """

    article_id: str
    number: int
    start: int
    end: int
    page: int | None = None
    role: Role = Role.TEXT


Range = tuple[int, int]
"""A half-open range of an article's text."""


class Cell(NamedTuple):
    """A cell at ``[start, end)``, in ``columns`` columns from ``column`` (0-based) on."""

    start: int
    end: int
    column: int
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row at ``[start, end)``: a label, mostly, and values. ``groups`` head it, outermost first.

    A cell in column 0 is its label.
    """

    start: int
    end: int
    cells: tuple[Cell, ...]
    groups: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an article's text, every part of it a range.

    ``above`` are its caption, heading and unit, in order; ``heads`` are the rows that name its
    columns, from the top, and ``rows`` those below them.
    """

    above: tuple[Range, ...]
    heads: tuple[tuple[Cell, ...], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row with what its table says of it: see ``Row`` and ``Table``.

    ``first`` is where the first row of its table starts: by it, tables are told apart.
    """

    row: Row
    above: tuple[Range, ...]
    heads: tuple[tuple[Cell, ...], ...]
    first: int = 0

    @property
    def label(self) -> Cell | None:
        """What the row is called."""
        return next((cell for cell in self.row.cells if cell.column == 0), None)

    @property
    def values(self) -> tuple[Cell, ...]:
        """Its cells beside the label."""
        return tuple(cell for cell in self.row.cells if cell.column > 0)

    def heads_of(self, cell: Cell) -> tuple[Cell, ...]:
        """Return what stands over a cell, from the top."""
        return tuple(
            head
            for line in self.heads
            for head in line
            if head.column < cell.column + cell.columns and cell.column < head.column + head.columns
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at ``[start, end)`` of the article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and found: whole sentences of one paragraph within the embedder's limit.

    ``text`` is ``article.text[start:end]``; ``tokens`` counts it in tiktoken's cl100k, for the
    budget of a language model's prompt. ``id`` is its row in the library (0: not stored yet).
    ``words`` is what is read for a table's row, its heads with its cells; "" for all else.
    """

    article_id: str
    paragraph: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    tokens: int
    id: int = 0
    words: str = ""

    @property
    def read(self) -> str:
        """What is embedded and read for it."""
        return self.words or self.text

    @property
    def place(self) -> tuple[str, int, int]:
        """Article and range: what tells two passages apart, in whichever libraries they lie."""
        return self.article_id, self.start, self.end


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the embedder reads it, special tokens left out.

    ``ids`` is (n,) of vocabulary numbers, ``ranges`` (n, 2) of half-open characters of the text.
    """

    ids: Ints
    ranges: Ints


@dataclass(frozen=True, slots=True)
class Encoding:
    """One text after one forward pass.

    ``vector`` is (dim,) float32 of unit length, ``token_vectors`` (n, dim) float32 unit rows, one
    for each of ``tokens``.
    """

    vector: Floats
    tokens: Tokens
    token_vectors: Floats


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The stored token vectors of a passage: ``vectors`` is (n, dim) int8, scaled row by row.

    Rows were of unit length. ``lengths`` (n,) is what a dot product with a row is divided by; where
    it is None, a row's own length.
    """

    ids: Ints
    ranges: Ints
    vectors: Bytes
    lengths: Floats | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What makes two embedders interchangeable. Vectors of different ones must never be mixed.

    ``numerics`` is what computed the vectors, by which they differ in rounding alone: it does not
    tell embedders apart. It is empty where that is not known.
    """

    name: str
    weights: str
    dimension: int
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""
    normalised: bool = True
    numerics: str = field(default="", compare=False)

    def __str__(self) -> str:
        """``all-MiniLM-L6-v2 (weights 1a2b3c4d, 384 dimensions, 254 tokens, openvino-bf16)``."""
        size = f"{self.dimension} dimensions, {self.max_tokens} tokens"
        numerics = f", {self.numerics}" if self.numerics else ""
        return f"{self.name} (weights {self.weights[:8]}, {size}{numerics})"


PASTED = "pasted text"
"""The source of a text that was not read from anywhere: one such text does not replace another."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file after parsing: canonical text, and its paragraphs as ranges with their roles.

    ``unread`` says what of the file is not in the text, for whoever adds it; mostly nothing.
    ``original`` are the file's bytes where its pages can be drawn: of a PDF.
    """

    title: str
    source: str
    text: str
    spans: tuple[tuple[int, int, Role], ...]
    published: str | None = None
    author: str | None = None
    language: str | None = None
    media: str | None = None
    unread: str = ""
    tables: tuple[Table, ...] = ()
    boxes: tuple[PageBoxes, ...] = ()
    original: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """What ``Library.check`` counted, what it found wrong, and what it could mend by itself."""

    counted: dict[str, int]
    problems: tuple[str, ...]
    healed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed, and what of it was found in the files after that.

    ``pieces`` of text, names and vectors were searched for in ``size`` bytes of ``files`` files,
    ``shared`` not: others have them. ``left`` should be empty; ``unseen`` was not searched."""

    articles: tuple[Article, ...]
    files: int
    size: int
    pieces: int
    shared: int
    left: tuple[str, ...]
    unseen: tuple[str, ...] = ()


Json = dict[str, Any]
