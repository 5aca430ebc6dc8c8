"""A packed encoder as a graph of OpenVINO's: vectors of words in, vector and token vectors out.

It is a BERT (Devlin et al. 2019) whose vector is the mean of its tokens' (e5, Wang et al. 2022).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from index.embed.packed import Packed

HIDDEN = -1e9
"""Added to what a token would look at where the row is only filled up."""


class _Layers:
    """Builds the graph, a layer upon the other."""

    def __init__(self, packed: Packed, ops: Any) -> None:
        self._packed, self._ops, self._shape = packed, ops, packed.shape

    def dense(self, rows: Any, name: str, columns: int) -> Any:
        """Return rows times a matrix, plus its bias."""
        matrix = self._packed.matrix(f"{name}.w", columns)
        product = self._ops.matmul(rows, self._ops.constant(matrix), False, True)
        return self._ops.add(product, self._ops.constant(self._packed.plain(f"{name}.b")))

    def norm(self, rows: Any, name: str) -> Any:
        """Return each row with mean 0 and variance 1, scaled and moved."""
        ops = self._ops
        axes = ops.constant(np.array([-1], dtype=np.int64))
        even = ops.mvn(rows, axes, True, self._shape.epsilon, "INSIDE_SQRT")
        scaled = ops.multiply(even, ops.constant(self._packed.plain(f"{name}.w")))
        return ops.add(scaled, ops.constant(self._packed.plain(f"{name}.b")))

    def look(self, rows: Any, bias: Any, name: str) -> Any:
        """Return what each token takes from the others."""
        ops, shape = self._ops, self._shape
        split = ops.constant(np.array([0, 0, shape.heads, -1], dtype=np.int64))
        turned = ops.constant(np.array([0, 2, 1, 3], dtype=np.int64))
        heads = [
            ops.transpose(
                ops.reshape(self.dense(rows, f"{name}.{part}", shape.width), split, True), turned
            )
            for part in "qkv"
        ]
        seen = ops.transpose(ops.scaled_dot_product_attention(*heads, bias), turned)
        whole = ops.constant(np.array([0, 0, shape.width], dtype=np.int64))
        return self.dense(ops.reshape(seen, whole, True), f"{name}.ao", shape.width)

    def layer(self, rows: Any, bias: Any, name: str) -> Any:
        """Return the rows after one layer."""
        ops, shape = self._ops, self._shape
        rows = self.norm(ops.add(rows, self.look(rows, bias, name)), f"{name}.aln")
        inner = ops.gelu(self.dense(rows, f"{name}.fi", shape.width), "ERF")
        return self.norm(ops.add(rows, self.dense(inner, f"{name}.fo", shape.inner)), f"{name}.oln")


def build_graph(packed: Packed, openvino: Any) -> Any:
    """Return the graph of word vectors (1, n, width) and mask (1, n) → vector and token vectors."""
    import openvino.opset13 as ops

    shape, layers = packed.shape, _Layers(packed, ops)
    words = ops.parameter([1, -1, shape.width], np.float32, "words")
    mask = ops.parameter([1, -1], np.float32, "mask")
    bias = ops.multiply(
        ops.subtract(mask, ops.constant(np.float32(1))), ops.constant(np.float32(-HIDDEN))
    )
    places = ops.constant(np.array([1, 2], dtype=np.int64))
    bias = ops.unsqueeze(bias, places)
    rows = layers.norm(words, "emb.ln")
    for number in range(shape.layers):
        rows = layers.layer(rows, bias, f"l{number}")
    kept = ops.multiply(rows, ops.unsqueeze(mask, ops.constant(np.array([2], dtype=np.int64))))
    along = ops.constant(np.array([1], dtype=np.int64))
    mean = ops.divide(ops.reduce_sum(kept, along), ops.reduce_sum(mask, along, True))
    return openvino.Model([mean, rows], [words, mask], "packed")
