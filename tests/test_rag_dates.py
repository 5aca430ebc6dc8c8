"""Articles of different dates that say different things: all are cited, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from taking import exported
from tiny import TinyEmbedder

from index import Library
from index.parse.document import parse_text
from rag import Answer, ask
from rag.answer.export import export_answer, read_export
from rag.answer.verify import Standing, verify
from rag.reader.dates import differ
from ui.page.render.messages import answered

OLD = "The new bridge over the Minho cost 12 million euros.\n\nHerons nest on its piers."
NEW = "The new bridge over the Minho cost 15 million euros.\n\nA toll is paid by lorries."
COST = "What did the new bridge over the Minho cost?"
LINE = "The articles are of different dates (2023-06-01, 2021-02-03): newest first."


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        yield library


def _add(library: Library, text: str, published: str | None) -> None:
    document = parse_text(text, source=f"of {published} {len(text)}", title="The Minho")
    library.add_document(replace(document, published=published))


def _dates(answer: Answer) -> list[str | None]:
    return [citation.article.published for citation in answer.citations]


@pytest.mark.parametrize("turned", [False, True])
def test_both_are_cited_and_the_newest_first(empty: Library, turned: bool) -> None:
    both = [(OLD, "2021-02-03"), (NEW, "2023-06-01")]
    for text, published in reversed(both) if turned else both:
        _add(empty, text, published)
    answer = ask(COST, library=empty)
    assert _dates(answer) == ["2023-06-01", "2021-02-03"]
    assert "15 million euros. [1]" in answer.text and "12 million euros. [2]" in answer.text
    assert answer.several_dates and answer.notes == (LINE,)
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("text", "published"),
    [
        (NEW, None),
        (NEW, "2021-02-03"),
        (NEW, "2021"),
        (OLD.replace("Herons nest", "Storks nest"), "2023-06-01"),
        ("The old ferry over the Minho cost 2 euros.\n\nIt was slow.", "2023-06-01"),
    ],
    ids=["not dated", "the same day", "perhaps the same day", "the same words", "something else"],
)
def test_nothing_is_added_where_there_are_no_two_answers(
    empty: Library, text: str, published: str | None
) -> None:
    _add(empty, OLD, "2021-02-03")
    _add(empty, text, published)
    answer = ask(COST, library=empty)
    assert len(answer.citations) == 1
    assert not answer.several_dates and answer.notes == ()


def test_of_many_dates_the_newest_are_cited_beside_the_best(empty: Library) -> None:
    for year in range(2015, 2024):
        _add(empty, NEW.replace("15 million", f"{year - 2000} million"), f"{year}-01-01")
    answer = ask(COST, library=empty)
    assert answer.several_dates
    dates = _dates(answer)
    assert len(dates) <= 3 and "2023-01-01" in dates and "2022-01-01" in dates
    assert dates == sorted(dates, key=str, reverse=True)


def test_one_article_is_not_touched(empty: Library) -> None:
    _add(empty, f"{OLD}\n\n{NEW}", "2021-02-03")
    answer = ask(COST, library=empty)
    assert not answer.several_dates


def test_every_face_says_so_and_the_file_is_verified(empty: Library, tmp_path: Path) -> None:
    _add(empty, OLD, "2021-02-03")
    _add(empty, NEW, "2023-06-01")
    answer = ask(COST, library=empty)
    assert LINE in str(answer)
    shown = [answered(answer, empty)["content"], exported([(COST, answer)])]
    assert all("newest first" in each for each in shown)
    path = tmp_path / "answer.json"
    export_answer(answer, path)
    assert read_export(path)["several_dates"] is True
    assert [each.standing for each in verify(path, library=empty)] == [Standing.EXACT] * 2


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("It cost 12 million euros.", "It cost €15 million.", True),
        ("It cost 12 million euros.", "It cost €12 million.", False),
        ("It opened in 2021.", "It opened in 2023.", True),
        ("It opens on 3 May.", "It opens on 4 June 2023.", True),
        ("It opens on 3 May.", "It opens on 3 May 2023, a holiday.", False),
        ("It was designed in Porto.", "It was designed in Lisbon.", True),
        ("It was designed in Porto.", "It was designed in Porto, by Anna Reis.", False),
        ("It is long.", "It is 12 metres long.", False),
    ],
)
def test_what_only_says_more_does_not_differ(one: str, other: str, apart: bool) -> None:
    assert differ(one, other) == differ(other, one) == apart
