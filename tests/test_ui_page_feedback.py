"""Opinions of answers, from the page to a question set; copies and exports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ask, serving, upload
from conftest import STORY
from tiny import TinyEmbedder

from eval.sets.load import load_set
from index import Library
from rag import Turn
from rag import ask as ask_library
from ui.cli.main import main
from ui.cli.options import ANSWERED, FAILED
from ui.feedback.opinions import feedback_folder, record

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARCH = "Who designed the arch?"
BERLIN = "What is the weight of the arch in Berlin?"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library) as found:
            yield found


def _kept() -> list[dict[str, Any]]:
    lines = (feedback_folder() / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _said(page: Page, text: str) -> None:
    page.locator("#note [role=status]", has_text=text).wait_for()


def test_an_opinion_is_kept_with_question_answer_and_ranges(page: Page) -> None:
    ask(page, ARCH)
    like = page.get_by_role("button", name="Like", exact=True)
    like.focus()
    page.keyboard.press("Tab")  # good stands before bad, to the eye and to the keyboard
    assert page.evaluate("document.activeElement.ariaLabel") == "Dislike"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") > (
        like.evaluate("each => each.getBoundingClientRect().left")
    )
    like.click()
    _said(page, "Saved: a good answer.")
    (line,) = _kept()
    assert (line["opinion"], line["question"], line["refused"]) == ("good", ARCH, False)
    assert len(line["answer"]) == 16
    (place,) = line["citations"]
    assert STORY[place["start"] : place["end"]] == place["quote"]
    assert place["quote"] == "Engineers from Porto designed the arch."
    assert (feedback_folder() / "feedback.jsonl").stat().st_mode & 0o077 == 0


def test_bad_wrong_citation_and_taking_it_back(page: Page) -> None:
    ask(page, ARCH)
    good, bad = (
        page.get_by_role("button", name=name, exact=True).bounding_box()
        for name in ("Like", "Dislike")
    )
    assert good and bad and good["x"] < bad["x"] and good["y"] == bad["y"]
    page.get_by_role("button", name="Dislike", exact=True).click()
    _said(page, "Saved: not a good answer.")
    wrong = page.get_by_role("button", name="Wrong citation")
    assert wrong.is_visible() and wrong.get_attribute("aria-pressed") == "false"
    wrong.focus()
    page.keyboard.press("Enter")  # nothing is hovered
    _said(page, "Saved: the citation is wrong.")
    assert wrong.get_attribute("aria-pressed") == "true"
    wrong.click()
    _said(page, "Taken back.")
    assert [line["opinion"] for line in _kept()] == [
        "bad",
        "wrong citation",
        "withdrawn",
    ]
    assert len({line["answer"] for line in _kept()}) == 1


def test_feedback_becomes_a_set_that_eval_asks(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upload(
        page,
        {"name": "bell.txt", "mimeType": "text/plain", "buffer": b"The bell was cast in Ghent."},
    )
    for question in (ARCH, BERLIN, "Where was the bell cast?", "What did the new bridge cost?"):
        ask(page, question)
    rows = page.locator("#chat .bot-row")
    for at in range(3):
        rows.nth(at).get_by_role("button", name="Like", exact=True).click()
        _said(page, "Saved: a good answer.")
    rows.nth(3).get_by_role("button", name="Dislike", exact=True).click()
    _said(page, "Saved: not a good answer.")
    file = tmp_path / "grown" / "set.jsonl"
    assert main(["feedback", "--to-set", str(file)]) == ANSWERED
    out = capsys.readouterr().out
    assert "2 questions on 1 articles" in out and "set.open.jsonl: 2 to complete" in out

    loaded = load_set(file)
    by_text = {question.text: question for question in loaded.questions}
    assert by_text[ARCH].answerable and not by_text[BERLIN].answerable
    assert by_text[BERLIN].nearest
    assert "Where was the bell cast?" not in by_text
    waiting = file.with_name("set.open.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["opinion"] for line in waiting] == ["good", "bad"]
    kept = [path for path in feedback_folder().rglob("*") if path.is_file()]
    assert all(b"Ghent" not in path.read_bytes() for path in kept)
    assert all(path.stat().st_mode & 0o077 == 0 for path in feedback_folder().rglob("*"))

    report = ["eval", "--set", str(file), "--out", str(tmp_path / "report")]
    assert main(report) in {ANSWERED, FAILED}
    assert (tmp_path / "report" / "results.json").exists()
    assert main(["feedback", "--to-set", str(file)]) == FAILED
    assert "exists: name a file in a new folder" in capsys.readouterr().err


def test_the_last_opinion_counts_and_follow_ups_keep_their_history(
    library: Library, tmp_path: Path
) -> None:
    answer = ask_library(ARCH, library=library)
    folder = feedback_folder()
    record("bad", "one", answer, [], folder)
    record("good", "one", answer, [Turn("Which arch?", "The new one.")], folder)
    record("good", "two", replace(answer, question="Who?"), [], folder)
    record("withdrawn", "two", answer, [], folder)
    file = tmp_path / "set" / "q.jsonl"
    assert main(["feedback", "--to-set", str(file)]) == ANSWERED
    (question,) = load_set(file).questions
    assert (question.id, question.text) == ("one", ARCH)
    assert question.history == (Turn("Which arch?", "The new one."),)


def test_two_articles_of_one_title_stay_two(library: Library, tmp_path: Path) -> None:
    library.add_text("The crane of the port lifts 90 tons.\r\nIt rusts.", title="A bridge")
    for number, question in enumerate((ARCH, "How many tons does the crane lift?")):
        record("good", str(number), ask_library(question, library=library), [], feedback_folder())
    assert main(["feedback", "--to-set", str(tmp_path / "set" / "q.jsonl")]) == ANSWERED
    loaded = load_set(tmp_path / "set" / "q.jsonl")
    assert {article.text for article in loaded.articles} == {a.text for a in library.articles}


def test_without_feedback_it_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "--to-set", "new.jsonl"]) == FAILED
    assert "has no feedback yet" in capsys.readouterr().err


def test_copying_gives_the_answer_and_its_quotes(page: Page) -> None:
    ask(page, ARCH)
    page.locator("#chat .bot-row").get_by_role("button", name="Copy message").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(
        r"Engineers from Porto designed the arch\. \[1\]\n\n(Sure|Fairly sure|Unsure.*)\n\n"
        r"\[1\] “Engineers from Porto designed the arch\.” \(A bridge, paragraph 2\)",
        copied,
    ), copied
    assert "#cite" not in copied and "<" not in copied and "\\" not in copied


def test_the_export_has_answers_quotes_and_places(page: Page) -> None:
    ask(page, ARCH)
    ask(page, BERLIN)
    with page.expect_download() as download:
        page.locator("#bar summary", has_text="Export").click()
        page.locator("#bar").get_by_role("button", name="Markdown").click()
    assert download.value.suggested_filename == "pullquote.md"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    today = datetime.now(UTC)
    dated = f"*{today.day} {today:%B %Y}*"
    assert f"## {ARCH}\n\n{dated}\n\nEngineers from Porto designed the arch. [1]\n\nSure\n" in text
    assert "> [1] “Engineers from Porto designed the arch.”  \n> A bridge, paragraph 2" in text
    assert "**The articles do not say.**" in text and "Nearest in the articles:" in text
    assert "#cite" not in text and "<" not in text


def test_a_folder_that_cannot_be_written_is_said(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    ask(page, ARCH)
    page.get_by_role("button", name="Like", exact=True).click()
    page.locator("#note [role=alert]", has_text="Not saved").wait_for()
