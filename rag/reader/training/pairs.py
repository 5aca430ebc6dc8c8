"""What the reader learns about statements: an excerpt, and whether a statement follows from it."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rag.reader.training.examples import Example, exchange_name, passage_sentences

LABELS: Mapping[str, int] = {"entailed": 0, "neutral": 1, "contradicted": 2, "not_entailed": 3}
"""The classes of the network in their order; ``not_entailed`` is either of the last two."""

TAKEN: Mapping[str, int] = {
    "fever_eraser": 6_000,
    "fever_athnlp": 4_000,
    "infotabs": 1_500,
    "mnli_dev": 4_000,
    "taxinli_mnli": 2_000,
    "conjnli_adv": 1_500,
    "negated_nli": 1_500,
    "cad_snli": 2_000,
    "snli_test": 1_000,
    "fever_symmetric": 1_092,
    "conjnli": 621,
    "scone": 500,
    "med": 500,
    "help": 500,
    "breaking_nli": 300,
    "folio": 600,
    "tabfact_small": 1_000,
}
"""Pairs that are taken of each set."""

YES_OR_NO = {"yes": "entailed", "no": "contradicted"}
"""A question to be answered with yes or no is a statement: yes, it follows; no, it does not."""

OF_PASSAGES = 14_000
"""Passages of which a sentence is taken as a statement: see ``made_of``."""

LONGEST = 900
"""Characters of an excerpt."""


@dataclass(frozen=True, slots=True)
class Pair:
    """``label`` is a value of ``LABELS``."""

    statement: str
    excerpt: str
    label: int


def load_pairs(data: Path, examples: Sequence[Example], random: Random) -> list[Pair]:
    """Read ``pairs.jsonl.gz`` of ``data``, and make others of the passages of ``examples``."""
    by_set: dict[str, list[Pair]] = defaultdict(list)
    with gzip.open(data / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            pair = Pair(row["statement"], row["premise"][:LONGEST], LABELS[row["label"]])
            by_set[row["set"]].append(pair)
    for pairs in by_set.values():
        random.shuffle(pairs)
    asked = list(_yes_or_no(data / "yesno.jsonl.gz"))
    taken = [pair for name, most in TAKEN.items() for pair in by_set[name][:most]]
    passages = sorted({example.passage for example in examples})
    random.shuffle(passages)
    return (
        taken + asked + [pair for text in passages[:OF_PASSAGES] for pair in made_of(text, random)]
    )


def _yes_or_no(file: Path) -> Iterator[Pair]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if len(row["context"]) <= LONGEST:
                yield Pair(row["question"], row["context"], LABELS[YES_OR_NO[row["label"]]])


def made_of(passage: str, random: Random) -> Iterator[Pair]:
    """Yield one of a passage's sentences with the passage, then spoilt in one of two ways.

    Without the sentence the passage does not say it; with another of the passage's names or numbers
    in it, it is not what the passage says. So that likeness alone tells nothing.
    """
    sentences = passage_sentences(passage)
    start, end = random.choice(sentences) if sentences else (0, 0)
    sentence = passage[start:end].strip()
    if not 30 <= len(sentence) <= 250 or len(sentences) < 2:
        return
    if random.random() < 0.5:
        rest = f"{passage[:start].rstrip()} {passage[end:].lstrip()}".strip()
        yield Pair(sentence, rest[:LONGEST], LABELS["not_entailed"])
    else:
        spoilt = exchange_name(sentence, passage, random)
        if not spoilt:
            return
        yield Pair(spoilt, passage[:LONGEST], LABELS["not_entailed"])
    if end <= LONGEST:
        yield Pair(sentence, passage[:LONGEST], LABELS["entailed"])
