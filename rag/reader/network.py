"""The trained reader: one ONNX file of 8-bit weights, computed by onnxruntime without PyTorch.

The file holds its tokenizer too. Each text is computed by itself, unpadded and on one thread, and
as many at a time as there are cores: so what is made of it is the same, bit for bit, whatever is
read with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import numpy as np

from index.errors import ReaderError
from index.types import Floats
from rag.reader.spans import read_spans
from rag.reader.types import Reading, Window

FOLDER = Path(str(files("rag.reader").joinpath("weights")))
"""The reader that comes with the project: ``reader.onnx``, and ``reader.json`` with its hash."""

MAX_TOKENS = 320
"""Of question and window together: what is beyond them of a window is not read."""

MAX_ASKED = 96
"""Tokens of the question: its first ones ask it."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "spans"


class TrainedReader:
    """A ``Reader`` in a file; loaded when it is first needed."""

    def __init__(self, file: Path, sha256: str) -> None:
        """``sha256`` is what the file's content has to hash to, in hexadecimal."""
        self.file = file
        self.sha256 = sha256
        self._loading = Lock()
        self._begun = False

    def read(self, question: str, windows: Sequence[Window]) -> list[tuple[Reading, ...]]:
        """See ``Reader.read``."""
        asked = self._cut(question)

        def read_one(window: Window) -> tuple[Reading, ...]:
            row = self._tokenizer.encode(asked, window.text)
            spans = self._compute(row)
            ranges = np.array(row.offsets, dtype=np.int32).reshape(-1, 2)
            inside = [place == 1 for place in row.sequence_ids]
            return read_spans(spans, ranges, inside, window.sentences)

        return list(_pool().map(read_one, windows))

    def prepare(self) -> None:
        """Begin to load the file, if that has not begun: it takes as long as the embedder does."""
        if not self._begun:
            self._begun = True
            Thread(target=self._try_to_load, name="reader", daemon=True).start()

    def _try_to_load(self) -> None:
        with suppress(ReaderError):  # whoever reads will meet it again
            self._load()

    def _load(self) -> None:
        with self._loading:
            _ = self._session, self._tokenizer

    def _compute(self, row: Any) -> Floats:
        """Return the logits of each token (n, 2)."""
        columns = (row.ids, row.attention_mask, row.type_ids)
        named = {n: np.array([c], dtype=np.int64) for n, c in zip(INPUTS, columns, strict=True)}
        (spans,) = self._session.run([OUTPUT], named)
        logits: Floats = spans[0]
        return logits

    def _cut(self, text: str) -> str:
        self._load()
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets[:MAX_ASKED]
        return text[: offsets[-1][1]] if offsets else text

    @cached_property
    def _session(self) -> Any:
        try:
            content = self.file.read_bytes()
        except OSError as error:
            raise ReaderError(f"the reader {self.file} cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            message = f"the reader {self.file} is not the one that was installed: install it again"
            raise ReaderError(message)
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Any:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        found = Tokenizer.from_str(self._session.get_modelmeta().custom_metadata_map["tokenizer"])
        found.no_padding()
        found.enable_truncation(MAX_TOKENS, strategy="only_second")
        return found


def load_reader(folder: Path) -> TrainedReader:
    """Return the reader in a folder: ``reader.onnx``, and ``reader.json`` with its hash.

    Raises:
        ReaderError: there is none.
    """
    try:
        stored = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        return TrainedReader(folder / "reader.onnx", stored["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderError(f"there is no reader in {folder}: {error}") from error


@cache
def fitted_reader() -> TrainedReader:
    """Return the reader that comes with the project and that the decision was fitted with."""
    return load_reader(FOLDER)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), "reader")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
