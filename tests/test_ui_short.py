"""The few words that answer: bold on the page, on a terminal and in Markdown, a field in JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from taking import exported
from tiny_reader import Fixed

from index import Library
from index.errors import InputError
from rag import Answer, ask
from rag.answer.consistent import find_faults
from rag.answer.export import answer_json, export_answer, read_export, seal
from ui.cli.answer import print_answers
from ui.page.render.messages import answered

QUESTION = "Who designed the arch?"


@pytest.fixture
def answer(library: Library) -> Answer:
    return ask(QUESTION, library=library, reader=Fixed("Porto", 9.0))


def test_it_is_bold_on_the_page_and_in_markdown(answer: Answer, library: Library) -> None:
    said = "Engineers from {} designed the arch."
    assert said.format("<strong>Porto</strong>") in answered(answer, library)["content"]
    assert said.format("**Porto**") in exported([(QUESTION, answer)])


def test_what_looks_like_mark_up_stays_literal(library: Library) -> None:
    library.add_text("The vault is named *Under & <Over>* by all.", title="A vault")
    found = ask("How is the vault named?", library=library, reader=Fixed("*Under & <Over>*", 9.0))
    said = r"named <strong>\*Under &amp; &lt;Over&gt;\*</strong> by all"
    assert said in answered(found, library)["content"]


def test_on_a_terminal_it_alone_is_bold(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=200, color_system="standard")
    monkeypatch.setattr("ui.cli.answer.make_console", lambda: console)
    print_answers(iter([answer]), as_json=False, failed=False)
    assert out.getvalue().startswith("Engineers from \x1b[1mPorto\x1b[0m designed the arch. [1]")


def test_it_is_a_field_for_programs(answer: Answer) -> None:
    (short,) = answer_json(answer)["short"]
    (citation,) = answer_json(answer)["citations"]
    within = slice(short["start"] - citation["start"], short["end"] - citation["start"])
    assert citation["quote"][within] == short["text"] == "Porto"
    assert short["citation"] == citation["number"]


def test_an_export_with_another_short_answer_does_not_hold(answer: Answer, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    export_answer(answer, file)
    whole = read_export(file)
    assert list(find_faults(whole)) == []
    whole["short"][0]["text"] = "Lisbon"
    assert list(find_faults(whole)) == [
        "the short answer 'Lisbon' is not in the quote that it names"
    ]
    whole["short"][0]["text"] = ""
    file.write_text(json.dumps(whole | {"seal": seal(whole)}), encoding="utf-8")
    with pytest.raises(InputError, match="short"):
        read_export(file)
