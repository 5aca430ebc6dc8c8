"""What a run leaves behind can be read by people and by programs, and is only what it says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tiny import TinyEmbedder

from eval.evaluate import Plan, evaluate
from eval.gate.judge import BUILT_IN, judge
from eval.oracle import oracle
from eval.report.files import write_files
from eval.report.lines import metric_lines
from eval.report.worst import INVENTED, REFUSED, extract, worst
from eval.result import Result
from eval.sets.corpus import quiet
from eval.sets.load import own_set
from eval.types import Check, QuestionSet
from index.errors import InputError

NASTY = '<script>alert("x")</script> | *b* & \x0b'


@pytest.fixture(scope="module")
def questions() -> QuestionSet:
    first, *others = own_set().questions[:60]
    nasty = replace(first, text=NASTY, answerable=False)
    return replace(own_set(), questions=(nasty, *others))


@pytest.fixture(scope="module")
def result(questions: QuestionSet) -> Result:
    # It knows the gold of the unedited set, and so refuses or answers against the edited one.
    swapped = [
        replace(q, answerable=not q.answerable and bool(q.evidence)) if n % 9 == 0 else q
        for n, q in enumerate(questions.questions)
    ]
    system = oracle(replace(questions, questions=tuple(swapped)))
    return evaluate(questions, system, Plan(split="all", compare=True), quiet, TinyEmbedder())


def write(folder: Path, result: Result, *checks: Check) -> Path:
    found = (*judge(result, BUILT_IN), *checks)
    write_files(folder, result, list(metric_lines(result, BUILT_IN, None)), found)
    return folder


def test_two_runs_differ_in_timings_only(
    result: Result, questions: QuestionSet, tmp_path: Path
) -> None:
    slower = replace(
        result,
        seconds={"adding": 99.0},
        rows=tuple(replace(row, milliseconds={"ask": 5.0}) for row in result.rows),
    )
    one, other = (
        json.loads((write(tmp_path / name, run) / "results.json").read_text())
        for name, run in (("a", result), ("b", slower))
    )
    assert one["timings"] != other["timings"]
    assert {**one, "timings": 0} == {**other, "timings": 0}
    assert one["questions"]["oc-002"]["scores"]["hit@1"] == 1.0


def test_junit_names_what_failed(result: Result, tmp_path: Path) -> None:
    folder = write(tmp_path, result, Check("made up", False, f"because {NASTY}"))
    root = ElementTree.parse(folder / "junit.xml").getroot()
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert root.get("failures") == str(len(list(root.iter("failure"))))
    failure = cases["made up"].find("failure")
    assert failure is not None
    assert "<script>" in failure.get("message", "")


def test_markdown_shows_text_as_text(result: Result, tmp_path: Path) -> None:
    text = (write(tmp_path, result, Check("it", False, NASTY)) / "summary.md").read_text()
    assert "\\<script\\>" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "hit@1" in line]
    assert rows


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href")
        ]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_needs_nothing_else_and_runs_nothing(result: Result, tmp_path: Path) -> None:
    text = (write(tmp_path, result) / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert "script" not in page.tags
    assert all(link.startswith("#") for link in page.links)
    assert not re.search(r"url\((?!#)", text)
    assert page.tags.count("svg") == 4
    assert NASTY.split(" |")[0] in "".join(page.words)
    assert "#010203" not in text


def test_the_worst_questions_come_with_what_is_right(result: Result) -> None:
    found = worst(result)
    assert set(found) >= {REFUSED}
    count, cases = found[REFUSED]
    assert count >= len(cases) > 0
    texts = {article.title: article.text for article in result.questions.articles}
    for case in cases:
        assert case.right
        for e in case.right:
            assert e.before + e.marked + e.after in texts[e.title]
    assert INVENTED not in found or found[INVENTED][1]


def test_an_extract_is_the_line_around_a_range() -> None:
    text = "First.\nHere it is, you see.\nLast."
    found = extract("T", text, (12, 14), True)
    assert (found.before, found.marked, found.after) == ("Here ", "it", " is, you see.")


def test_a_folder_that_cannot_be_written(result: Result, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "file", result)
