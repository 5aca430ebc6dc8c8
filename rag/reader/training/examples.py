"""What the reader learns from: questions with a passage, and where in it the answer stands, if so.

Of published benchmarks only the calibration halves are read, and of SQuAD none of the paragraphs
that XQuAD has: on those the decision is fitted, and it must see what the network has not.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

from index.segment.sentences import find_sentences

ANSWERED: Mapping[str, int] = {
    "squad_train_part": 11_336,
    "squadshifts_wiki": 7_722,
    "squadshifts_amazon": 1_500,
    "squadshifts_reddit": 1_500,
    "qamr": 1_200,
    "fairytaleqa": 1_200,
    "selqa": 900,
    "nq_swap": 500,
    "qadiscourse": 200,
}
"""Answered examples that are taken of each set."""

MINED: Mapping[str, int] = {
    "squad_train_part_mined": 3_500,
    "squadshifts_wiki_mined": 2_500,
    "fairytaleqa_mined": 300,
    "selqa_mined": 400,
    "qamr_mined": 500,
}
"""Questions that are taken with a near passage that lacks the answer."""

DELETED, SWAPPED = 0.30, 0.15
"""Shares of answered examples that are used once more: without the sentence that has the answer,
and with a name or number of the question exchanged for another one of the passage."""

SINGLE_SENTENCES = frozenset({"qamr", "qadiscourse", "selqa", "clapnq"})
"""Sets of whose passages little is left, or whose answers are whole sentences."""

BEST = frozenset({"squad", "squad_train_part", "squadshifts_wiki", "clapnq"})
"""Sets of questions that people wrote on whole paragraphs."""

SHORTEST = 90
"""Characters that a passage has to have left."""

NAME = re.compile(r"(?<![.?!] )(?<!^)\b(?:[A-Z][a-z]+(?: [A-Z][a-z]+)*|\d[\d,.]*\d|\d)\b")

HARD = Path(__file__).with_name("hard.jsonl")
"""48 passages of our own with 14 questions each; 7 are answered."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """A question on a passage; the answer is at ``[start, end)`` of it, or −1, −1: nowhere."""

    question: str
    passage: str
    start: int
    end: int
    set: str


@dataclass(frozen=True, slots=True)
class Examples:
    """``best`` and ``rest`` are answered; ``human`` and ``made`` not: by people, or by rule.

    ``hard`` are our own, of both sorts: drawn together, their passages tell nothing of the answer.
    """

    best: list[Example]
    rest: list[Example]
    human: list[Example]
    made: list[Example]
    hard: list[Example]


def load_examples(data: Path, benchmarks: Path, random: Random) -> Examples:
    """Read ``qa.jsonl.gz`` and ``mined.jsonl.gz`` of ``data`` and the calibration halves."""
    kept_back = _paragraphs(benchmarks / "xquad" / "xquad.en.json")
    known = [e for e in _squad(benchmarks / "squad") if e.passage.strip() not in kept_back]
    known += _clapnq(benchmarks / "clapnq")
    known = list({(e.question, e.passage): e for e in known}.values())
    by_set = _by_set(data / "qa.jsonl.gz", random)
    for name, most in ANSWERED.items():
        known += [e for e in by_set[name] if e.start >= 0][:most]
    known += [e for e in by_set["condaqa"] if e.start < 0]
    answered = [e for e in known if e.start >= 0]
    mined = _by_set(data / "mined.jsonl.gz", random)
    made = [e for name, most in MINED.items() for e in mined[name][:most]]
    made += _spoilt(answered, random)
    best = [e for e in answered if e.set in BEST]
    rest = [e for e in answered if e.set not in BEST]
    return Examples(best, rest, [e for e in known if e.start < 0], made, list(hard()))


def hard() -> Iterator[Example]:
    """Yield our own questions, half of which sound answerable and are not.

    The unanswerable ones share more words with their passage than the others.
    """
    for line in HARD.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        passage = record["passage"]
        for question, answer in record["questions"]:
            start = passage.index(answer) if answer else -1
            yield Example(question, passage, start, start + len(answer) if answer else -1, "hard")


def is_calibration(name: str) -> bool:
    """Tell whether an article, by its title, is on the half that things may be chosen on."""
    return crc32(name.encode()) % 2 == 0


def without_answer(example: Example) -> Example | None:
    """Return the example without the sentences that have the answer; None if too little is left."""
    answer = example.passage[example.start : example.end].lower()
    texts = [example.passage[start:end] for start, end in passage_sentences(example.passage)]
    kept = [text for text in texts if answer not in text.lower()]
    passage = " ".join(kept)
    if len(passage) < SHORTEST or len(kept) == len(texts):
        return None
    return replace(example, passage=passage, start=-1, end=-1, set="deleted")


def with_other_name(example: Example, random: Random) -> Example | None:
    """Return the example with a name or number of its question exchanged for one of the passage.

    ``"When did Ana leave Porto?"`` → ``"When did Ana leave Lisbon?"``. None if there is no other.
    """
    answer = example.passage[example.start : example.end].lower()
    asked = exchange_name(example.question, example.passage, random, but_not=answer)
    return replace(example, question=asked, start=-1, end=-1, set="swapped") if asked else None


def exchange_name(text: str, passage: str, random: Random, but_not: str = "") -> str:
    """Return a text with a name or number exchanged for another of the passage's; "" if none fits.

    What stands in ``but_not``, in lower case, is not put in.
    """
    named = list(NAME.finditer(text))
    if not named:
        return ""
    name = random.choice(named)
    others = sorted(
        other
        for other in {match.group() for match in NAME.finditer(passage)}
        if other[0].isdigit() == name.group()[0].isdigit()
        and other not in text
        and other.lower() not in but_not
    )
    return text[: name.start()] + random.choice(others) + text[name.end() :] if others else ""


def cut_window(example: Example, most: int, random: Random) -> Example:
    """Return the example on whole sentences of at most ``most`` characters, the answer's too."""
    if len(example.passage) <= most:
        return example
    sentences = passage_sentences(example.passage)
    holds = [i for i, (start, end) in enumerate(sentences) if start <= example.start < end]
    first = last = holds[0] if holds else random.randrange(len(sentences))
    while True:
        pairs = [(first - 1, last)] * (first > 0) + [(first, last + 1)] * (
            last + 1 < len(sentences)
        )
        pairs = [(a, b) for a, b in pairs if sentences[b][1] - sentences[a][0] <= most]
        if not pairs:
            break
        first, last = random.choice(pairs)
    start, end = sentences[first][0], sentences[last][1]
    if example.start < 0:
        return replace(example, passage=example.passage[start:end])
    moved = (example.start - start, min(example.end, end) - start)
    return replace(example, passage=example.passage[start:end], start=moved[0], end=moved[1])


