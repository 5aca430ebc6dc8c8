"""More text is as much more work: counted in steps of the interpreter, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from types import FrameType
from typing import Any

import pytest
import sentencex
from tiny import TinyEmbedder

from index.build import to_article, to_context, to_paragraphs
from index.parse.document import parse_bytes, parse_text
from index.segment.passages import find_passages
from index.segment.sentences import WINDOW
from index.segment.tables import rows_of
from index.types import Document, Tokens

GROWTH = 4
"""How much longer the longer text is."""

ALLOWED = 1.4
"""How much faster the work may grow than that: some of it comes once, some with the logarithm."""

WORDS = "the mayor opened a bridge over river and said it cost twelve million euros on".split()


class CountingEmbedder(TinyEmbedder):
    """Counts the characters that it tokenizes."""

    def __init__(self) -> None:
        super().__init__(max_tokens=40)
        self.read = 0

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        self.read += sum(map(len, texts))
        return super().tokenize(texts)


def _words(count: int) -> str:
    return " ".join(islice(cycle(WORDS), count))


def _sentences(count: int) -> str:
    return " ".join(f"Number {n}: {_words(n % 9 + 4)}." for n in range(count))


def _table(columns: int, rows: int) -> str:
    lines = [["", *(f"H{c}" for c in range(columns))], ["-"] * (columns + 1)]
    lines += [[f"row {r}", *(str(r * c) for c in range(columns))] for r in range(rows)]
    return "\n".join("|" + "|".join(line) + "|" for line in lines).replace("-", "---")


def _fenced(count: int) -> str:
    code = "\n".join(f"    value_{n} = call('{n}', [\"{n}\"])" for n in range(count * 4))
    return f"# Code\n\n{_sentences(count)}\n\n```python\n{code}\n```\n"


KINDS: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "\n\n".join(_sentences(3) + str(m) for m in range(n)),
    "one line": _sentences,
    "one sentence": lambda n: _words(n * 8),
    "no space": lambda n: "supercalifragilistic" * n,
    "few spaces": lambda n: f"{_words(n)} {'x' * n * 12} {_words(n)}",
    "lines of a list": lambda n: "\n".join(f"- {_words(m % 7 + 3)}" for m in range(n)),
    "quoted": lambda n: " ".join(f"“No {m}.” He said: ‘({_words(4)}!’" for m in range(n)),
    "code": _fenced,
    "a long table": lambda n: _table(4, n),
    "a wide table": lambda n: _table(n, 4),
    "Chinese": lambda n: "新的桥在星期一开放。它花费了一千二百万欧元！" * n,
}


def _steps(run: Callable[[], object]) -> int:
    """Return how many steps the interpreter takes in our own code."""
    count = 0

    def step(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "opcode"
        return step

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_globals.get("__name__", "").startswith("index."):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def _work(document: Callable[[], Document]) -> dict[str, int]:
    embedder = CountingEmbedder()
    split: list[int] = []
    boundaries = sentencex.get_sentence_boundaries

    def counted(language: str, text: str) -> Any:
        split.append(len(text))
        return boundaries(language, text)

    def cut() -> None:
        read = document()
        article = to_article(read)
        rows = {each.row.start: each for each in rows_of(read.tables)}
        paragraphs = to_paragraphs(article.id, read)
        context = to_context(article.title, embedder)
        assert find_passages(article.text, paragraphs, embedder, context, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentencex, "get_sentence_boundaries", counted)
        steps = _steps(cut)
    assert max(split, default=0) <= WINDOW
    return {"steps": steps, "characters read": embedder.read, "characters split": sum(split)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_longer_text_is_as_much_more_work(kind: str) -> None:
    short, long = (KINDS[kind](size) for size in (50, 50 * GROWTH))
    times = len(long) / len(short)
    _work(lambda: parse_text(short))  # what comes once a process is done
    less, more = _work(lambda: parse_text(short)), _work(lambda: parse_text(long))
    for what, count in less.items():
        assert more[what] <= ALLOWED * times * count + 100, (what, times)


def test_a_wider_spreadsheet_is_as_much_more_work() -> None:
    def sheet(columns: int) -> Callable[[], Document]:
        heads = ",".join(["", *(f"Head {c}" for c in range(columns))])
        rows = (",".join([f"row {r}", *(str(r + c) for c in range(columns))]) for r in range(1, 5))
        data = "\n".join([heads, *rows]).encode()
        return lambda: parse_bytes(data, "sheet.csv")

    _work(sheet(30))
    less, more = _work(sheet(30)), _work(sheet(30 * GROWTH))
    assert more["steps"] <= ALLOWED * GROWTH * less["steps"]
