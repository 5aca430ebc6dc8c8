"""What a reader changes in an answer, with one whose scores can be computed by hand."""

from __future__ import annotations

import pytest
from tiny_reader import Fixed, TinyReader

from index import Library
from rag import ask, retrieve
from rag.answer.short import split_claim
from rag.question.encode import Question, read_question
from rag.reader.decision import SURE, read_signals
from rag.reader.reading import PASSAGE, READ, SENTENCE, choose_reader, read_evidence
from rag.retrieval.candidates import find_candidates
from rag.retrieval.late_interaction import ScoredEvidence, score_evidence
from rag.types import NOT_READ


def _weigh(library: Library, question: str) -> tuple[Question, ScoredEvidence]:
    asked = read_question(question, (), library)
    return asked, score_evidence(asked, find_candidates(asked, library))


def test_what_surely_answers_comes_first(library: Library) -> None:
    asked, weighed = _weigh(library, "What did the mayor do?")
    assert "mayor" in weighed.sentences[0].text
    before = next(each for each in weighed.sentences if "captain" in each.text)
    read = read_evidence(asked, weighed, Fixed("captain", 99.0), library)
    assert "captain" in read.sentences[0].text and "captain" in read.hits[0].passage.text
    assert read.sentences[0].rank == before.rank + SENTENCE
    assert len(read.sentences) == len(weighed.sentences)
    first = next(h for h in weighed.hits if h.passage == read.hits[0].passage)
    assert read.hits[0].score == first.score + PASSAGE


def test_no_passage_is_read_twice_and_not_too_many(library: Library) -> None:
    library.add_text("\n\n".join(f"A bridge has number {i}." for i in range(20)), title="A")
    library.add_text("\n\n".join(f"A bridge has number {i}." for i in range(20)), title="B")
    asked, weighed = _weigh(library, "Which number has a bridge?")
    reader = Fixed("bridge", 1.0)
    read_evidence(asked, weighed, reader, library)
    texts = [window.text for window in reader.seen]
    assert len(texts) == len(set(texts)) == READ


def test_a_short_passage_is_read_with_those_beside_it(library: Library) -> None:
    asked, weighed = _weigh(library, "Who designed the arch?")
    reader = Fixed("arch", 1.0)
    read_evidence(asked, weighed, reader, library)
    window = next(
        each for each in reader.seen if each.text[slice(*each.sentences[0])][:4] == "Engi"
    )
    assert [window.text[slice(*each)] for each in window.sentences] == [
        "Engineers from Porto designed the arch.",
        "They worked on it for three years.",
    ]
    assert "The mayor opened" in window.text and "A ferry had crossed" in window.text


def test_of_what_is_left_out_nothing_is_read(library: Library) -> None:
    asked = read_question("Who designed the arch?", (), library)
    (article,) = library.articles
    without = frozenset({(article.id, 1)})
    weighed = score_evidence(asked, find_candidates(asked, library, without))
    reader = Fixed("arch", 1.0)
    read_evidence(asked, weighed, reader, library, without)
    assert reader.seen and not any("mayor" in each.text for each in reader.seen)


def test_the_decision_sees_what_was_read(library: Library) -> None:
    asked, weighed = _weigh(library, "Who designed the arch?")
    signals = read_signals(asked, read_evidence(asked, weighed, TinyReader(), library))
    score = 10 * 3 / 4 - 5  # "designed", "the" and "arch" of four words
    assert signals.read == score
    assert signals.rank == pytest.approx(
        read_signals(asked, weighed).rank + SENTENCE * score / SURE
    )


def test_an_answer_is_surer_the_surer_the_reader_is(library: Library) -> None:
    question = "Who designed the arch?"
    no, yes = (ask(question, library=library, reader=Fixed("arch", s)) for s in (-9.0, 9.0))
    assert yes.confidence > no.confidence
    assert not yes.refused and yes.citations[0].quote == "Engineers from Porto designed the arch."
    assert "reading" in yes.timings and "reading" not in ask(question, library=library).timings


def test_the_short_answer_stands_in_its_quote(library: Library) -> None:
    answer = ask("Who designed the arch?", library=library, reader=Fixed("Porto", 9.0))
    (short,) = answer.short
    assert short.text == "Porto" == short.citation.article.text[short.start : short.end]
    assert short.citation in answer.citations
    assert short.citation.quote[slice(*short.inside)] == "Porto"
    (claim,) = answer.claims
    assert split_claim(claim, answer.short) == [
        ("Engineers from ", False),
        ("Porto", True),
        (" designed the arch.", False),
    ]


def test_retrieving_reads_too(library: Library) -> None:
    question = "What did the mayor do?"
    hits = retrieve(question, library=library, k=1, reader=Fixed("captain", 99.0))
    assert "captain" in hits[0].passage.text


def test_only_the_embedder_that_the_decision_knows_is_read_with(library: Library) -> None:
    assert choose_reader("fitted", library) is None
    reader = TinyReader()
    assert choose_reader(reader, library) is reader


def test_nothing_read_is_nothing_short(library: Library) -> None:
    answer = ask("Who designed the arch?", library=library)
    assert answer.short == ()
    _, weighed = _weigh(library, "Who designed the arch?")
    assert {each.read for each in weighed.sentences} == {NOT_READ}
