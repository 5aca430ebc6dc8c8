"""A checkpoint of ``train.py`` → ``reader.onnx`` with 8-bit weights, and ``reader.json``.

``python -m rag.reader.training.export CHECKPOINT BASE FOLDER``; needs ``onnx``, ``onnxruntime`` and
PyTorch. Weights are quantised by the column, activations while it runs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from rag.reader.network import INPUTS, OUTPUT

OPSET = 17


def export(checkpoint: Path, base: Path, folder: Path) -> Path:
    """Write the two files into ``folder``, and return the network's."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from rag.reader.training.train import Network

    network = Network(base)
    stored = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network.load_state_dict(stored["net"])
    example = tuple(torch.ones((1, 64), dtype=torch.int64) for _ in INPUTS)
    axes = {name: {0: "rows", 1: "tokens"} for name in (*INPUTS, OUTPUT)}
    file = folder / "reader.onnx"
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that traced branches are fixed: one row's shape is free
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            network.eval(),
            example,
            full,
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(full, file, per_channel=True, weight_type=QuantType.QInt8)
    model = onnx.load(file)
    tokenizer = (base / "tokenizer.json").read_text(encoding="utf-8")
    onnx.helper.set_model_props(model, {"tokenizer": tokenizer})
    onnx.save(model, file)
    facts = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "steps": stored["step"],
        "examples": stored["n"],
    }
    (folder / "reader.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return file


def main(argv: Sequence[str] | None = None) -> int:
    """Export, and say how large it became."""
    parser = argparse.ArgumentParser(
        prog="python -m rag.reader.training.export", description=__doc__
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(argv)
    given.folder.mkdir(parents=True, exist_ok=True)
    file = export(given.checkpoint, given.base, given.folder)
    sys.stdout.write(f"{file}: {file.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
