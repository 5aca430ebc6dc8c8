"""A corpus of any size, drawn from a real one: its words, its sentences' shapes, its vectors.

What is drawn is nonsense with the statistics of the real: sentences keep their common words, the
others are drawn by how often they occur; names and numbers are coined, so that the vocabulary goes
on growing. A passage's vector is that of a real one plus the difference of two others, which
spreads as real ones do; a token's vector is that of a real token with the same vocabulary number.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index import Library
from index.backends.sqlite.database import FILE
from index.embed.embedder import Embedder, unit
from index.types import Encoding, Fingerprint, Floats, Passage, PassageTokens, Tokens

COMMON = 300
"""How many of the commonest words stay where they are."""

REPLACED = 0.6
"""The share of the other words that others take the place of."""

COINED = 0.02
"""The share of words that nobody has used before."""

STRAY = 0.6
"""What is added to a real vector, as a share of the difference of two others: the cosine with it
becomes about 0.8, that of two paragraphs about one thing."""

PARAGRAPHS = 40
SENTENCES = 3
"""Paragraphs of a drawn article, and sentences of a paragraph."""

_SYLLABLES = "ba de ki lo mu na pe ri so tu va wen zor lin gar tho mel dra qui fen".split()
_ENDS = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Real:
    """The passages of a real library, with what the embedder made of them."""

    passages: tuple[Passage, ...]
    tokens: tuple[PassageTokens, ...]
    vectors: Floats


def read_real(library: Library) -> Real:
    """Read all passages of a library."""
    with closing(sqlite3.connect(Path(library.address) / FILE)) as database:
        rows = database.execute("SELECT id, vector FROM passages ORDER BY id").fetchall()
    found = library.passages([number for number, _ in rows])
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float32)
    return Real(
        tuple(found[number][0] for number, _ in rows),
        tuple(found[number][1] for number, _ in rows),
        vectors.reshape(len(rows), -1),
    )


class Writer:
    """Writes articles that read like none and count like all."""

    def __init__(self, real: Real, common: int = COMMON) -> None:
        texts = [s for p in real.passages for s in _ENDS.split(p.text) if 4 < len(s.split()) < 60]
        sentences = [text.split() for text in texts]
        counts = Counter(word for sentence in sentences for word in sentence)
        self._words = np.array(list(counts), dtype=object)
        number = {word: place for place, word in enumerate(counts)}
        often = np.array(list(counts.values()), dtype=np.float64)
        self._common = np.zeros(len(often), dtype=bool)
        self._common[np.argsort(-often)[:common]] = True
        rare = np.where(self._common, 0.0, often)
        self._chances = np.cumsum(rare / rare.sum())
        self._sentences = [np.array([number[word] for word in s]) for s in sentences]

    def article(self, number: int) -> tuple[str, str]:
        """Return title and text of the article of this number, always the same."""
        draw = np.random.default_rng(number)
        paragraphs = [self._paragraph(draw) for _ in range(PARAGRAPHS)]
        return f"{_coin(draw)} {self._rare(draw, 1)[0]} {number}", "\n\n".join(paragraphs)

    def _paragraph(self, draw: np.random.Generator) -> str:
        places = draw.integers(len(self._sentences), size=SENTENCES)
        return " ".join(self._sentence(self._sentences[place], draw) for place in places)

    def _sentence(self, sentence: NDArray[np.int64], draw: np.random.Generator) -> str:
        words = self._words[sentence]
        chance = draw.random(len(sentence))
        rare = ~self._common[sentence]
        replaced = np.flatnonzero(rare & (chance < REPLACED))
        words[replaced] = self._rare(draw, len(replaced))
        for place in np.flatnonzero(rare & (chance > 1 - COINED)):
            words[place] = _coin(draw)
        return f"{' '.join(words).rstrip('.!?')}."

    def _rare(self, draw: np.random.Generator, count: int) -> NDArray[np.object_]:
        return self._words[np.searchsorted(self._chances, draw.random(count))]


def _coin(draw: np.random.Generator) -> str:
    if draw.random() < 0.5:
        return str(int(10 ** draw.uniform(1, 6)))
    return "".join(_SYLLABLES[n] for n in draw.integers(len(_SYLLABLES), size=3)).capitalize()


class DrawnEmbedder:
    """An ``Embedder`` that knows the real passages, and draws the encoding of any other text.

    A pure function of the text, as every embedder. Questions go to the real one.
    """

    def __init__(self, real: Real, embedder: Embedder) -> None:
        self._embedder = embedder
        self._real = real
        self._known = {passage.text: place for place, passage in enumerate(real.passages)}
        ids = np.concatenate([tokens.ids for tokens in real.tokens])
        order = np.argsort(ids, kind="stable")
        self._rows = np.concatenate([tokens.vectors for tokens in real.tokens])[order]
        size = int(ids.max()) + 2
        self._firsts = np.searchsorted(ids[order], np.arange(size))

    @property
    def name(self) -> str:
        """The real embedder's."""
        return self._embedder.name

    @property
    def fingerprint(self) -> Fingerprint:
        """The real embedder's: it encodes the questions."""
        return self._embedder.fingerprint

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return what the real embedder returns."""
        return self._embedder.tokenize(texts)

    def encode(
        self, texts: Sequence[str], *, query: bool = False, context: str = ""
    ) -> list[Encoding]:
        """See ``Embedder.encode``."""
        if query:
            return self._embedder.encode(texts, query=True)
        rows = self._embedder.tokenize(texts)
        return [self._encode(text, tokens) for text, tokens in zip(texts, rows, strict=True)]

    def _encode(self, text: str, tokens: Tokens) -> Encoding:
        place = self._known.get(text)
        if place is not None:
            known = self._real.tokens[place]
            rows = unit(known.vectors.astype(np.float32))
            return Encoding(self._real.vectors[place], Tokens(known.ids, known.ranges), rows)
        draw = np.random.default_rng(crc32(text.encode()))
        near, one, other = self._real.vectors[draw.integers(len(self._real.vectors), size=3)]
        return Encoding(
            unit(near + STRAY * (one - other)), tokens, self._token_vectors(tokens, draw)
        )

    def _token_vectors(self, tokens: Tokens, draw: np.random.Generator) -> Floats:
        """Draw a real token's vector for each token; of any token, if this one has never been."""
        known = np.minimum(tokens.ids, len(self._firsts) - 2)
        first, last = self._firsts[known], self._firsts[known + 1]
        none = (last == first) | (tokens.ids != known)
        first, last = np.where(none, 0, first), np.where(none, len(self._rows), last)
        chosen = first + (draw.random(len(known)) * (last - first)).astype(np.int64)
        return unit(self._rows[chosen].astype(np.float32))
