"""A draft beside the articles: what stands there, what was altered, what is nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError, QuestionError
from rag import Proof, Standing, check_statement, proofread
from ui.cli.main import main

DRAFT = """\
# It cost 99 million euros

It cost 12 million euros. It cost 15 million euros. Who paid?

Engineers from Porto designed the arch. Photosynthesis turns light into sugar.
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library.open(tmp_path / "library", embedder=TinyEmbedder())
    made.add_text(STORY, title="A bridge")
    return made


def test_each_sentence_of_a_draft_is_told_but_no_heading_and_no_question(library: Library) -> None:
    found = list(proofread(DRAFT, library=library))
    assert [(each.statement, each.standing) for each in found] == [
        ("It cost 12 million euros.", Standing.SUPPORTED),
        ("It cost 15 million euros.", Standing.ALTERED),
        ("Engineers from Porto designed the arch.", Standing.SUPPORTED),
        ("Photosynthesis turns light into sugar.", Standing.NOT_FOUND),
    ]
    assert all(DRAFT[each.start : each.end] == each.statement for each in found)


def test_what_holds_is_cited_and_what_was_altered_says_how(library: Library) -> None:
    (article,) = library.articles
    held, altered, *_ = proofread(DRAFT, library=library)
    for each in (held, altered):
        (citation,) = each.citations
        assert article.text[citation.start : citation.end] == "It cost 12 million euros."
    assert held.support == 1 and not held.faults and altered.support < 1
    assert any("15 million" in fault for fault in altered.faults)
    assert [piece.text for piece in altered.difference if piece.edit.value == "added"] == ["15"]


def test_only_the_articles_at_hand_are_read(library: Library) -> None:
    other = library.add_text("Bees dance. They show where flowers are.", title="Bees")
    (found,) = proofread("It cost 12 million euros.", library=library, within=[other.id])
    assert found.standing is Standing.NOT_FOUND


def test_a_statement_is_checked_against_a_text() -> None:
    found = check_statement("The bridge cost 15 million euros.", text=f"The bridge.\n\n{STORY}")
    assert isinstance(found, Proof) and found.standing is Standing.ALTERED


def test_what_makes_no_sense_is_refused_with_one_line(library: Library) -> None:
    with pytest.raises(QuestionError, match="name one of them"):
        check_statement("It rained.", text=STORY, library=library)
    with pytest.raises(QuestionError):
        check_statement(" … ", library=library)
    with pytest.raises(InputError):
        list(proofread("  ", library=library))


@pytest.mark.parametrize(
    ("draft", "code", "last"),
    [
        ("It cost 12 million euros.", 0, "1 sentence: 1 supported"),
        ("It cost 15 million euros.", 4, "1 sentence: 1 altered"),
        ("Photosynthesis turns light into sugar.", 5, "1 sentence: 1 not found"),
        ("# Title", 0, "there is no sentence to check"),
    ],
)
def test_the_command_line_tells_the_worst(
    draft: str, code: int, last: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, story = tmp_path / "draft.md", tmp_path / "bridge.txt"
    file.write_text(draft)
    story.write_text(STORY)
    assert main(["proof", str(file), "--article", str(story)]) == code
    assert capsys.readouterr().out.splitlines()[-1] == last
    assert main(["proof", str(file), "--article", str(story), "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert [each["statement"] for each in told] == ([] if draft[0] == "#" else [draft])
    assert all(STORY[c["start"] : c["end"]] == c["quote"] for p in told for c in p["citations"])
