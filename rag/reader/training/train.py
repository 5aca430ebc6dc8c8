"""Trains the reader: ``python -m rag.reader.training.train --help``.

The only module here that needs PyTorch and transformers. ``--seconds`` is how long it may take; the
learning rate falls to nothing by then. The checkpoint (weights, optimiser, position) is written
every ``--keep`` steps; ``--resume`` goes on from it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
from transformers import AutoModel, AutoTokenizer

from rag.reader.training.examples import Example, Examples, cut_window, load_examples
from rag.reader.training.pairs import Pair, load_pairs

SHARES = (0.42, 0.05, 0.24, 0.23, 0.06)
"""How often an example is drawn of ``best``, ``rest``, ``human``, ``made`` and ``hard``."""

WINDOWS = (450, 600, 750, 850)
"""Characters of a window: one of these at random. Most answers fit, and short ones are fast."""

MAX_TOKENS = 256
BATCH = 32
FROZEN = 4
"""Layers of the encoder, the lowest, that stay as they are, as the embeddings do. A step costs a
quarter less so."""

SORTED = 20
"""Batches that are drawn at once and sorted by length, so that little of them is padding."""

STEP = 32
"""Rows are filled up to a multiple of this."""

RATES = (7e-5, 1e-3)
"""Learning rates of the encoder and of the heads."""

WARM_UP = 80
"""Steps by which the rates have risen; from then on they fall with the time that is left."""

LEAST_RATE = 0.01
LINE = 20
"""Steps between two lines on how it goes."""

SEED = 7

BFLOAT16 = bool(torch.cpu.get_capabilities().get("avx512_bf16"))


class Network(torch.nn.Module):  # type: ignore[misc]
    """An encoder and two heads.

    One says of each token how well an answer would start and end with it; the other, of the first
    token alone, whether a statement follows from the excerpt. Nothing is dropped out: no example is
    seen often enough to be learnt by heart, and dropping costs two fifths of the time.
    """

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.enc = AutoModel.from_pretrained(
            base,
            attn_implementation="eager",
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.span = torch.nn.Linear(self.enc.config.hidden_size, 2)
        self.verdict = torch.nn.Linear(self.enc.config.hidden_size, 3)
        for part in (self.enc.embeddings, *self.enc.encoder.layer[:FROZEN]):
            for weights in part.parameters():
                weights.requires_grad_(False)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Return logits of spans (rows, tokens, 2)."""
        return self.span(self._encoded(input_ids, attention_mask, token_type_ids))

    def verdicts(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Return logits of verdicts (rows, 3)."""
        return self.verdict(self._encoded(input_ids, attention_mask, token_type_ids)[:, 0])

    def _encoded(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        encoded = self.enc(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        return encoded.last_hidden_state


def draw(
    examples: Examples, pairs: list[Pair], share: float, random: Random
) -> Iterator[list[Any]]:
    """Yield batches of examples, and a ``share`` of pairs, for ever.

    Each kind is gone through as a whole before it is repeated.
    """
    kinds = [examples.best, examples.rest, examples.human, examples.made, examples.hard]
    shares = [share if kind else 0.0 for share, kind in zip(SHARES, kinds, strict=True)]
    endless = [_over_and_over(kind, random) for kind in kinds]

    def examples_drawn() -> list[Any]:
        drawn = [next(kind) for kind in random.choices(endless, shares, k=BATCH * SORTED)]
        cut = [cut_window(each, random.choice(WINDOWS), random) for each in drawn]
        return sorted(cut, key=lambda example: len(example.passage))

    statements = _over_and_over(pairs, random)

    def pairs_drawn() -> list[Any]:
        drawn = [next(statements) for _ in range(BATCH * SORTED)]
        return sorted(drawn, key=lambda pair: len(pair.excerpt))

    asked, stated = _batches(examples_drawn, random), _batches(pairs_drawn, random)
    while True:
        yield next(stated if random.random() < share else asked)


def _batches(drawn: Callable[[], list[Any]], random: Random) -> Iterator[list[Any]]:
    while True:
        rows = drawn()
        batches = [rows[first : first + BATCH] for first in range(0, len(rows), BATCH)]
        random.shuffle(batches)
        yield from batches


def _over_and_over(rows: list[Any], random: Random) -> Iterator[Any]:
    while True:
        random.shuffle(rows)
        yield from rows


def encode(asked: Sequence[str], read: Sequence[str], tokenizer: Any) -> Any:
    """Return the network's inputs, and with them ``offset_mapping``."""
    return tokenizer(
        list(asked),
        list(read),
        truncation="only_second",
        max_length=MAX_TOKENS,
        padding=True,
        pad_to_multiple_of=STEP,
        return_offsets_mapping=True,
        return_tensors="pt",
    )


def places_of(batch: Sequence[Example], ranges: Any, rows: Any) -> Any:
    """Return (rows, 2): the answer's first and last token, 0 for none."""
    passages = (rows["token_type_ids"] == 1) & (ranges[..., 1] > ranges[..., 0])
    return torch.tensor([_place(*each) for each in zip(batch, ranges, passages, strict=True)])


def _place(example: Example, ranges: Any, inside: Any) -> tuple[int, int]:
    firsts = (ranges[:, 0] <= example.start) & (ranges[:, 1] > example.start) & inside
    lasts = (ranges[:, 0] < example.end) & (ranges[:, 1] >= example.end) & inside
    if example.start < 0 or not firsts.any() or not lasts.any():
        return 0, 0
    return int(firsts.nonzero()[0]), int(lasts.nonzero()[0])


def loss_of(network: Network, batch: Sequence[Any], tokenizer: Any) -> Any:
    """Return the mean loss of a batch, of examples or of pairs."""
    if isinstance(batch[0], Pair):
        return _verdict_loss(network, batch, tokenizer)
    rows = encode([e.question for e in batch], [e.passage for e in batch], tokenizer)
    places = places_of(batch, rows.pop("offset_mapping"), rows)
    with _precision():
        logits = network(**rows)
    allowed = (rows["token_type_ids"] == 1) & (rows["attention_mask"] == 1)
    allowed[:, 0] = True
    logits = logits.float().masked_fill(~allowed[..., None], -1e4)
    return sum(torch.nn.functional.cross_entropy(logits[..., i], places[:, i]) for i in (0, 1))


def _verdict_loss(network: Network, batch: Sequence[Pair], tokenizer: Any) -> Any:
    """Return −log of what the network gives to the label; of "not entailed", to either class."""
    rows = encode([p.statement for p in batch], [p.excerpt for p in batch], tokenizer)
    rows.pop("offset_mapping")
    with _precision():
        logits = network.verdicts(**rows)
    given = torch.log_softmax(logits.float(), dim=-1)
    either = torch.logsumexp(given[:, 1:], dim=-1, keepdim=True)
    labels = torch.tensor([pair.label for pair in batch])[:, None]
    return -torch.cat([given, either], dim=-1).gather(1, labels).mean()


def _precision() -> Any:
    """16 bits where the processor computes them itself; where it does not they cost tenfold."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16)


def train(given: argparse.Namespace) -> int:
    """Train until the time is over, and return how many steps were made in all."""
    random = Random(SEED)
    torch.manual_seed(SEED)
    torch.set_num_threads(given.threads)
    tokenizer = AutoTokenizer.from_pretrained(given.base)
    network = Network(given.base).train()
    optimiser = _optimiser(network)
    step, seen = _resume(given.out, network, optimiser) if given.resume else (0, 0)
    random.seed(SEED + step)  # so that it meets other examples first than those it has begun with
    examples = load_examples(given.data, given.benchmarks, random)
    pairs = load_pairs(given.data, [*examples.best, *examples.rest], random)
    batches = draw(examples, pairs, given.pairs, random)
    begun, means = time.monotonic(), [0.0, 0.0]
    while (spent := (time.monotonic() - begun) / given.seconds) < 1:
        rising = min(1.0, (step + 1) / WARM_UP)
        for group, rate in zip(optimiser.param_groups, RATES, strict=True):
            group["lr"] = given.rate * rate * rising * max(LEAST_RATE, 1 - spent)
        batch = next(batches)
        loss = _learn(network, optimiser, batch, tokenizer)
        step, seen = step + 1, seen + len(batch)
        kind = int(isinstance(batch[0], Pair))
        means[kind] = 0.98 * means[kind] + 0.02 * loss if means[kind] else loss
        if step % LINE == 0:
            losses = "loss of spans {:.3f}, of verdicts {:.3f}".format(*means)
            sys.stderr.write(f"step {step}, examples {seen}, {losses}, time {spent:.3f}\n")
        if step % given.keep == 0:
            _keep(given.out, network, optimiser, step, seen)
    _keep(given.out, network, optimiser, step, seen)
    return step


def _optimiser(network: Network) -> Any:
    encoder = [weights for weights in network.enc.parameters() if weights.requires_grad]
    heads = [*network.span.parameters(), *network.verdict.parameters()]
    groups = [{"params": encoder}, {"params": heads}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _learn(network: Network, optimiser: Any, batch: Sequence[Any], tokenizer: Any) -> float:
    """Take one step, and return the loss before it."""
    loss = loss_of(network, batch, tokenizer)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.item())


def _resume(file: Path, network: Network, optimiser: Any) -> tuple[int, int]:
    """Load the checkpoint, and return its steps and examples."""
    stored = torch.load(file, map_location="cpu", weights_only=True)
    network.load_state_dict(stored["net"])
    if "opt" in stored:  # weights alone begin anew
        optimiser.load_state_dict(stored["opt"])
    return stored["step"], stored["n"]


def _keep(file: Path, network: Network, optimiser: Any, step: int, seen: int) -> None:
    """Write the checkpoint, whole or not at all."""
    state = {"net": network.state_dict(), "opt": optimiser.state_dict(), "step": step, "n": seen}
    torch.save(state, file.with_suffix(".part"))
    file.with_suffix(".part").replace(file)


def main(argv: Sequence[str] | None = None) -> int:
    """Train, and say how far it came."""
    parser = argparse.ArgumentParser(
        prog="python -m rag.reader.training.train", description=__doc__
    )
    parser.add_argument("--base", type=Path, required=True, help="a folder of float weights")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint")
    parser.add_argument("--seconds", type=float, default=3900)
    parser.add_argument("--rate", type=float, default=1.0, help="times the learning rates")
    parser.add_argument("--pairs", type=float, default=0.0, help="share of batches of statements")
    parser.add_argument("--keep", type=int, default=100, help="steps between checkpoints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    steps = train(parser.parse_args(argv))
    sys.stdout.write(f"{steps} steps\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
