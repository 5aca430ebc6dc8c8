"""All dates or all numbers of an article, and words as they are typed into a search box."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import TinyEmbedder

from index import Library
from rag.asking import ask
from rag.listing.by_kind import kind_of_list, list_by_kind
from rag.overviews.suggestions import suggest
from rag.question.purpose import Purpose
from rag.routes import Wanted, answer_search_words

TEXT = """\
# The quarry of Halden

The quarry was opened on 3 May 1911 and had 140 workers. In the 1970s it lost $2.5 million.

It was closed on 3 May 1981. A lake of 12 hectares fills it since 1984.
"""


@pytest.fixture
def quarry(tmp_path: Path, tiny: TinyEmbedder) -> Library:
    """Two articles, one of them with dates and numbers."""
    library = Library.open(tmp_path / "quarry", embedder=tiny)
    library.add_text(TEXT, source="quarry.md")
    library.add_text("# A bridge\n\nIt crosses the river. The price was high.", source="bridge.md")
    return library


def test_all_dates_and_all_numbers_are_listed(quarry: Library) -> None:
    dates = list_by_kind("all dates", quarry)
    assert dates is not None
    assert [i.text for i in dates.items] == ["3 May 1911", "1970s", "3 May 1981", "1984"]
    numbers = list_by_kind("list all numbers", quarry)
    assert numbers is not None
    assert [i.text for i in numbers.items] == ["140", "$2.5 million", "12 hectares"]
    for short in (*dates.short, *numbers.short):
        article = short.citation.article
        assert article.text[short.start : short.end] == short.text
    assert numbers.everything
    (last,) = {i.places[-1].citation for i in dates.items if i.text == "1984"}
    fewer = list_by_kind("all dates", quarry, without={(last.article_id, last.paragraph)})
    assert fewer is not None
    assert [i.text for i in fewer.items] == ["3 May 1911", "1970s"]


def test_what_asks_for_more_or_has_none_is_no_such_list(quarry: Library) -> None:
    bridge = [each.id for each in quarry.entries if each.title == "A bridge"]
    assert list_by_kind("all dates", quarry, within=bridge) is None
    assert kind_of_list("dates when the store closed", quarry.embedder) == ""
    assert list_by_kind("list all companies", quarry) is None


def _wanted(question: str, library: Library) -> Wanted:
    return Wanted(question, library, None, frozenset(), (), None, lambda *_: pytest.fail("asked"))


def test_words_of_a_title_choose_the_article_for_the_others(quarry: Library) -> None:
    found = answer_search_words(_wanted("bridge price", quarry))
    assert found is not None
    assert [citation.quote for citation in found.citations] == ["The price was high."]
    assert (found.question, found.only) == ("bridge price", ("A bridge",))
    assert found.purpose is Purpose.TOPIC


@pytest.mark.parametrize("question", ["bridge captain", "what is the price", "lake captain"])
def test_what_nothing_speaks_of_and_a_question_are_no_search(
    quarry: Library, question: str
) -> None:
    assert answer_search_words(_wanted(question, quarry)) is None


def test_search_words_are_answered_where_nothing_surely_answers(quarry: Library) -> None:
    answer = ask("bridge price", library=quarry, reader=None)
    assert not answer.refused
    assert "The price was high." in [citation.quote for citation in answer.citations]


def test_a_suggestion_is_written_as_the_article_writes_it(
    tmp_path: Path, tiny: TinyEmbedder
) -> None:
    library = Library.open(tmp_path / "names", embedder=tiny)
    text = "\n\n".join(
        [
            "Troops of the United States and others came to Halden in spring.",
            "They left for the United States, and Halden was free. Much of it is in No.",
            "Since then the U.S. and Oslo talk, and it is said in No and Paper.",
            "In Oslo the U.S. and others met, where paper and paper and paper lay, and Paper.",
        ]
    )
    article = library.add_text(text, title="After the war")
    asked = suggest(article.id, library, most=9)
    assert "What does it say about the United States?" in asked
    assert "What does it say about the U.S.?" in asked
    assert "What does it say about Halden?" in asked
    assert not any("No?" in each or "Paper" in each for each in asked)
