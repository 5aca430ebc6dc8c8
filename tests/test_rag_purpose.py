"""What a question wants, and the answers that need no evidence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from taking import exported
from tiny import TinyEmbedder

from eval.purposes.__main__ import OWN, told
from eval.sets.lines import read_lines
from index import Library
from index.embed.embedder import load_embedder
from rag.answer.export import answer_json, export_answer
from rag.answer.unquoted import MOST_DESCRIBED, about_articles, opinion, small_talk
from rag.answer.verify import verify_answer
from rag.asking import ask
from rag.question.purpose import (
    EXAMPLES_FILE,
    Fitted,
    Purpose,
    choose_purpose,
    features,
    find_purpose,
)
from rag.routes import Wanted, answer_by_purpose
from ui.cli.answer import print_answers
from ui.page.render.messages import answered


def test_what_is_not_sure_is_a_fact() -> None:
    kinds = (Purpose.FACT, Purpose.LIST, Purpose.OPINION)
    none = np.zeros((0, 3), dtype=np.float32)
    fitted = Fitted("x", kinds, np.zeros(3, dtype=np.float32), none, 0.7)
    sure, torn = np.log(np.array([[0.1, 0.8, 0.1], [0.1, 0.6, 0.3]], dtype=np.float32))
    assert choose_purpose(sure, fitted) is Purpose.LIST
    assert choose_purpose(torn, fitted) is Purpose.FACT


def test_features_are_the_whole_and_its_first_tokens(tiny: TinyEmbedder) -> None:
    encodings = tiny.encode(["who", "who pays now"])
    short, long = features(encodings).reshape(2, 3, -1)
    assert short[0] @ short[1] == pytest.approx(1)
    assert not short[2].any()
    assert (long[1:] == encodings[1].token_vectors[:2]).all()


def test_another_embedder_finds_only_facts(tiny: TinyEmbedder, library: Library) -> None:
    assert find_purpose("hello there", tiny) is Purpose.FACT
    wanted = Wanted(
        "hello there", library, None, frozenset(), (), None, lambda *_: pytest.fail("asked")
    )
    assert answer_by_purpose(wanted, tiny) is None


@pytest.mark.parametrize(
    ("question", "purpose"),
    [
        ("thank you so much", Purpose.SMALL_TALK),
        ("WHAT CAN YOU DO", Purpose.ABOUT_PULLQUOTE),
        ("who wrote this article", Purpose.ABOUT_ARTICLE),
        ("should i invest in it?", Purpose.OPINION),
        ("sumarize this pls", Purpose.OVERVIEW),
        ("list all companies that are mentioned", Purpose.LIST),
        ("How many projects are planned?", Purpose.FACT),
        ("Which company builds the data centre?", Purpose.FACT),
        ("Кто построил мост?", Purpose.FACT),
        ("what does the report say about sharks", Purpose.TOPIC),
    ],
)
def test_what_people_type_is_told(question: str, purpose: Purpose) -> None:
    assert find_purpose(question, load_embedder()) is purpose


def test_metadata_is_told_and_said_to_be_such(library: Library) -> None:
    answer = about_articles("who wrote this?", library, None)
    assert answer.text.startswith("From the metadata of 1 article, not from the text. “A bridge”")
    assert "no author named, no date given, 40 words in 3 paragraphs" in answer.text
    assert answer.purpose is Purpose.ABOUT_ARTICLE


def test_many_articles_are_counted_and_only_those_at_hand(library: Library) -> None:
    for number in range(MOST_DESCRIBED):
        library.add_text(f"A text of number {number}. It is short.", title=f"Number {number}")
    answer = about_articles("how many?", library, None)
    assert answer.text.startswith(f"From the metadata of {MOST_DESCRIBED + 1} articles")
    assert answer.text.endswith("And 1 more.")
    [bridge] = library.find(title="bridge")
    assert "metadata of 1 article," in about_articles("how many?", library, [bridge.id]).text


def test_small_talk_is_shown_without_evidence(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = small_talk("hello", library, None)
    print_answers(iter([answer]), as_json=False, failed=False)
    shown = [
        capsys.readouterr().out,
        answered(answer, library)["content"],
        exported([("hello", answer)]),
        str(answer),
    ]
    for text in shown:
        assert "“A bridge”" in text
        assert "sure" not in text and "mark>" not in text and "cited" not in text


def test_an_answer_without_evidence_is_exported_and_nothing_of_it_verified(
    library: Library, tmp_path: Path
) -> None:
    answer = opinion("should i buy it", library, None)
    export_answer(answer, tmp_path / "answer.json")
    found = verify_answer(tmp_path / "answer.json")
    assert found.quotes == ()
    assert found.reworded == (answer.text,)
    assert answer_json(answer)["purpose"] == "opinion"


def test_asking_goes_by_the_purpose() -> None:
    answer = ask("Who wrote this article?")
    assert answer.purpose is Purpose.ABOUT_ARTICLE
    assert not answer.citations and not answer.refused
    assert "purpose" in answer.timings
    assert ask("How many projects are planned?").purpose is Purpose.FACT


def test_measured_questions_are_no_examples() -> None:
    measured = {row["question"] for _, row in read_lines(OWN)}
    examples = {row["question"] for _, row in read_lines(EXAMPLES_FILE) if "question" in row}
    assert len(measured) >= 300
    assert not {text.lower() for text in measured} & {text.lower() for text in examples}


def test_told_is_the_share_on_the_diagonal() -> None:
    fact, talk = Purpose.FACT, Purpose.SMALL_TALK
    assert told(Counter({(fact, fact): 2, (talk, talk): 1, (talk, fact): 1})) == 0.75
