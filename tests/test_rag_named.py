"""A question that names one of several articles is asked of that one, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import TinyEmbedder

from index import Library
from rag.answer.export import answer_json
from rag.asking import ask
from rag.language.terms import read_terms
from rag.question.named import Named, best_matches, find_named, name_ranges
from ui.cli.answer import print_answers
from ui.page.render.messages import answered

WORDS = {
    "a": {"otter", "return", "2021", "march"},
    "b": {"wolv", "return", "2020", "march"},
    "c": {"bridg", "two"},
}


def test_a_name_fits_the_articles_that_have_what_it_tells() -> None:
    assert best_matches(["otter", "piec"], WORDS) == ["a"]
    assert best_matches(["march", "articl"], WORDS) == ["a", "b"]
    assert best_matches(["bridg", "2020"], WORDS) == []
    assert best_matches(["articl"], WORDS) == []


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what do the march stories say", "march stories"),
        ("sum up the story about the bridge please", "story about the bridge"),
        ("What was built, in the March 2021 article?", "March 2021 article"),
        ("what does the article say about the bridge", ""),
        ("how many otters return in the winter article", ""),
        ("how do the two articles differ", ""),
    ],
)
def test_a_word_for_a_text_and_what_articles_have_beside_it_name(question: str, named: str) -> None:
    terms = read_terms(question)
    found = [question[terms[a].start : terms[b - 1].end] for a, b in name_ranges(terms, WORDS)]
    assert found == ([named] if named else [])


def test_the_only_article_is_not_named(library: Library) -> None:
    question = "what does the bridge article say about Porto"
    assert find_named(question, library, None) == Named(question, None)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("what does the otters piece say about fish", "what does the article say about fish"),
        ("according to the otters piece, who pays?", "who pays?"),
        ("who pays in the otters piece?", "who pays?"),
        ("sum up the otters piece", "sum up the article"),
    ],
)
def test_the_name_is_not_searched_for(shelf: Library, question: str, searched: str) -> None:
    named = find_named(question, shelf, None)
    assert (named.question, named.titles) == (searched, ("Otters are back",))


@pytest.fixture
def shelf(tmp_path: Path, tiny: TinyEmbedder) -> Library:
    """A library of three articles, one of them with an author and a date."""
    library = Library.open(tmp_path / "named", embedder=tiny)
    head = "---\nauthor: Ida Kern\ndate: 2021-03-04\n---\n\n# Otters are back\n\n"
    library.add_text(head + "The state pays the farmers for fences.", source="otters.md")
    library.add_text("# Wolves at night\n\nThe state pays for dogs.", source="wolves.md")
    library.add_text("# A bridge\n\nThe bridge cost 12 million euros.", source="bridge.md")
    return library


@pytest.mark.parametrize(
    "question",
    [
        "according to the otters article, what does the state pay for?",
        "What does the state pay for in the March 2021 article?",
        "what does Ida Kern say the state pays for",
    ],
)
def test_the_named_article_alone_is_searched(shelf: Library, question: str) -> None:
    answer = ask(question, library=shelf)
    assert answer.only == ("Otters are back",)
    assert {citation.title for citation in answer.citations} == {"Otters are back"}
    assert answer.question == question


def test_what_names_no_article_is_searched_everywhere(shelf: Library) -> None:
    assert ask("What did the bridge cost?", library=shelf).only == ()
    assert ask("what does the article say about wolves", library=shelf).only == ()


def test_what_was_searched_is_said(shelf: Library, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask("who pays for dogs according to the wolves article?", library=shelf)
    said = "Only “Wolves at night” was searched, which the question names."
    assert said in answer.notes
    assert answer_json(answer)["only"] == ["Wolves at night"]
    print_answers(iter([answer]), as_json=False, failed=False)
    assert said in capsys.readouterr().out
    assert "Only “Wolves at night” was searched" in answered(answer, shelf)["content"]
