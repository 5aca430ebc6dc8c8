"""The real embedder on the bundled article and, where there are any, on real articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.sets.corpus import fill, quiet
from eval.sets.load import own_set
from index import Library
from index.embed.embedder import TransformerEmbedder, load_embedder
from index.embed.forward import Numerics
from rag import Answer, Turn, ask, retrieve
from rag.libraries import bundled_article


def _holds(answer: Answer) -> None:
    for place in (*answer.citations, *answer.nearest):
        assert place.article.text[place.start : place.end] == place.quote


def test_the_bundled_article_has_its_paragraphs() -> None:
    from index.parse.document import read_document
    from index.types import Role

    document = read_document(bundled_article())
    paragraphs = [span for span in document.spans if span[2] is Role.TEXT]
    assert 20 <= len(paragraphs) <= 30


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many projects does OpenAI aim for?", "10 projects"),
        ("Who is Daniel Newman?", "The Futurum Group"),
        ("Where does Miranda Bogen work?", "AI Governance Lab"),
    ],
)
def test_the_bundled_article_answers(question: str, words: str) -> None:
    answer = ask(question)
    _holds(answer)
    assert not answer.refused
    assert words in answer.text


@pytest.mark.parametrize(
    ("before", "question", "words"),
    [
        ("What target has OpenAI stated?", "How many of them?", "10 projects"),
        ("What are the foreign projects?", "And who pays for it?", "circle of partners"),
        (
            "What did Langlais say about the cloud providers?",
            "What did he say about that?",
            "generous credits",
        ),
    ],
)
def test_a_follow_up_finds_what_the_question_before_was_about(
    before: str, question: str, words: str
) -> None:
    answer = ask(question, history=[Turn(before, ask(before).text)])
    _holds(answer)
    assert words in answer.text
    assert before in answer.searched_for


@pytest.mark.parametrize("question", ["What is the capital of France?", "How do I bake bread?"])
def test_what_the_bundled_article_does_not_say_is_refused(question: str) -> None:
    answer = ask(question)
    _holds(answer)
    assert answer.refused and not answer.citations


def test_a_news_story_as_it_was_saved(shared: Path) -> None:
    story = shared / "articles" / "openai-for-countries.txt"
    answer = ask("How many projects does OpenAI aim for?", articles=[story])
    _holds(answer)
    assert "The ultimate goal, OpenAI said, is 10 projects with U.S. allies." in [
        citation.quote for citation in answer.citations
    ]
    assert ask("What is the capital of France?", articles=[story]).refused
    pays = ask("How much will Stargate cost?", articles=[story])
    assert "$500 million" in pays.text
    everything = [answer, pays]
    assert not any("info@const-ins.com" in each.text for each in everything)
    assert not any("originally featured" in each.text for each in everything)


def test_a_why_that_takes_for_granted_what_is_not_said_is_refused(shared: Path) -> None:
    """With the places that speak of it; a why about what is said is answered."""
    for story in (bundled_article(), shared / "articles" / "openai-for-countries.txt"):
        answer = ask("Why did OpenAI leave Stargate?", articles=[story])
        _holds(answer)
        assert answer.refused
        assert any("Stargate" in place.quote for place in answer.nearest)
        assert "leave" in answer.nearest[0].lacks
        assert not ask("Why is OpenAI building data centers abroad?", articles=[story]).refused


def test_whatever_computes_the_vectors_the_ranking_is_the_same(tmp_path: Path) -> None:
    """But for near ties, where bf16's rounding may turn two passages round."""
    questions = own_set()
    asked = [question.text for question in questions.questions if not question.history][::2]
    found = {}
    for numerics in (Numerics.TORCH, Numerics.OPENVINO_F32, load_embedder().fingerprint.numerics):
        embedder = TransformerEmbedder(numerics=Numerics(numerics))
        with Library.open(tmp_path / numerics, embedder=embedder) as library:
            fill(library, questions.articles, quiet)
            found[numerics] = [
                [
                    (hit.passage.article_id, hit.passage.start, hit.sentence.start)
                    for hit in retrieve(question, library=library, k=5)
                ]
                for question in asked
            ]
    assert len(asked) > 150 and all(found["torch"])
    assert found[Numerics.OPENVINO_F32] == found[Numerics.TORCH]
    first = {numerics: [hits[0] for hits in each] for numerics, each in found.items()}
    for ours in first.values():
        same = sum(a == b for a, b in zip(ours, first["torch"], strict=True))
        assert same >= 0.99 * len(asked)
