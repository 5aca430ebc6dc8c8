"""The forward pass as OpenVINO computes it, several times faster than PyTorch does.

The module is converted once, compared with the original and kept in the cache (``model_cache.py``);
from then on PyTorch is not imported any more. Each text is computed by itself, on one thread, its
row filled up to a multiple of ``STEP``, and as many texts at a time as there are cores: so a text
has the same vectors, bit for bit, whatever is computed beside it.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.embed.forward import AGREEMENT, Facts, Forward, Numerics, fill_up
from index.embed.model_cache import Kept, converting, keep, load_kept, state_of, sweep_unfinished
from index.embed.plain import PlainForward
from index.types import Floats

STEP = 16

MOST_AT_ONCE = 16
"""How many texts are computed at a time at most: each more takes time and memory to compile."""

_CONVERTER = "openvino.tools.ovc"
_TELEMETRY = "openvino_telemetry"

ONCE = logging.getLogger("pullquote.once")
"""Is told what takes long the first time alone, so that a face can show it."""

_PROBES = (
    "Why?",
    "The mayor opened the new bridge on Monday. It cost 12 million euros, said Ana Sá of Porto.",
    "A ferry had crossed the river since 1890, and its last captain retired in spring. " * 40,
)


class NotConverted(Exception):
    """There is no converted pass for this model on this machine."""


class ConvertedForward:
    """A converted model, compiled for this machine's processor when it is first needed."""

    def __init__(self, graph: Any, facts: Facts, numerics: Numerics) -> None:
        """``graph`` is OpenVINO's."""
        self.facts = facts
        self.numerics = numerics
        self._graph = graph
        self._compiled: dict[bool, list[Any]] = {}

    def _requests(self, several: bool) -> list[Any]:
        """Return what computes one text, or as many at a time as there are cores.

        Compiling takes longer the more it is. There is one request more: each thread has its next
        text while we take the last one's result. Those for one text are of their own, even on one
        core: it may be computed while several are.
        """
        if several not in self._compiled:
            threads = _cores() if several else 1
            half = self.numerics is Numerics.OPENVINO_BF16
            settings = {
                "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": threads,
                "ENABLE_CPU_PINNING": False,
            }
            compiled = import_openvino().Core().compile_model(self._graph, "CPU", settings)
            made = [compiled.create_infer_request() for _ in range(threads + 1)]
            self._compiled[several] = made
        return self._compiled[several]

    def run(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[Floats, Floats]]:
        """See ``Forward.run``."""
        requests = self._requests(len(rows) > 1)
        running: deque[tuple[Any, int, tuple[Any, ...]]] = deque()
        try:
            for place, row in enumerate(rows):
                if len(running) == len(requests):
                    yield _result(running.popleft())
                request = requests[place % len(requests)]
                inputs = self._inputs(row)
                request.start_async(inputs, share_inputs=True)
                running.append((request, len(row), inputs))
            while running:
                yield _result(running.popleft())
        finally:
            for request, *_ in running:
                request.wait()

    def _inputs(self, row: Sequence[int]) -> tuple[Any, ...]:
        """Return what the graph is given for one row of vocabulary numbers."""
        return fill_up([row], -(-len(row) // STEP) * STEP, self.facts.padding)


def load_converted(folder: Path, wanted: Numerics | None) -> ConvertedForward:
    """Return the converted pass of the model in ``folder``; from the cache, if it is there.

    Raises:
        NotConverted: there is none, or not ``wanted``.
        OSError, ValueError, TypeError, KeyError: that is no model, or one that is damaged.
    """
    try:
        openvino = import_openvino()
        can_halve = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    except (ImportError, OSError, RuntimeError) as error:
        raise NotConverted(f"OpenVINO cannot be used here: {error}") from error
    sweep_unfinished(folder)
    kept = load_kept(folder, openvino, can_halve)
    if kept is None:
        with converting(folder):
            # Another process may have converted it meanwhile.
            kept = load_kept(folder, openvino, can_halve) or _convert(folder, openvino, can_halve)
    halves = can_halve and bool(kept.halves)
    if wanted is Numerics.OPENVINO_BF16 and not halves:
        raise NotConverted("this processor has no bf16, or it is not precise enough for this model")
    best = Numerics.OPENVINO_BF16 if halves else Numerics.OPENVINO_F32
    return ConvertedForward(kept.graph, kept.facts, wanted or best)


def import_openvino() -> Any:
    """Import OpenVINO without its converter, whose import is slow and reports to its maker.

    Raises:
        ImportError: it is not installed, or not for this machine.
    """
    with _kept_out(_CONVERTER):
        import openvino
    return openvino


def _convert(folder: Path, openvino: Any, can_halve: bool) -> Kept:
    """Convert the model, make sure that it computes the same, and keep it if that can be done."""
    state = state_of(folder)
    plain = PlainForward(folder)
    ONCE.info("preparing the model, which is done once and takes up to a minute")
    try:
        graph = _converted(plain)
        full = ConvertedForward(graph, plain.facts, Numerics.OPENVINO_F32)
        if not _agree(full, plain):
            raise NotConverted("once converted, it computes other vectors")
        halves = None
        if can_halve:
            halves = _agree(ConvertedForward(graph, plain.facts, Numerics.OPENVINO_BF16), plain)
    except _failures(openvino) as error:
        raise NotConverted(f"it cannot be converted: {error}") from error
    return keep(folder, state, openvino, Kept(graph, plain.facts, halves))


def _converted(plain: PlainForward) -> Any:
    """Return the graph of vocabulary numbers and mask → vectors and token vectors."""
    import torch

    with _kept_out(_TELEMETRY):
        from openvino.tools.ovc import convert_model

    class Both(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = plain.model

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
            out = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return out["sentence_embedding"], out["token_embeddings"]

    ids = torch.ones((2, STEP), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, STEP // 2 :] = 0
    with warnings.catch_warnings(), torch.inference_mode():
        # That tracing will once be replaced, and that a traced branch is fixed: see ``_agree``.
        warnings.simplefilter("ignore")
        return convert_model(Both().eval(), example_input=(ids, mask))


def _agree(converted: Forward, plain: Forward) -> bool:
    """Tell whether two passes give the same vectors, but for rounding, of short and long texts."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(plain.facts.tokenizer)
    rows = [tokenizer.encode(text, add_special_tokens=False) for text in _PROBES]
    for row in rows:
        row.truncate(plain.facts.max_tokens)
    ids = [tokenizer.post_process(row).ids for row in rows]
    pairs = zip(_vectors(converted, ids), _vectors(plain, ids), strict=True)
    return all(float(ours @ theirs) >= AGREEMENT for ours, theirs in pairs)


def _vectors(forward: Forward, rows: Sequence[Sequence[int]]) -> list[Floats]:
    return [vector / np.linalg.norm(vector) for vector, _ in forward.run(rows)]


def _failures(openvino: Any) -> tuple[type[Exception], ...]:
    """What is raised when a module cannot be converted: it may be any module of any library."""
    frontend = openvino.frontend
    theirs = ("GeneralFailure", "NotImplementedFailure", "OpConversionFailure")
    known = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError)
    converter = getattr(sys.modules.get(f"{_CONVERTER}.error"), "BasicError", RuntimeError)
    return (
        converter,
        *(getattr(frontend, name) for name in (*theirs, "OpValidationFailure")),
        *known,
        RuntimeError,
        TypeError,
        ValueError,
    )


def _result(done: tuple[Any, int, tuple[Any, ...]]) -> tuple[Floats, Floats]:
    request, length, _ = done
    request.wait()
    vectors, tokens = request.get_output_tensor(0).data, request.get_output_tensor(1).data
    return vectors[0], tokens[0, :length]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST_AT_ONCE)
    return min(os.cpu_count() or 1, MOST_AT_ONCE)


@contextmanager
def _kept_out(module: str) -> Iterator[None]:
    """Let a module seem not to be installed, unless it is imported already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
