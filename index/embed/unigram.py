"""Text → pieces of a large vocabulary, without waiting for all of it to be loaded.

``tokenizers`` takes seconds to make a tokenizer of 250,000 pieces. One of those alone that are in a
text at all cuts it just the same, for no other could be found in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from index.embed.packed import Packed

SPACE = "▁"
"""Stands for the space before a word (U+2581), as in SentencePiece."""

REMEMBERED = 50_000
"""Of so many words it is remembered which pieces are in them."""


@dataclass(slots=True)
class Row:
    """A text as pieces: what is needed of ``tokenizers.Encoding``, by the same names."""

    ids: list[int]
    offsets: list[tuple[int, int]]
    special_tokens_mask: list[int]

    def truncate(self, most: int) -> None:
        """Leave out what comes after the first ``most`` pieces."""
        del self.ids[most:], self.offsets[most:], self.special_tokens_mask[most:]


class Unigram:
    """What cuts a text into the likeliest pieces (Kudo 2018) of a packed model's vocabulary."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._within: dict[str, frozenset[int]] = {}

    def encode_batch(self, texts: Sequence[str], *, add_special_tokens: bool = True) -> list[Row]:
        """Return each text's pieces, never truncated."""
        ids, tokenizer = self._tokenizer_for(texts)
        found = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        rows = [Row([ids[n] for n in row.ids], row.offsets, [0] * len(row.ids)) for row in found]
        return [self.post_process(row) for row in rows] if add_special_tokens else rows

    def post_process(self, row: Row) -> Row:
        """Put a row between the two special tokens that every text stands between."""
        special = self._packed.specials
        return Row(
            [special.first, *row.ids, special.last],
            [(0, 0), *row.offsets, (0, 0)],
            [1, *row.special_tokens_mask, 1],
        )

    def _tokenizer_for(self, texts: Iterable[str]) -> tuple[list[int], Any]:
        """Return the pieces that are in these texts, and what cuts with these pieces alone."""
        from tokenizers import Tokenizer
        from tokenizers.models import Unigram as Model
        from tokenizers.pre_tokenizers import Metaspace

        words = {word for text in texts for word in self._words_of(text)}
        ids = sorted(self._always.union(*map(self._pieces_in, words)))
        scores = self._packed.scores[ids].tolist()
        listed = [(self._pieces[n], score) for n, score in zip(ids, scores, strict=True)]
        unknown = ids.index(self._packed.specials.unknown)
        tokenizer = Tokenizer(Model(listed, unknown, False))
        tokenizer.normalizer = self._normaliser
        tokenizer.pre_tokenizer = Metaspace(SPACE)
        return ids, tokenizer

    def _words_of(self, text: str) -> list[str]:
        plain = self._normaliser.normalize_str(text).replace(" ", SPACE)
        return [SPACE + word for word in plain.split(SPACE)]

    def _pieces_in(self, word: str) -> frozenset[int]:
        """Return the numbers of all pieces that are in a word."""
        known = self._within.get(word)
        if known is None:
            spans = (
                word[start:end]
                for start in range(len(word))
                for end in range(start + 1, min(start + self._longest, len(word)) + 1)
            )
            known = frozenset(self._numbers[span] for span in spans if span in self._numbers)
            if len(self._within) >= REMEMBERED:
                self._within.clear()
            self._within[word] = known
        return known

    @cached_property
    def _pieces(self) -> list[str]:
        return self._packed.pieces()

    @cached_property
    def _numbers(self) -> dict[str, int]:
        numbers = dict(zip(self._pieces, range(len(self._pieces)), strict=True))
        special = self._packed.specials
        for number in (special.first, special.last, special.padding, special.unknown):
            numbers.pop(self._pieces[number], None)  # "</s>" in an article is text
        return numbers

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._pieces))

    @cached_property
    def _always(self) -> frozenset[int]:
        """What stands for an unknown letter, and the piece by which is told what that costs."""
        return frozenset({self._packed.specials.unknown, int(self._packed.scores.argmin())})

    @cached_property
    def _normaliser(self) -> Any:
        """Unicode's compatibility forms, each white space as one blank: the model's own rules."""
        from tokenizers import Regex
        from tokenizers.normalizers import NFKC, Nmt, Replace, Sequence

        return Sequence([Nmt(), NFKC(), Replace(Regex(" {2,}"), " ")])
