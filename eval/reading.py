"""How well a reader reads, given the passage: does it answer, and with which words.

``python -m eval.reading --benchmarks FOLDER`` prints a line for each set, on its test half.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.metrics.answers import exact_match, token_f1
from eval.metrics.refusal import Outcomes, auroc
from eval.sets.halves import half
from eval.sets.lines import read_json
from eval.sets.load import load_set
from index.segment.sentences import find_sentences
from rag.reader.network import FOLDER, load_reader
from rag.reader.types import Reader, Window


@dataclass(frozen=True, slots=True)
class Given:
    """A question with the passage to read; no ``answers``: the passage does not say."""

    question: str
    passage: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the score that the passage answers, and the answer."""

    given: Given
    score: float
    answer: str


def given_paragraphs(file: Path, split: str = "test") -> Iterator[Given]:
    """Yield the questions of a SQuAD file with their paragraphs, of one half of its articles."""
    for article in read_json(file)["data"]:
        if half(article["title"]) == split:
            for paragraph in article["paragraphs"]:
                for asked in paragraph["qas"]:
                    golds = () if asked.get("is_impossible") else asked["answers"]
                    answers = tuple(gold["text"] for gold in golds)
                    yield Given(asked["question"].strip(), paragraph["context"], answers)


def given_passages(folder: Path, split: str = "test") -> Iterator[Given]:
    """Yield the questions of CLAPnq with their passages."""
    found = load_set(folder)
    texts = {article.key: article.text for article in found.articles}
    for question in found.questions:
        if question.split == split:
            yield Given(question.text, texts[question.about], question.answers)


def read_all(reader: Reader, given: Sequence[Given]) -> list[Read]:
    """Read each passage."""
    return [_read(reader, each) for each in given]


def _read(reader: Reader, given: Given) -> Read:
    found = find_sentences(given.passage, 0, len(given.passage))
    window = Window(given.passage, tuple((sentence.start, sentence.end) for sentence in found))
    (readings,) = reader.read(given.question, [window])
    best = max(readings, key=lambda reading: reading.score)
    return Read(given, best.score, given.passage[best.start : best.end])


def answerable_auroc(read: Sequence[Read]) -> float:
    """Return how often an answerable question has a higher score than one that is not."""
    scores = np.array([each.score for each in read])
    answerable = np.array([float(bool(each.given.answers)) for each in read])
    return auroc(Outcomes(answerable, 1 - answerable, answerable, scores))


def best_f1(read: Sequence[Read]) -> float:
    """Return the mean F1 at the threshold that is best for it, as SQuAD 2.0's script does."""
    ordered = sorted(read, key=lambda each: -each.score)
    f1 = float(sum(not each.given.answers for each in read))
    best = f1
    for each in ordered:
        f1 += token_f1(each.answer, each.given.answers) if each.given.answers else -1
        best = max(best, f1)
    return best / len(read)


def _lines(reader: Reader, benchmarks: Path, limit: int) -> Iterator[str]:
    sets = {
        "SQuAD 2.0": list(given_paragraphs(benchmarks / "squad" / "dev-v2.0.json")),
        "SQuAD 1.1": list(given_paragraphs(benchmarks / "squad" / "dev-v1.1.json")),
        "CLAPnq": list(given_passages(benchmarks / "clapnq")),
    }
    for name, given in sets.items():
        read = read_all(reader, random.Random(0).sample(given, min(limit, len(given))))
        answered = [each for each in read if each.given.answers]
        line = f"{name}: {len(read)} questions"
        if len(answered) < len(read):
            line += f", answerable or not: AUROC {answerable_auroc(read):.3f}"
        if name.startswith("SQuAD"):
            exact = np.mean([exact_match(each.answer, each.given.answers) for each in answered])
            f1 = np.mean([token_f1(each.answer, each.given.answers) for each in answered])
            line += f", EM {exact:.3f}, F1 {f1:.3f} of the {len(answered)} answerable"
        if name == "SQuAD 2.0":
            line += f", best F1 of all {best_f1(read):.3f}"
        yield line


def main(argv: Sequence[str] | None = None) -> int:
    """Read, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m eval.reading", description=__doc__)
    parser.add_argument("--reader", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--benchmarks", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=1000, help="questions a set (%(default)s)")
    given = parser.parse_args(argv)
    for line in _lines(load_reader(given.reader), given.benchmarks, given.limit):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