def _spoilt(answered: Sequence[Example], random: Random) -> Iterator[Example]:
    """Yield unanswerable questions made of answered ones."""
    for example in answered:
        drawn = random.random()
        if example.set in SINGLE_SENTENCES or drawn >= DELETED + SWAPPED:
            continue
        made = without_answer(example) if drawn < DELETED else with_other_name(example, random)
        if made:
            yield made


def _squad(folder: Path) -> Iterator[Example]:
    for name in ("dev-v1.1.json", "dev-v2.0.json"):
        for article in json.loads((folder / name).read_text(encoding="utf-8"))["data"]:
            if is_calibration(article["title"]):
                for paragraph in article["paragraphs"]:
                    yield from (_squad_question(q, paragraph["context"]) for q in paragraph["qas"])


def _paragraphs(file: Path) -> set[str]:
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    return {each["context"].strip() for article in articles for each in article["paragraphs"]}


def _squad_question(asked: Record, passage: str) -> Example:
    if asked.get("is_impossible"):
        return Example(asked["question"], passage, -1, -1, "squad2")
    answer = min(asked["answers"], key=lambda answer: len(answer["text"]))
    start = answer["answer_start"]
    return Example(asked["question"], passage, start, start + len(answer["text"]), "squad")


def _clapnq(folder: Path) -> Iterator[Example]:
    for name in ("dev_answerable.jsonl", "dev_unanswerable.jsonl"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            passage = record["passages"][0]["text"]
            chosen = record["output"][0]["selected_sentences"][:1] if "_ans" in name else []
            start = passage.find(chosen[0]) if chosen else -1
            if is_calibration(record["input"]) and (start >= 0 or not chosen):
                end = start + len(chosen[0]) if chosen else -1
                yield Example(record["input"], passage, start, end, "clapnq")


def _by_set(file: Path, random: Random) -> dict[str, list[Example]]:
    """Return the examples of a file by their set, shuffled."""
    found: dict[str, list[Example]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            start, end = (row["start"], row["end"]) if row["start"] >= 0 else (-1, -1)
            example = Example(row["question"], row["context"], start, end, row["set"])
            found[row["set"]].append(example)
    for examples in found.values():
        random.shuffle(examples)
    return found


def passage_sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open ranges of a text's sentences."""
    return [(s.start, s.end) for s in find_sentences(text, 0, len(text))]
