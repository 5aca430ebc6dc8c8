"""The page of results: sections are measured one by one, and the others stay."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import eval.results.__main__ as results
from eval.results.page import read_page, section, write_page
from eval.results.runs import RUNS, Run

ONE = Run("one", "One", "python --version", keep=r"^Python")
TWO = Run("two", "Two", "python --version", keep="^nothing of the kind$")


def test_every_run_is_a_module_with_a_name_of_its_own() -> None:
    assert len({run.name for run in RUNS}) == len({run.title for run in RUNS}) == len(RUNS)
    for run in RUNS:
        found = re.match(r"python -m ([\w.]+)", run.command)
        assert found and importlib.util.find_spec(found[1]), run.command
        assert bool(run.report) == ("{out}" in run.command), run.name


def test_what_is_measured_is_merged_into_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "RESULTS.md"
    before = {"Two": "`python two`\\\n2026-05-07, commit 1a2b3c4, 3 s\n\n```text\n.5\n```"}
    page.write_text(write_page(before, (TWO,)), encoding="utf-8")
    monkeypatch.setattr(results, "PAGE", page)
    monkeypatch.setattr(results, "RUNS", (ONE, TWO))
    assert results.main(["--only", "one"]) == 0
    sections = read_page(page.read_text(encoding="utf-8"))
    assert list(sections) == ["One", "Two"]
    assert sections["Two"] == before["Two"]
    assert re.search(r"^`python --version`\\\n\d{4}-\d\d-\d\d, commit \w+", sections["One"])
    assert "```text\nPython 3." in sections["One"]
    # What prints no figures changes nothing.
    whole = page.read_text(encoding="utf-8")
    assert results.main(["--only", "two"]) == 1
    assert page.read_text(encoding="utf-8") == whole
    assert "not measured: two" in capsys.readouterr().err


def test_a_section_without_figures_is_none() -> None:
    with pytest.raises(ValueError, match="none of the figures"):
        section(TWO, "something else\n", "today", "python two")


def test_headings_of_a_report_stand_under_the_section() -> None:
    run = Run("r", "R", "python -m eval --out {out}", report="summary.md")
    body = section(run, "# Report\n\n## Metrics\n\n| a |\n", "today", "python -m eval")
    assert body == "`python -m eval`\\\ntoday\n\n### Metrics\n\n| a |"
    assert read_page(write_page({"R": body}, (run,))) == {"R": body}
