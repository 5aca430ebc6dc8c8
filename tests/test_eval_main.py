"""``python -m eval`` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import TinyEmbedder

from eval.__main__ import main
from eval.metrics.catalogue import CATALOGUE

STORY = "The bridge opened on Monday.\n\nIt cost 12 million euros.\n\nPorto paid for it.\n"
README = Path(__file__).parents[1] / "eval" / "README.md"

Run = Callable[..., int]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "bridge.md").write_text(STORY, encoding="utf-8")
    asked = {"When did it open?": 0, "What did it cost?": 1, "Who paid?": 2}
    sentences = [line for line in STORY.split("\n") if line]
    lines = [
        {
            "id": str(place),
            "question": question,
            "answers": [sentences[place]],
            "evidence": [{"article": "bridge", "quote": sentences[place]}],
        }
        for question, place in asked.items()
    ]
    lines.append({"id": "3", "question": "Who is the mayor?"})
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "questions.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, tiny: TinyEmbedder) -> Run:
    def call(*argv: object) -> int:
        given = [*map(str, argv), "--out", str(tmp_path / "out")]
        return main(given, embedder=tiny)

    return call


def test_a_first_run_then_a_baseline(
    run: Run, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = gold / "questions.jsonl"
    assert run("--set", questions, "--oracle") == 0
    out = capsys.readouterr().out
    assert "No baseline" in out
    assert out.rstrip().splitlines()[-1] == "eval: 4 passed, 0 failed"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "results.json",
        "junit.xml",
        "summary.md",
        "report.html",
    }
    (gold / "gate.toml").write_text('[floors]\n"hit@1" = 1.0\n[tolerances]\ndefault = 0.02\n')
    assert run("--set", questions, "--oracle", "--accept") == 0
    assert (gold / "baseline.json").exists()
    assert run("--set", questions, "--oracle") == 0
    assert "the data is what the baseline saw" in capsys.readouterr().out
    (gold / "bridge.md").write_text(STORY + "\nA new paragraph.\n", encoding="utf-8")
    assert run("--set", questions, "--oracle") == 1
    assert capsys.readouterr().out.rstrip().splitlines()[-1] == "eval: 3 passed, 1 failed"


def test_a_set_elsewhere_than_its_articles(run: Run, gold: Path, tmp_path: Path) -> None:
    article = (gold / "bridge.md").rename(tmp_path / "bridge.md")
    questions = gold / "questions.jsonl"
    assert run("--set", questions, "--oracle", "--retrieval-only") == 2
    assert run("--set", questions, "--oracle", "--articles", article) == 0
    assert run("--set", questions, "--oracle", "--articles", article, "--leave-gold-out") == 0


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["--set", "nowhere"], "eval: nowhere does not exist"),
        (["--split", "dev"], "no questions of split 'dev'"),
        (["--gate", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["--baseline", "nowhere.json"], "nowhere.json does not exist"),
        (["--articles", "a.md"], "--articles goes with --set"),
        (["--limit", "0"], "0 is not at least 1"),
        (["--retrieval-only", "--leave-gold-out"], "not allowed with"),
        (["--oracle", "--limit", "3", "--accept"], "not every question was asked"),
    ],
)
def test_what_cannot_be_run_says_why(
    run: Run, argv: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*argv) == 2
    streams = capsys.readouterr()
    assert complaint in streams.err
    assert "Traceback" not in streams.err
    assert streams.out == ""


def test_help(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    assert "--leave-gold-out" in capsys.readouterr().out


def test_the_readme_defines_every_metric() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in CATALOGUE if f"`{name}`" not in text] == []
