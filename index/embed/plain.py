"""The forward pass as sentence-transformers computes it, on PyTorch."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embed.forward import Facts, Numerics, fill_up
from index.errors import LibraryError
from index.types import Floats

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 16


class PlainForward:
    """A sentence-transformers model from its folder."""

    numerics = Numerics.TORCH

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            OSError, ValueError, TypeError, KeyError: that is no model, or one that is damaged.
            LibraryError: PyTorch cannot be used.
        """
        _import_torch()
        self.model = _load(folder)

    @cached_property
    def facts(self) -> Facts:
        """See ``Forward.facts``."""
        import torch
        from tokenizers import Tokenizer

        digest = hashlib.sha256()
        for key, tensor in sorted(self.model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy().data)
        tokenizer = Tokenizer.from_str(self.model.tokenizer.backend_tokenizer.to_str())
        # It was saved with padding and truncation, which are ours to choose.
        tokenizer.no_padding()
        tokenizer.no_truncation()
        specials = tokenizer.num_special_tokens_to_add(False)
        prompts = self.model.prompts
        return Facts(
            weights=digest.hexdigest(),
            dimension=int(self.model.get_embedding_dimension() or 0),
            max_tokens=int(self.model.max_seq_length or 512) - specials,
            padding=int(self.model.tokenizer.pad_token_id or 0),
            query_prefix=prompts.get("query") or "",
            passage_prefix=prompts.get("document") or prompts.get("passage") or "",
            tokenizer=tokenizer.to_str(),
        )

    def run(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[Floats, Floats]]:
        """See ``Forward.run``: in batches of rows of about one length."""
        found: dict[int, tuple[Floats, Floats]] = {}
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            found.update(zip(batch, self._run([rows[i] for i in batch]), strict=True))
        for place in range(len(rows)):
            yield found[place]

    def _run(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[Floats, Floats]]:
        import torch

        ids, mask = fill_up(rows, max(map(len, rows)), self.facts.padding)
        features = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        with torch.inference_mode():
            out: dict[str, Any] = self.model(features)
        vectors = out["sentence_embedding"].float().numpy()
        tokens = out["token_embeddings"].float().numpy()
        for place, row in enumerate(rows):
            yield vectors[place], tokens[place, : len(row)]


def _import_torch() -> None:
    try:
        import torch  # noqa: F401
    except (ImportError, OSError) as error:
        reason = str(error).partition("\n")[0][:200]
        raise LibraryError(
            f"PyTorch cannot be loaded ({reason}): install it again with "
            "pip install --force-reinstall torch; what is in a library can still be listed, "
            "checked and removed"
        ) from error


def _load(folder: Path) -> SentenceTransformer:
    # The libraries report progress and advice to the user's terminal, which is ours.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    disable_progress_bar()
    set_verbosity_error()
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except SafetensorError as error:
        raise ValueError(str(error)) from error
