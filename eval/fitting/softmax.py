"""A linear model of which of several kinds a thing is, and the file that it is read from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from index.types import Floats


def fit_softmax(
    found: Floats,
    wanted: Sequence[int],
    weighs: Sequence[float],
    kinds: int,
    *,
    ridge: float,
    steps: int,
) -> tuple[Floats, Floats]:
    """Return bias (kinds,) and weights (features, kinds) of the likeliest model.

    Args:
        found: (n, features).
        wanted: (n,), the kind of each, by its number.
        weighs: (n,), how much each counts.
        kinds: how many there are.
        ridge: weight of half the squared weights.
        steps: how often they are made better at most.
    """
    import torch

    rows, labels, weights = torch.tensor(found), torch.tensor(wanted), torch.tensor(weighs)
    bias = torch.zeros(kinds, requires_grad=True)
    linear = torch.zeros(found.shape[1], kinds, requires_grad=True)
    optimizer = torch.optim.LBFGS([bias, linear], max_iter=steps, line_search_fn="strong_wolfe")

    def loss() -> Any:
        optimizer.zero_grad()
        each = torch.nn.functional.cross_entropy(rows @ linear + bias, labels, reduction="none")
        whole = (each * weights).sum() + ridge / 2 * linear.square().sum()
        whole.backward()
        return whole

    optimizer.step(loss)
    return bias.detach().numpy(), linear.detach().numpy()


def rounded(bias: Floats, weights: Floats) -> dict[str, object]:
    """Return ``bias`` and ``weights``, a row a kind, as a model's file has them."""
    return {
        "bias": [round(float(value), 3) for value in bias],
        "weights": [[round(float(value), 2) for value in row] for row in weights.T],
    }


def as_file(values: Mapping[str, object]) -> str:
    """Return values as JSON, a line each."""
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in values.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
