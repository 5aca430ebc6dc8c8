"""A visitor's own and the shared articles as one library: every public method, on both halves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.errors import LibraryError
from rag.llm.draft import Draft
from rag.llm.endpoint import Model
from ui.page.visits.joined_library import JoinedLibrary

BELL = "The bell was cast in Ghent. It weighs nine tons."

OWN_ALONE = {
    "open", "close", "embedder", "add", "add_text", "add_document", "adding", "sources", "drop",
    "stamp", "check", "writing", "embedder_name", "reindex", "place", "address", "folder",
    "read_only", "keep_at_most", "beside", "follow", "queue", "worked", "refuse_read_only",
}  # fmt: skip
"""What is of the own half alone, and says so: a visitor changes nothing that is shared."""

BOTH = {
    "articles", "entries", "find", "article", "newer", "paragraphs", "remove", "remove_all",
    "reading", "nearest", "match", "passages", "passages_of", "titles", "frequencies",
    "tables", "table_row", "page_boxes", "original", "original_seal", "languages_of",
}  # fmt: skip


@pytest.fixture
def joined(tmp_path: Path) -> Iterator[JoinedLibrary]:
    embedder = TinyEmbedder()
    with Library.open(tmp_path / "shared", embedder=embedder) as shared:
        shared.add_text(STORY, title="A bridge", source="story")
        own = JoinedLibrary.open(tmp_path / "own", embedder=embedder)
        assert isinstance(own, JoinedLibrary)
        own.shared = shared
        own.add_text(BELL, title="The bell", source="bell")
        yield own
        own.close()


def test_every_public_name_of_a_library_is_thought_of() -> None:
    public = {name for name, _ in inspect.getmembers(Library) if not name.startswith("_")}
    assert public == OWN_ALONE | BOTH
    assert {name for name in BOTH if name in vars(JoinedLibrary)} == BOTH


def test_words_of_both_halves_are_stemmed_in_their_languages(joined: JoinedLibrary) -> None:
    own = joined.add_text("Die Glocke ist in der Stadt, und das Haus ist bei der Brücke.")
    shared = joined.shared.add_text("El puente de la ciudad es el más largo de los que hay.")
    known = joined.languages_of([entry.id for entry in joined.entries])
    assert known == {own.id: "de", shared.id: "es"}
    assert [
        joined.passages([number])[number][0].article_id for number, _ in joined.match("puentes", 1)
    ] == [shared.id]


def test_both_halves_are_found_by_title_and_by_id(joined: JoinedLibrary) -> None:
    assert [article.title for article in joined.find()] == ["A bridge", "The bell"]
    assert [article.title for article in joined.find(title="bridge")] == ["A bridge"]
    assert [article.title for article in joined.find(title="bell")] == ["The bell"]
    for entry in joined.entries:
        assert joined.article(entry.id).title == entry.title
        assert joined.titles([entry.id]) == {entry.id: entry.title}
        assert joined.paragraphs(entry.id)


def test_a_replaced_article_of_either_half_is_told(joined: JoinedLibrary) -> None:
    story, bell = joined.articles
    joined.shared.add_text(STORY + "\n\nIt was painted.", title="A bridge", source="story")
    joined.add_text(BELL + " It is cracked.", title="The bell", source="bell")
    for old in (story, bell):
        newest = joined.newer(old.id)
        assert newest and newest.text.startswith(old.text)


def test_the_tables_of_either_half_are_found(joined: JoinedLibrary) -> None:
    tables = [joined.shared, joined]
    for library, bell in zip(tables, ("iron", "bronze"), strict=True):
        text = f"| Bell | Tons |\n| --- | --- |\n| {bell} | 9 |"
        article = library.add_text(text, title=bell, source=bell)
        (table,) = joined.tables(article.id)
        row = joined.table_row(article.id, table.rows[0].start)
        assert row and row.label
        assert article.text[row.label.start : row.label.end] == bell


def test_what_is_shared_is_not_removed(joined: JoinedLibrary) -> None:
    story, bell = joined.articles
    for remove in (joined.remove, lambda each: joined.remove_all([each])):
        with pytest.raises(LibraryError, match="not an article that you have added"):
            remove(story.id)
    assert joined.shared.article(story.id)
    assert joined.remove(bell.id) == bell
    assert joined.articles == (story,)


def test_passages_of_the_same_row_in_both_halves_are_two(joined: JoinedLibrary) -> None:
    with joined.reading():
        vector = TinyEmbedder().encode(["the bell of the bridge"], query=True)[0].vector
        found = joined.passages([number for number, _ in joined.nearest(vector, 50)])
    assert {passage.id for passage, _ in found.values()} == set(found)
    own = [passage for number, (passage, _) in found.items() if number < 0]
    shared = [passage for number, (passage, _) in found.items() if number > 0]
    assert {-passage.id for passage in own} & {passage.id for passage in shared}


def test_a_model_reads_the_passage_that_answers_from_either_half(joined: JoinedLibrary) -> None:
    from rag import ask
    from rag.question.encode import read_question
    from rag.retrieval.candidates import find_candidates
    from rag.retrieval.late_interaction import score_evidence

    with joined.reading():
        for question in ("Where was the bell cast?", "Who designed the arch?"):
            asked = read_question(question, (), joined)
            scored = score_evidence(asked, find_candidates(asked, joined))
            extractive = ask(question, library=joined)
            model = Model("http://127.0.0.1:1/v1", "none")
            draft = Draft(extractive, [(asked, scored)], joined, model, "")
            read = {passage.text for passage in draft.excerpts}
            assert {hit.passage.text for hit in scored.hits[:10]} == read
