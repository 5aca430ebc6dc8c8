"""What is said about something: every sentence speaks of it, and none of anything else."""

from __future__ import annotations

from pathlib import Path

from tiny import TinyEmbedder

from index import Library
from rag import ask
from rag.answer.export import answer_json
from rag.overviews.suggestions import suggest
from rag.overviews.topic import MOST, answer_topic
from rag.question.purpose import Purpose, framing_words

HARBOUR = """\
The harbour wall was finished in 1890. Granite for the wall came from Orval.

Ferries leave the harbour at noon. A cat lives in the office.

The old wall fell in a storm. Nobody was hurt.
"""


def test_every_sentence_speaks_of_the_topic(tiny: TinyEmbedder, tmp_path: Path) -> None:
    with Library.open(tmp_path / "one", embedder=tiny) as shelf:
        shelf.add_text(HARBOUR, title="A port", source="port")
        answer = answer_topic("What does it say about the wall?", shelf)
        assert answer is not None
        assert [c.quote for c in answer.citations] == [
            "The harbour wall was finished in 1890.",
            "Granite for the wall came from Orval.",
            "The old wall fell in a storm.",
        ]
        assert answer.certainty == ""


def test_what_was_named_in_full_may_go_on_by_its_rarest_word(
    tiny: TinyEmbedder, tmp_path: Path
) -> None:
    """The wall is named in more sentences than Orval, and "stone" nowhere."""
    with Library.open(tmp_path / "one", embedder=tiny) as shelf:
        shelf.add_text(HARBOUR + "\nOrval is far away.", title="A port", source="port")
        answer = answer_topic("tell me about the Orval granite", shelf)
        assert answer is not None
        assert "Granite for the wall came from Orval." in [c.quote for c in answer.citations]
        assert not any("Ferries" in c.quote for c in answer.citations)
        assert answer_topic("tell me about the Orval stone", shelf) is None


def test_of_what_nothing_speaks_there_is_no_answer(tiny: TinyEmbedder, tmp_path: Path) -> None:
    with Library.open(tmp_path / "one", embedder=tiny) as shelf:
        shelf.add_text(HARBOUR, title="A port", source="port")
        assert answer_topic("What does it say about whales?", shelf) is None
        assert answer_topic("What does it say about it?", shelf) is None


def test_of_many_sentences_the_best_few_are_cited(tiny: TinyEmbedder, tmp_path: Path) -> None:
    text = "\n\n".join(f"The wall has door number {n} and a lamp." for n in range(20, 40))
    with Library.open(tmp_path / "one", embedder=tiny) as shelf:
        shelf.add_text(text, title="Doors", source="doors")
        answer = answer_topic("What does it say about the wall?", shelf)
        assert answer is not None
        assert len(answer.citations) == MOST


def test_what_asks_is_no_topic() -> None:
    framing = framing_words(Purpose.TOPIC)
    assert {"say", "article", "mentioned"} <= framing
    assert not {"stargate", "coffee"} & framing


SHIPS = """\
Captain Ana Moura took the Albatross to Porto. The Norwegian crew liked Porto.

Nobody in Porto had seen the Albatross, but Norwegian sailors had.
"""


def test_what_is_named_again_and_again_is_suggested(tiny: TinyEmbedder, tmp_path: Path) -> None:
    """Ana Moura is named once; "Norwegian" only describes others."""
    with Library.open(tmp_path / "one", embedder=tiny) as shelf:
        article = shelf.add_text(SHIPS, title="Ships", source="ships")
        questions = suggest(article.id, shelf)
        asks = "What does it say about {}?"
        assert questions == (asks.format("the Albatross"), asks.format("Porto"))
        for question in questions:
            answer = answer_topic(question, shelf)
            assert answer is not None
            assert len(answer.citations) > 1


def test_a_refusal_says_what_the_article_does_say(tiny: TinyEmbedder, tmp_path: Path) -> None:
    with Library.open(tmp_path / "one", embedder=tiny) as shelf:
        article = shelf.add_text(SHIPS, title="Ships", source="ships")
        refusal = ask("Who invented the telescope?", library=shelf)
        assert refusal.refused
        assert refusal.suggested == suggest(article.id, shelf)
        assert answer_json(refusal)["suggested"] == list(refusal.suggested)
        told = ask("Who took the Albatross to Porto?", library=shelf)
        assert not told.refused
        assert "suggested" not in answer_json(told)
