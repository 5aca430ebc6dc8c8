"""From a question to an answer, on an embedder whose scores can be computed by hand."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import TinyEmbedder

from index import Library
from index.errors import CitationError, LibraryError, QuestionError
from index.types import Encoding, Passage, PassageTokens, Sentence
from rag import Turn, ask, retrieve
from rag.answer.citation import quote_at
from rag.libraries import library_of
from rag.question.encode import Question, read_question
from rag.retrieval.candidates import Candidate, find_candidates
from rag.retrieval.late_interaction import score_evidence


def test_the_answer_is_the_sentence_that_says_it(library: Library) -> None:
    answer = ask("Who designed the arch?", library=library)
    assert answer.text == "Engineers from Porto designed the arch. [1]"
    assert not answer.refused
    (citation,) = answer.citations
    assert (citation.title, citation.paragraph, citation.number) == ("A bridge", 2, 1)
    assert citation.article.text[citation.start : citation.end] == citation.quote
    assert answer.claims[0].citations == (citation,)


def test_what_the_article_does_not_speak_of_is_refused_with_the_nearest_places(
    library: Library,
) -> None:
    answer = ask("Which ferry captain won the Mozart prize?", library=library, k=2)
    assert answer.refused
    assert answer.citations == answer.claims == ()
    assert answer.nearest
    for place in answer.nearest:
        assert place.article.text[place.start : place.end] == place.quote


def test_nothing_is_near_where_no_telling_word_is_met(library: Library) -> None:
    answer = ask("Which orchestra played Mozart?", library=library)
    assert answer.refused
    assert all(place.lacks.startswith("speaks of") for place in answer.nearest)


def test_an_empty_library_refuses(tmp_path: Path, tiny: TinyEmbedder) -> None:
    with Library.open(tmp_path / "empty", embedder=tiny) as library:
        answer = ask("Who designed the arch?", library=library)
        assert answer.refused and answer.nearest == ()
        assert retrieve("Who designed the arch?", library=library) == ()


def test_the_follow_up_borrows_from_the_question_before(library: Library) -> None:
    history = [Turn("Who designed the arch?", "Engineers from Porto designed the arch.")]
    assert ask("How long did they work on it?", library=library).text != ""
    answer = ask("And when did they do it?", library=library, history=history)
    assert answer.citations[0].paragraph == 2


def test_scores_are_what_they_are_by_hand(library: Library) -> None:
    """Two of the question's three words are in the second paragraph, one in the first."""
    hits = retrieve("engineers designed bridge", library=library)
    assert [hit.passage.paragraph for hit in hits[:2]] == [2, 1]
    # Equally rare words: two thirds match, in the paragraph and in its sentence. The paragraph has
    # 13 words once and a full stop twice, so its length is the root of 17.
    cosine = 2 / (3 * 17) ** 0.5
    assert hits[0].score == pytest.approx(2 / 3 + 2 / 3 + 0.2 * cosine, abs=1e-3)


def test_retrieve_gives_at_most_k_hits_with_a_sentence_of_their_own(library: Library) -> None:
    hits = retrieve("the ferry and the bridge", library=library, k=2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    for hit in hits:
        assert hit.sentence in hit.passage.sentences


def test_left_out_paragraphs_are_never_cited(library: Library) -> None:
    found = ask("Who designed the arch?", library=library).citations[0]
    place = (found.article_id, found.paragraph)
    answer = ask("Who designed the arch?", library=library, without=frozenset({place}))
    cited = [*answer.citations, *answer.nearest]
    assert place not in {(c.article_id, c.paragraph) for c in cited}


def test_asking_never_encodes_a_passage_again(library: Library, tiny: TinyEmbedder) -> None:
    before = tiny.encoded
    ask("Who designed the arch?", library=library)
    assert tiny.encoded == before + 1


def test_answer_prints_its_quotes_with_their_places(library: Library) -> None:
    answer = ask("Who designed the arch?", library=library)
    found = answer.citations[0]
    assert str(answer).splitlines() == [
        f"Engineers from Porto designed the arch. [1] ({answer.certainty})",
        "",
        f"[1] A bridge, paragraph 2, {found.start}–{found.end}: "
        '"Engineers from Porto designed the arch."',
    ]


@pytest.mark.parametrize("question", ["", "  \n", "?!", "\u00a0"])
def test_no_question_is_one_clear_line(library: Library, question: str) -> None:
    with pytest.raises(QuestionError, match=r"^there is no question: [^\n]+$"):
        ask(question, library=library)


def test_a_question_that_is_a_book_is_refused_with_the_limit(library: Library) -> None:
    with pytest.raises(QuestionError, match=r"100,000 characters, the limit is 2,000"):
        ask("?" + "why" * 33_333, library=library)


def test_what_cannot_be_meant_is_refused_not_guessed(library: Library, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The tower is 90 metres high.", encoding="utf-8")
    for options, says in (
        ({"articles": [note], "library": library}, "both given"),
        ({"articles": [], "library": library}, "both given"),
        ({"articles": []}, "articles is empty: name one"),
        ({"library": library, "k": -1}, "k is -1"),
    ):
        with pytest.raises(QuestionError, match=says):
            ask("Who?", **options)  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match="k is -1"):
        retrieve("Who?", library=library, k=-1)
    assert ask("How high is the tower?", articles=note).citations[0].source == str(note)


def test_a_folder_that_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="add an article to it first"):
        ask("Who?", library=tmp_path / "nothing")


