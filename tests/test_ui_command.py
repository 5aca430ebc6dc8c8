"""The command line as its users meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from index.embed.converted import ONCE
from ui.cli.main import main
from ui.cli.options import ANSWERED, EDITED, FAILED, LEFT_OUT, MISSING, REFUSED, USAGE

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "tower.txt"
    file.write_text("The tower is 90 metres high. It was finished in 1931.", encoding="utf-8")
    return file


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli.main", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )


def test_ask_prints_the_answer_and_its_place(
    note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--article", str(note), "How high is the tower?"]) == ANSWERED
    out = capsys.readouterr().out
    assert out.startswith("The tower is 90 metres high. [1]\n")
    assert "[1] tower, paragraph 1, 0–28\n“The tower is 90 metres high.”" in out
    assert "\x1b" not in out


def test_ask_cites_in_a_style_and_lists_the_references(
    note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "How high is the tower?"
    assert main(["ask", "--article", str(note), question, "--style", "apa"]) == ANSWERED
    out = capsys.readouterr().out
    assert "[1] (tower, n.d., para. 1)\n“The tower is 90 metres high.”" in out
    assert out.endswith("\nReferences\ntower. (n.d.).\n")


def test_what_takes_long_the_first_time_alone_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slow(*_: object, **__: object) -> str:
        ONCE.info("preparing the model")
        return ""

    monkeypatch.setattr("shtab.complete", slow)
    assert main(["completion", "bash"]) == ANSWERED
    assert capsys.readouterr().err == ""  # nobody sits there
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for _ in range(2):
        assert main(["completion", "bash"]) == ANSWERED
        assert capsys.readouterr().err == "pullquote: preparing the model\n"


def test_the_question_may_stand_before_the_files(
    note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "How high is the tower?", "--article", str(note)]) == ANSWERED
    assert "90 metres" in capsys.readouterr().out


def test_ask_json_is_one_object_with_every_field(
    note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--json", "How high is the tower?", "--article", str(note)]) == ANSWERED
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "question",
        "searched_for",
        "text",
        "refused",
        "confidence",
        "certainty",
        "short",
        "claims",
        "citations",
        "nearest",
        "unanswered",
        "timings",
    ]
    said = {"text": "The tower is 90 metres high.", "verdict": "exact", "citations": [1]}
    assert found["claims"] == [said]
    (citation,) = found["citations"]
    text = note.read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert (citation["verdict"], citation["source"]) == ("exact", str(note))
    assert all(milliseconds >= 0 for milliseconds in found["timings"].values())


def test_a_refusal_has_its_own_exit_code(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = "Which architect painted the tower in Berlin red?"
    assert main(["ask", "--json", question, "--article", str(note)]) == REFUSED
    found = json.loads(capsys.readouterr().out)
    assert found["refused"] and found["nearest"] and not found["citations"]


def test_a_library_from_adding_to_removing(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library")]
    assert main(["add", *place, str(note)]) == ANSWERED
    assert main(["add", *place, str(note)]) == ANSWERED
    capsys.readouterr()
    assert main(["list", *place, "--json"]) == ANSWERED
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["title"], listed["source"]) == ("tower", str(note))
    assert main(["ask", *place, "How high is the tower?"]) == ANSWERED
    assert main(["check", *place]) == ANSWERED
    assert "all is as it was stored" in capsys.readouterr().out
    assert main(["remove", *place, listed["id"]]) == ANSWERED
    assert "nothing of it is left" in capsys.readouterr().out
    assert main(["ask", *place, "How high is the tower?"]) == REFUSED


def test_a_bad_file_costs_that_file_only(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("\n")
    place = ["--library", str(tmp_path / "library")]
    assert main(["add", *place, str(empty), str(tmp_path / "no.txt"), str(note)]) == LEFT_OUT
    out, errors = capsys.readouterr()
    assert "tower" in out
    assert errors.splitlines() == [
        f"pullquote: {empty} is empty: there is nothing to ask about",
        f"pullquote: {tmp_path / 'no.txt'} does not exist: check the name and the folder",
        "added 1, already there 0, left out 2",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", "--library", "nowhere", "Who?"], "nowhere is not a library"),
        (["list", "--library", "nowhere"], "add an article to it first"),
        (["remove", "--library", "nowhere", "x"], "nowhere is not a library"),
        (["ask", "Who?", "--article", "nowhere.txt"], "nowhere.txt does not exist"),
        (["chat", "--host", "0.0.0.0"], "set PULLQUOTE_AUTH=user:password"),
    ],
)
def test_an_error_is_one_line_with_the_cure(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == FAILED
    out, errors = capsys.readouterr()
    assert out == ""
    assert says in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", ""], "there is no question"),
        (["ask"], "there is no question"),
        (["ask", "Who?", "--article", "a.txt", "--library", "b"], "both given"),
    ],
)
def test_arguments_that_make_no_sense_are_wrong_usage(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == USAGE
    errors = capsys.readouterr().err
    assert says in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("command", ["list", "check"])
def test_no_library_yet_is_no_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command]) == ANSWERED
    out, errors = capsys.readouterr()
    assert (out, errors) == ("", "there is no library yet: pullquote add FILE makes one\n")
    assert main([command, "--json"]) == ANSWERED
    assert json.loads(capsys.readouterr().out) in (
        [],
        {"counted": {}, "healed": [], "problems": []},
    )


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["chat", "--port", "0"], ["add"], ["list", "--library", ""], ["watch", " "]],
)
def test_wrong_usage_points_to_the_help(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == USAGE
    assert "--help" in capsys.readouterr().err


def test_eval_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--help"]) == ANSWERED
    assert "--leave-gold-out" in capsys.readouterr().out


def test_help_loads_nothing_that_it_does_not_need() -> None:
    heavy = {"numpy", "faiss", "torch", "gradio", "rich", "sentence_transformers"}
    code = (
        "import sys; from ui.cli.main import main\n"
        "try: main(['--help'])\n"
        f"except SystemExit: print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_another_embedder_is_refused_with_both_names(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library")]
    assert main(["add", *place, str(note)]) == ANSWERED
    assert main(["ask", *place, "--embedder", "other-model", "How high?"]) == FAILED
    errors = capsys.readouterr().err
    assert "all-MiniLM-L6-v2" in errors and "other-model" in errors


def test_the_program_runs_as_a_program() -> None:
    done = _run("ask", "What is the capital of France?")
    assert done.returncode == REFUSED, done.stderr
    assert done.stdout.startswith("The articles do not say.\n")
    assert done.stderr == ""


def test_an_unknown_id_removes_nothing(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library")]
    assert main(["add", *place, str(note)]) == ANSWERED
    known = capsys.readouterr().out.split("\t")[0]
    assert main(["remove", *place, known, "nope"]) == FAILED
    assert main(["list", *place]) == ANSWERED
    assert known in capsys.readouterr().out


def test_an_exported_answer_is_verified_by_exit_code(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "answer.json"
    question = ["How high is the tower?", "--article", str(note)]
    assert main(["ask", *question, "--export", str(export)]) == ANSWERED
    text = note.read_text(encoding="utf-8")
    capsys.readouterr()
    for edited, code, says in (
        (text, ANSWERED, "[1] exact: tower, paragraph 1, 0–28"),
        (f"Read this. {text}", ANSWERED, "it stands at 11 now"),
        (text.replace("90", "95"), EDITED, "now it reads: “The tower is 95 metres high.”"),
        ("", MISSING, "no library holds it"),
    ):
        note.write_text(edited, encoding="utf-8")
        assert main(["verify", str(export)]) == code
        assert says in capsys.readouterr().out
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text(text, encoding="utf-8")
    assert main(["verify", str(export), "--article", str(elsewhere), "--json"]) == ANSWERED
    assert json.loads(capsys.readouterr().out)[0]["standing"] == "exact"
    export.write_text(export.read_text(encoding="utf-8").replace("90", "95"), encoding="utf-8")
    assert main(["verify", str(export)]) == FAILED
    assert "was changed after it was written" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"pullquote {version('pullquote')}\n"


def test_a_shell_completes_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == ANSWERED
    said = capsys.readouterr().out
    for command in ("ask", "add", "list", "verify", "--since"):
        assert command in said
