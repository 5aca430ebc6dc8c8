"""The drawn corpus counts like the real one, and exact search is what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tiny import TinyEmbedder

from eval.bench.large.__main__ import FIELDS, _slope, to_table
from eval.bench.large.asked import Asked, _hits, _share
from eval.bench.large.backends import TOGETHER, Beside, ask_together, compare, store_one
from eval.bench.large.backends import to_table as compared_table
from eval.bench.large.drawn import PARAGRAPHS, DrawnEmbedder, Writer, read_real
from eval.bench.large.exact import fused, matched_by_words, nearest_vectors
from index import Library
from rag.question.encode import read_question
from rag.retrieval.candidates import find_candidates

TEXT = "\n\n".join(
    f"The {animal} of the {place} was seen by {count} people."
    for count, animal in enumerate(("fox", "owl", "hare", "crane", "wolf"))
    for place in ("river", "harbour", "mill")
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "l", embedder=TinyEmbedder()) as opened:
        opened.add_text(TEXT, title="Animals")
        yield opened


def test_a_real_passage_keeps_its_encoding_and_a_drawn_one_is_a_function_of_its_text(
    library: Library,
) -> None:
    real = read_real(library)
    drawn = DrawnEmbedder(real, TinyEmbedder())
    known = real.passages[3].text
    (first,) = drawn.encode([known])
    assert (first.vector == TinyEmbedder().encode([known])[0].vector).all()
    one, other, again = drawn.encode(["An owl slept.", "A wolf ran.", "An owl slept."])
    assert (one.vector == again.vector).all()
    assert (one.token_vectors == again.token_vectors).all()
    assert not (one.vector == other.vector).all()
    for rows in (one.vector[None], one.token_vectors, other.token_vectors):
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    # "owl" has been seen, so that its vector is one that "owl" had.
    assert one.token_vectors[1] @ TinyEmbedder().encode(["owl"])[0].vector == pytest.approx(1.0)


def test_an_article_is_the_same_each_time_and_different_from_the_next(library: Library) -> None:
    writer = Writer(read_real(library), common=6)
    assert writer.article(1) == Writer(read_real(library), common=6).article(1)
    assert writer.article(1) != writer.article(2)
    title, text = writer.article(1)
    assert title.endswith(" 1")
    assert text.count("\n\n") == PARAGRAPHS - 1


def test_common_words_stay_and_others_are_drawn_as_often_as_they_occur(library: Library) -> None:
    words = Writer(read_real(library), common=6).article(1)[1].split()
    of_all = {word: words.count(word) / len(words) for word in ("The", "owl", "mill")}
    assert of_all["The"] == pytest.approx(1 / 10, abs=0.02)
    assert 0.01 < of_all["owl"] < 0.06


def test_exact_search_finds_what_a_small_library_finds(library: Library) -> None:
    questions = ("Who saw the owl of the mill?", "the harbour wolf")
    read = [read_question(text, (), library) for text in questions]
    nearest, matched = nearest_vectors(library.folder, read), matched_by_words(library.folder, read)
    for place, question in enumerate(read):
        found = dict(library.nearest(question.vector, 5))
        assert list(nearest[place].values())[:5] == pytest.approx(list(found.values()))
        assert matched[place][0] == library.match(question.searched, 1)[0][0]
        exact = _hits(question, fused(library, nearest[place], matched[place]))
        assert exact[0] == _hits(question, find_candidates(question, library))[0]


def test_a_hit_is_a_passage_that_touches_the_gold(library: Library) -> None:
    (article,) = library.entries
    start = TEXT.index("The owl of the mill")
    asked = Asked("?", [(article.id, start + 4, start + 7)])
    numbers = [number for number, _ in library.match("owl mill", 1)]
    found = [passage for passage, _ in library.passages(numbers).values()]
    assert _share([asked], [found]) == 1.0
    assert _share([asked, Asked("?", [(article.id, 0, 3)])], [found, found]) == 0.5
    assert _share([asked], [[]]) == 0.0


def test_the_table_has_a_line_for_each_size_and_the_exponents() -> None:
    rows = [dict.fromkeys(FIELDS, 1.0) | {"size": size, "add_s": size / 50} for size in (100, 1000)]
    assert _slope(rows, "add_s") == pytest.approx(1.0)
    assert _slope(rows, "open_s") == pytest.approx(0.0)
    assert to_table(rows).row_count == 3


def test_two_libraries_agree_as_far_as_they_hold_the_same(library: Library, tmp_path: Path) -> None:
    asked = ["Who saw the fox of the river?", "Who saw the owl of the mill?"]
    with Library.open(tmp_path / "other", embedder=TinyEmbedder()) as other:
        other.add_text(TEXT, title="Animals")
        same = compare(library, other, asked)
        assert (same.answers, same.hits) == (1.0, 1.0)
        assert len(same.folder) == len(same.database) == 2
        table = compared_table(same, 15, 1.0, [Beside(0.1, [9.0, 17.0, 18.0])] * 2)
        assert len(table.columns) == 4 + len(TOGETHER) and table.row_count == 2
    with Library.open(tmp_path / "less", embedder=TinyEmbedder()) as less:
        less.add_text("The fox of the river was seen by 7 people.", title="Animals")
        assert compare(library, less, asked).answers < 1


def test_processes_ask_one_library_at_once_and_one_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="has failed"):
        ask_together(str(tmp_path / "none"), ["Who saw the owl?"], 1)


def test_what_is_added_to_be_timed_is_removed_again(library: Library) -> None:
    before = [entry.id for entry in library.entries]
    assert store_one(library, 15) > 0
    assert [entry.id for entry in library.entries] == before
