"""Questions of several parts, and what near sentences lack."""

from __future__ import annotations

import pytest

from index import Library
from rag import ask
from rag.question.sub_questions import split_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who pays?", ("Who pays?",)),
        (
            "When was it built, and for what price?",
            ("When was it built", "for what price?"),
        ),
        ("Who built it and when was it opened?", ("Who built it", "when was it opened?")),
        (
            "Who designed the arch? How long did it take?",
            ("Who designed the arch", "How long did it take?"),
        ),
        ("What do cats and dogs eat?", ("What do cats and dogs eat?",)),
        ("How and why?", ("How and why?",)),
        ("the captain who stayed and who sank", ("the captain who stayed and who sank",)),
    ],
)
def test_parts(question: str, parts: tuple[str, ...]) -> None:
    assert split_parts(question) == parts


def test_both_parts_are_answered_once_each(library: Library) -> None:
    answer = ask("Who designed the arch, and which captain retired?", library=library)
    assert [c.paragraph for c in answer.citations] == [2, 3]
    assert [c.number for c in answer.citations] == [1, 2]
    assert answer.unanswered == ()


def test_the_part_that_is_not_answered_is_named(library: Library) -> None:
    answer = ask("Who designed the arch, and which orchestra played Mozart?", library=library)
    assert not answer.refused
    assert answer.text == (
        "Engineers from Porto designed the arch. [1] "
        "The articles do not say: which orchestra played Mozart?"
    )
    assert answer.unanswered == ("which orchestra played Mozart?",)


def test_a_refusal_says_what_the_nearest_sentence_has_and_lacks(library: Library) -> None:
    answer = ask("Which ferry captain won the Mozart prize?", library=library, k=2)
    assert answer.refused
    lacks = {place.quote: place.lacks for place in answer.nearest}
    assert lacks["Its last captain retired in spring."] == (
        "speaks of “captain”, but not of “ferry”, “won” or “Mozart prize”"
    )


def test_a_word_that_stands_in_the_sentence_is_never_said_to_be_missing() -> None:
    """A word in another context has another vector; the reader sees the word all the same."""
    from rag.libraries import bundled_article, library_of

    with library_of([bundled_article()]) as bundled:
        answer = ask("Which orchestra stood beside the mayor of Porto?", library=bundled)
    for place in answer.nearest:
        missing = place.lacks.split("not of")[-1].split("not speak of")[-1]
        for word in ("orchestra", "stood", "beside", "mayor", "Porto"):
            if word.lower() in place.quote.lower().split():
                assert word not in missing
