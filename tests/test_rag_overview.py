"""What an article is about: sentences of its own that stand by themselves, and how it is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tiny import TinyEmbedder

from index import Library
from rag import ask, overview
from rag.overviews.choice import Weights, choose
from rag.overviews.overview import OF_MANY, answer_overview
from rag.overviews.sentences import Sentences, read_sentences, stands_alone
from rag.question.purpose import Purpose

BELL = """\
The bell of Torn was cast in 1702. It hangs in the south tower.

Two ringers pull its rope on every feast day. Nobody else may touch the rope.
"""


def test_an_overview_is_quotes_in_source_order(library: Library) -> None:
    found = overview(library.entries[0].id, library=library)
    text = found.article.text
    assert found.citations
    assert [text[c.start : c.end] for c in found.citations] == [c.quote for c in found.citations]
    assert sorted(c.start for c in found.citations) == [c.start for c in found.citations]
    assert str(found).startswith(found.article.title)


def test_overviews_of_several_articles_are_numbered_through(
    tiny: TinyEmbedder, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "two", embedder=tiny) as shelf:
        shelf.add_text(BELL, title="The bell", source="bell")
        shelf.add_text(BELL.replace("bell", "clock"), title="The clock", source="clock")
        answer = answer_overview("What is this about?", shelf, None)
        assert answer is not None
        assert [c.number for c in answer.citations] == list(range(1, 2 * OF_MANY + 1))
        assert {c.title for c in answer.citations} == {"The bell", "The clock"}
        assert answer_overview("What is this about?", shelf, ()) is None


def test_a_sentence_that_points_back_does_not_stand_alone() -> None:
    assert stands_alone("Two ringers pull its rope on every feast day.")
    assert not stands_alone("It hangs in the south tower of the old church.")
    assert not stands_alone("Who pulls the rope on every feast day?")


def test_nothing_is_said_twice(library: Library) -> None:
    """Cosines to the mean are .89, .89 and .45; after the first, what is like it loses 1."""
    evidence = read_sentences(library.entries[0].id, library).evidence[:3]
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    found = Sentences(evidence, vectors, [0, 0, 0], [False] * 3, [True] * 3)
    plain = Weights(first=0, opens=0, length=0, exact=0, again=1, section=0)
    assert choose(found, plain, most=2) == [0, 2]


def test_an_overview_is_asked_for_and_nothing_says_how_sure() -> None:
    answer = ask("What is this article about?")
    assert (answer.purpose, answer.certainty) == (Purpose.OVERVIEW, "")
    assert len(answer.citations) == 7
    assert "sure)" not in str(answer)


def test_a_list_is_asked_for_and_one_that_nothing_answers_is_looked_up() -> None:
    listed, lookup = ask("Who is quoted?"), ask("list all recipes")
    assert listed.purpose is Purpose.LIST
    assert "passages" in listed.notes[0]
    assert (lookup.purpose, lookup.refused) == (Purpose.FACT, True)


def test_articles_are_compared_where_two_say_something(tmp_path: Path) -> None:
    files = []
    for name, year in (("north", 1702), ("south", 1811)):
        files.append(tmp_path / f"{name}.txt")
        files[-1].write_text(f"The bell of the tower was cast in {year}. Two ringers pull it.\n")
    answer = ask("Compare when the bell was cast in the two articles", articles=files)
    assert answer.purpose is Purpose.COMPARISON
    assert [c.quote[-5:-1] for c in answer.citations] == ["1702", "1811"]
    assert answer.notes == ("They differ.",)


def test_a_list_borrows_only_where_it_finds_nothing_by_itself() -> None:
    alone = ask("Who is quoted?")
    after = ask("Who is quoted?", history=["What is this about?"])
    assert after.text == alone.text
    assert after.searched_for == ""
