"""When the evidence is enough, on an embedder whose scores can be computed by hand."""

from __future__ import annotations

import pytest
from tiny import TinyEmbedder

from index import Library
from index.embed.forward import MULTILINGUAL
from rag.question.encode import Question, read_question
from rag.reader.decision import LONE_LEAD, answerability, fitted_model, read_signals
from rag.retrieval.candidates import find_candidates
from rag.retrieval.late_interaction import ScoredEvidence, score_evidence

BRIDGE = "The mayor opened the bridge."
FERRY = "A ferry crossed the river."


def _look(library: Library, question: str) -> tuple[Question, ScoredEvidence]:
    asked = read_question(question, (), library)
    return asked, score_evidence(asked, find_candidates(asked, library))


def test_the_lead_is_over_the_mean_of_the_passages_behind(library: Library) -> None:
    asked, weighed = _look(library, "Who designed the arch?")
    first, *others = (hit.score for hit in weighed.hits)
    assert read_signals(asked, weighed).lead == pytest.approx(first - sum(others) / len(others))


def test_a_copy_of_an_article_takes_nothing_off_the_lead(
    tmp_path_factory: pytest.TempPathFactory, tiny: TinyEmbedder
) -> None:
    leads = []
    for titles in (("A",), ("A", "B")):
        with Library.open(tmp_path_factory.mktemp("library") / "l", embedder=tiny) as library:
            for title in titles:
                library.add_text(f"{BRIDGE}\n\n{FERRY}\n\n{title}.", title=title)
            leads.append(read_signals(*_look(library, "Who opened the bridge?")).lead)
    assert leads[0] == pytest.approx(leads[1], abs=0.1)
    assert leads[0] > 0.5


def test_a_passage_with_none_behind_it_has_the_lead_of_a_right_one(
    tmp_path_factory: pytest.TempPathFactory, tiny: TinyEmbedder
) -> None:
    with Library.open(tmp_path_factory.mktemp("library") / "l", embedder=tiny) as library:
        library.add_text(BRIDGE)
        assert read_signals(*_look(library, "Who opened the bridge?")).lead == LONE_LEAD


def test_a_why_needs_every_word_that_it_takes_for_granted(library: Library) -> None:
    assert (
        answerability(
            *_look(library, "Why did the mayor open the bridge on Monday?"),
            fitted_model(read=False),
        )
        == 0.0
    )
    assert (
        answerability(
            *_look(library, "Why was the bridge opened on Monday?"), fitted_model(read=False)
        )
        > 0.0
    )
    assert (
        answerability(*_look(library, "Why did engineers make the arch?"), fitted_model(read=False))
        > 0.0
    )
    assert (
        answerability(
            *_look(library, "When did the mayor open the bridge?"), fitted_model(read=False)
        )
        > 0.0
    )


def test_an_embedder_may_have_a_decision_of_its_own() -> None:
    own = fitted_model(read=False, embedder=MULTILINGUAL)
    assert own != fitted_model(read=False)
    assert set(own.weights) == {"lead"} and own.weights["lead"] > 0
    assert fitted_model(read=False, embedder="another") == fitted_model(read=False)
    assert fitted_model(read=True, embedder=MULTILINGUAL) == fitted_model(read=True)
