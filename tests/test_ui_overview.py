"""``pullquote overview``, as people and programs meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Library
from rag import overview
from rag.libraries import bundled_article
from rag.overviews.overview import figures
from ui.cli.main import main


def test_it_says_what_the_bundled_article_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overview"]) == 0
    said = capsys.readouterr().out
    found = overview()
    assert len(found.citations) >= 3
    assert all(" ".join(c.quote.split()) in said for c in found.citations)
    assert all(f"{c.start}–{c.end}" in said for c in found.citations)


def test_programs_get_ranges_that_hold_their_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overview", str(bundled_article()), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    text = overview().article.text
    assert said["purpose"] == "overview"
    assert len(said["citations"]) >= 3
    assert all(text[c["start"] : c["end"]] == c["quote"] for c in said["citations"])


def test_an_article_of_a_library_is_named_by_its_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        library.add(bundled_article())
        bees = "Bees of the valley visit the orchards near the river early in spring every year."
        second = library.add_text(bees, title="Bees")
    assert main(["overview", second.id[:8], "--library", str(folder)]) == 0
    assert bees in capsys.readouterr().out
    assert main(["overview", "--library", str(folder)]) == 2
    assert "2 articles of the library" in capsys.readouterr().err
    assert main(["overview", "zz", "--library", str(folder)]) == 2


def test_figures_are_the_sentences_with_dates_and_numbers_in_source_order(library: Library) -> None:
    found = figures(library.entries[0].id, library, before=7)
    assert [c.quote for c in found.citations] == [
        "The mayor opened the new bridge on Monday.",
        "It cost 12 million euros.",
        "A ferry had crossed the river since 1890.",
    ]
    assert [c.number for c in found.citations] == [8, 9, 10]
