""" "Tell me more" goes on to the next evidence; what was said is not said again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval.conversation import OWN, TALKS, hold, right
from index.library import Library
from rag import Turn, ask
from rag.answer.citation import spoken
from rag.libraries import bundled_article, library_of
from rag.question.going_on import gone_on_with

PAYS = Turn("Who pays for the projects abroad?", "Partners.")


@pytest.fixture(scope="module")
def bundled() -> Library:
    return library_of([bundled_article()])


@pytest.mark.parametrize("question", ["tell me more", "go on", "And why?", "more please", "weiter"])
def test_a_question_without_content_goes_on_with_the_last_that_has_some(
    bundled: Library, question: str
) -> None:
    history = [Turn("Is OpenAI a nonprofit?"), PAYS, Turn("Go on.", "They are bespoke.")]
    assert gone_on_with(question, history, bundled.embedder) == PAYS
    assert gone_on_with(question, [], bundled.embedder) is None


@pytest.mark.parametrize(
    "question", ["Who was behind it?", "What caused them?", "wich actors playd more then one"]
)
def test_a_question_with_content_asks_something_itself(bundled: Library, question: str) -> None:
    assert gone_on_with(question, [PAYS], bundled.embedder) is None


@pytest.mark.parametrize("question", ["and why?", "Tell me more."])
def test_what_was_said_is_not_said_again(bundled: Library, question: str) -> None:
    before = "Is OpenAI a nonprofit?"
    history = [Turn(before, ask(before, library=bundled).text)]
    assert "nonprofit arm" in history[0].answer
    for _ in range(3):
        answer = ask(question, library=bundled, history=history)
        said = " ".join(spoken(turn.answer) for turn in history)
        assert all(spoken(each.quote) not in said for each in answer.citations)
        history.append(Turn(question, answer.text))
    after = ("sharp change of course", "original intention")
    assert any(words in history[1].answer for words in after)


def test_what_would_have_been_said_is_not_said_either(bundled: Library) -> None:
    answer = ask("and why?", library=bundled, history=["Is OpenAI a nonprofit?"])
    assert answer.citations and "nonprofit arm" not in answer.text


def test_every_quote_of_the_conversations_stands_in_an_article() -> None:
    files = [bundled_article(), *OWN.glob("*.md"), *OWN.glob("passages/*.md")]
    texts = [Path(file).read_text("utf-8") for file in files]
    talks = [json.loads(line) for line in TALKS.read_text("utf-8").splitlines()]
    assert len(talks) >= 40
    words = [words for talk in talks for turn in talk["turns"] for words in turn["cites"]]
    assert [each for each in words if not any(each in text for text in texts)] == []


def test_turns_are_counted_by_what_became_of_them(bundled: Library) -> None:
    told = {"question": "How many projects are aimed for?", "reading": "first", "cites": ["10"]}
    wrong = told | {"cites": ["Abilene"]}
    refused = {"question": "What is the capital of France?", "reading": "alone", "cites": []}
    found = hold([{"turns": [told, wrong, refused]}], bundled)
    assert found["alone"] == Counter(turns=1, right=1)
    first = found["first"]
    assert (first["turns"], first["right"], first["wrong"], first["said again"]) == (2, 1, 1, 1)


def test_right_is_the_share_of_all_turns() -> None:
    found = {"first": Counter(turns=3, right=3), "alone": Counter(turns=1, wrong=1)}
    assert right(found) == 0.75