def test_files_are_indexed_once_and_an_edited_file_is_another(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("The tower is 90 metres high.", encoding="utf-8")
    first = ask("How high is the tower?", articles=[file])
    again = ask("How high is the tower?", articles=[file])
    assert first.citations == again.citations
    assert library_of([file]) is library_of([file])
    file.write_text("The tower is 95 metres high.", encoding="utf-8")
    assert ask("How high is the tower?", articles=[file]).text == "The tower is 95 metres high. [1]"


_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc"]),
        st.sampled_from("ab .!?\n\n\u00a0\u0301é😀👨‍👩‍👧عربي中文。\u200f\u2028“”"),
    ),
    min_size=1,
    max_size=300,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_TEXT)
def test_a_citation_is_what_stands_there_on_any_text(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    story = f"{text}\n\nThe red fox ran. {text} It was quick."
    with Library.open(folder / "library", embedder=TinyEmbedder()) as library:
        article = library.add_text(story, title="any")
        answer = ask(f"fox {text[:50]}", library=library, k=9)
        for place in (*answer.citations, *answer.nearest):
            assert article.text[place.start : place.end] == place.quote != ""
        for hit in retrieve("red fox", library=library):
            passage = hit.passage
            assert article.text[passage.start : passage.end] == passage.text


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 4), (0, 10_000)])
def test_a_range_that_is_not_in_the_article_is_an_error(
    library: Library, start: int, end: int
) -> None:
    with pytest.raises(CitationError, match="not a range"):
        quote_at(library.articles[0], start, end)


def test_a_question_in_the_article_is_not_its_own_answer(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text("Who pays for the bridge? The county pays for the bridge.", title="Q")
        assert ask("Who pays for the bridge?", library=library).text == (
            "The county pays for the bridge. [1]"
        )


def test_one_file_may_be_named_without_a_list(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("The tower is 90 metres high.", encoding="utf-8")
    assert ask("How high is the tower?", articles=str(file)).citations[0].source == str(file)


def test_only_the_articles_that_are_chosen_are_searched(library: Library) -> None:
    other = library.add_text("Engineers from Lyon designed the arch of the station.", title="Lyon")
    bridge = next(article for article in library.articles if article.title == "A bridge")
    question = "Who designed the arch?"
    for chosen in (other, bridge):
        answer = ask(question, library=library, within=[chosen.id])
        assert {citation.article_id for citation in answer.citations} == {chosen.id}
        hits = retrieve(question, library=library, within=[chosen.id])
        assert {hit.passage.article_id for hit in hits} == {chosen.id}
    assert ask(question, library=library, within=[]).nearest == ()


def test_a_sentence_that_only_announces_is_cited_with_the_one_that_says_it(
    tmp_path: Path, tiny: TinyEmbedder
) -> None:
    with Library.open(tmp_path / "views", embedder=tiny) as library:
        library.add_text("Rivers are long.\n\nAnna Weiss sees two sides. It is cheap and loud.")
        answer = ask("Which sides does Anna Weiss see?", library=library)
        assert [c.quote for c in answer.citations] == [
            "Anna Weiss sees two sides.",
            "It is cheap and loud.",
        ]
        library.add_text("Paul Ferrer sees Porto. It is cheap and loud.")
        library.add_text("Ines Roth won four cups. It is cheap and loud.")
        (citation,) = ask("How many cups has Ines Roth won?", library=library).citations
        assert citation.quote == "Ines Roth won four cups."
        library.add_text("Olga Lund sees two views. Who wrote it?")
        (citation,) = ask("Which views does Olga Lund see?", library=library).citations
        assert citation.quote == "Olga Lund sees two views."
        (citation,) = ask("Which town does Paul Ferrer see?", library=library).citations
        assert citation.quote == "Paul Ferrer sees Porto."


def test_another_number_is_no_match(tmp_path: Path, tiny: TinyEmbedder) -> None:
    class Alike(TinyEmbedder):
        """To it, all numbers are nearly the same."""

        def _encode(self, text: str, query: bool) -> Encoding:
            return super()._encode(re.sub(r"\d", "9", text), query)

    with Library.open(tmp_path / "towns", embedder=Alike()) as library:
        library.add_text("The bridge of town 416 is long.\n\nTown 1,417 has a ferry.")
        scores = {}
        for number in ("416", "417"):
            asked = read_question(f"Is the bridge of town {number} long", (), library)
            found = score_evidence(asked, find_candidates(asked, library)).sentences[0]
            scores[number] = found.score
        assert scores["416"] == pytest.approx(1.0, abs=0.01)
        assert scores["417"] < 0.9


@pytest.mark.bitwise
@pytest.mark.parametrize("seed", range(60))
def test_equal_sentences_rank_alike_wherever_they_stand(seed: int) -> None:
    """A matrix product may round a row by its place; then equal articles would not be in order."""
    draw = np.random.default_rng(seed)
    words, copies = int(draw.integers(3, 25)), int(draw.integers(2, 40))
    asked = draw.normal(size=(words, 384)).astype(np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    weights = draw.random(words).astype(np.float32)
    weights /= weights.sum()
    question = Question(
        "", "", ("word",) * words, (True,) * words, tuple(range(words)), asked[0], asked, weights
    )
    vectors = draw.integers(-127, 127, size=(20, 384)).astype(np.int8)
    half = "aa bb cc dd ee ff gg hh ii jj."
    text, sentences = f"{half} {half}", (Sentence(0, 30), Sentence(31, 61))
    ranges = [(3 * k + (k > 9), 3 * k + 2 + (k > 9)) for k in range(20)]
    tokens = PassageTokens(np.arange(20, dtype=np.int32), np.array(ranges, np.int32), vectors)
    found = score_evidence(
        question,
        [
            Candidate(
                Passage(f"a{n:02}", 1, 0, 61, text, sentences, 20, id=n + 1), "-", tokens, 0.5
            )
            for n in range(copies)
        ],
    )
    ids = [hit.passage.article_id for hit in found.hits]
    assert ids == sorted(ids) and len({hit.score for hit in found.hits}) == 1
