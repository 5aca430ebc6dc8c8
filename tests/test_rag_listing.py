"""A list has every place that answers, once, and a comparison a row for each article."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from taking import exported
from tiny import TinyEmbedder
from tiny_reader import Fixed

from index import Library
from index.errors import QuestionError
from index.parse.document import parse_text
from rag import Answer, ask
from rag.answer.consistent import find_faults
from rag.answer.export import answer_json, export_answer, read_export
from rag.answer.verify import Standing, verify
from rag.listing import looking
from rag.listing.compare import compare_articles
from rag.listing.list_all import list_all, surface
from rag.listing.parts import split_listed
from rag.listing.series import series_of
from rag.listing.types import Comparison, Listing
from ui.cli.answer import print_answers
from ui.page.render.messages import answered

PARTNERS = (
    "The ring is a large project. Vodafone, Orange and China Mobile are partners in the ring.\n\n"
    "Herons nest on the masts.\n\nLater the company Vodafone left the partners of the ring."
)
ASKED = "Which are the partners in the ring?"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        yield library


def _listed(library: Library, text: str, word: str, asked: str = ASKED) -> Listing:
    library.add_text(text, title="The ring")
    return list_all(asked, library, Fixed(word, 9.0))


def _items(answer: Listing) -> list[str]:
    return [item.text for item in answer.items]


def test_a_series_is_taken_whole_and_equal_items_are_merged(empty: Library) -> None:
    answer = _listed(empty, PARTNERS, "Vodafone")
    assert _items(answer) == ["Vodafone", "Orange", "China Mobile"]
    assert answer.rows[0] == "Vodafone, 2 places [1] [2]"
    assert answer.notes == ("3 items; all of 4 passages were looked at.",)
    for item in answer.items:
        for short in item.places:
            assert short.citation.article.text[short.start : short.end] == short.text
            assert short.citation.quote[slice(*short.inside)] == short.text
    starts = [citation.start for citation in answer.citations]
    assert starts == sorted(starts)


def test_it_is_a_refusal_if_nothing_is_sure(empty: Library) -> None:
    empty.add_text(PARTNERS, title="The ring")
    answer = list_all(ASKED, empty, Fixed("Vodafone", -5.0))
    assert answer.refused and not answer.items and not answer.citations
    assert len(answer.nearest) == 3 and answer.unanswered == (ASKED,)


def test_no_more_than_the_limit_is_read_and_it_says_so(
    empty: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LIMIT", 2)
    answer = _listed(empty, PARTNERS, "Vodafone")
    assert answer.looked == 2 and not answer.everything
    assert answer.notes[0].endswith("the first 2 passages were looked at, there are more.")


def test_a_list_below_a_colon_is_its_items(empty: Library) -> None:
    text = "Guests of the hut:\n\n- bring a bag\n\n- leave the dog\n\nA night costs 92 francs."
    answer = _listed(empty, text, "Guests", "What are guests of the hut to do?")
    assert _items(answer) == ["bring a bag", "leave the dog"]


def test_sentences_that_were_counted_are_the_items(empty: Library) -> None:
    text = "The post names two kinds of help. It would build halls. It would lend money."
    answer = _listed(empty, text, "two kinds", "Which kinds of help are named?")
    assert _items(answer) == ["It would build halls", "It would lend money"]
    assert answer.confidence == pytest.approx(0.85, abs=0.1)
    made = "Four feed the grid: three mills, a panel and a boiler."
    sources = _listed(empty, made, "Four", "What feeds the grid?")
    assert _items(sources) == ["three mills", "a panel", "a boiler"]
    longer = text + " Nobody knows when that would be."
    assert _listed(empty, longer, "three kinds").refused


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Vodafone, Orange and China Mobile", ["Vodafone", "Orange", "China Mobile"]),
        ("how they use and steer it, and markets", ["how they use and steer it", "markets"]),
        ("one, of two; the other, of three", ["one, of two", "the other, of three"]),
        ("20,000 containers", ["20,000 containers"]),
        ("", []),
    ],
)
def test_a_series_is_parted(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in split_listed(text, 0, len(text))] == parts


@pytest.mark.parametrize(
    ("text", "words", "series"),
    [
        ("There are AWS, Azure and Iris here.", "AWS", "AWS, Azure and Iris"),
        ("There are AWS, Azure and Iris here.", "Iris", "AWS, Azure and Iris"),
        ("Three elements: people decide, and markets stay.", "people", None),
        ("He likes privacy, calm and the sea.", "privacy, calm", "privacy, calm and the sea"),
        ("The mill was built in 1900.", "1900", "1900"),
        ("So says Ann Lee, an adviser on trade and war.", "Ann Lee", "Ann Lee"),
    ],
)
def test_a_series_is_found_from_a_part_of_it(text: str, words: str, series: str | None) -> None:
    start = text.index(words)
    first, last = series_of(text, start, start + len(words))
    assert text[first:last] == (series or "people decide, and markets stay.")


def test_a_surface_is_without_its_article_and_its_marks() -> None:
    assert surface("The Financial Times,") == surface("financial  times") == "financial times"
    assert surface("$9.6 billion") != surface("96 billion")


def test_a_list_is_verified_as_any_answer(empty: Library, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    export_answer(_listed(empty, PARTNERS, "Vodafone"), file)
    assert {each.standing for each in verify(file, library=empty)} == {Standing.EXACT}


def test_a_list_is_shown_as_one(empty: Library) -> None:
    answer = _listed(empty, PARTNERS, "Vodafone")
    shown = answered(answer, empty)["content"]
    assert "- <strong>Orange</strong>\u00a0[1]" in shown and "3 items; all of 4 passages" in shown
    assert "- **Orange** [1]" in exported([(ASKED, answer)])
    assert str(answer).startswith("- Vodafone, 2 places [1] [2]\n- Orange [1]\n")


OLD = "The harbour master is Ada Holt.\n\nA berth costs 1,200 crowns a day."
NEW = "The harbour master is Jon Vesely.\n\nA berth costs 1,200 crowns a day."
BARE = "Herons nest on the masts of the town."


def _harbours(library: Library) -> list[str]:
    ids = []
    for text, published in ((BARE, None), (NEW, "2022-09-02"), (OLD, "2019-05-10")):
        document = parse_text(text, source=f"of {published}", title=f"Harbour {published}")
        ids.append(library.add_document(replace(document, published=published)).id)
    return ids


def _compared(library: Library, asked: str, words: Sequence[str]) -> Comparison:
    def answer_of(question: str, within: Collection[str] | None) -> Answer:
        (text,) = (library.article(each).text for each in within or ())
        word = next((word for word in words if word in text), "nothing")
        return ask(question, library=library, within=within, reader=Fixed(word, 9.0))

    return compare_articles(asked, library, _harbours(library), answer_of)


def test_articles_are_compared_from_the_oldest_on(empty: Library) -> None:
    asked = "Who is the harbour master?"
    answer = _compared(empty, asked, ["Ada Holt", "Jon Vesely"])
    assert answer.rows == (
        "Harbour 2019-05-10, 2019-05-10: The harbour master is Ada Holt. [1]",
        "Harbour 2022-09-02, 2022-09-02: The harbour master is Jon Vesely. [2]",
        "Harbour None: does not say",
    )
    said = "They differ. 2019-05-10: Ada Holt; 2022-09-02: Jon Vesely."
    assert answer.apart and answer.notes == (said,)
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote
    shown = answered(answer, empty)["content"]
    assert "The harbour master is <strong>Ada Holt</strong>.\u00a0[1] |" in shown
    assert "| *does not say* |" in shown and said in shown


def test_the_same_value_does_not_differ(empty: Library) -> None:
    answer = _compared(empty, "What does a berth cost a day?", ["1,200"])
    assert len(answer.citations) == 2 and not answer.apart and not answer.notes


def test_where_none_says_it_the_comparison_is_a_refusal(empty: Library) -> None:
    answer = _compared(empty, "Who painted the ceiling of the chapel?", [])
    assert answer.refused and not answer.citations and len(answer.cells) == 3


def test_one_article_is_compared_with_none(empty: Library) -> None:
    with pytest.raises(QuestionError, match="fewer than two"):
        compare_articles("Who?", empty, _harbours(empty)[:1] * 2, lambda _, __: ask("Who?"))


def test_the_terminal_prints_items_and_rows(
    empty: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answers(iter([_listed(empty, PARTNERS, "Vodafone")]), as_json=False, failed=False)
    said = capsys.readouterr().out
    assert said.startswith("- Vodafone, 2 places [1] [2]\n- Orange [1]\n- China Mobile [1]\n")
    assert "3 items; all of " in said and "partners in the ring.”" in said


def test_items_and_cells_are_exported_and_hold_together(empty: Library, tmp_path: Path) -> None:
    compared = _compared(empty, "Who is the harbour master?", ["Ada Holt", "Jon Vesely"])
    listed = _listed(empty, PARTNERS, "Vodafone")
    for answer in (compared, listed):
        export_answer(answer, tmp_path / "answer.json")
        kept = read_export(tmp_path / "answer.json")
        assert not [*find_faults(kept)]
    cells = answer_json(compared)["cells"]
    assert [(cell["dated"], cell["citation"]) for cell in cells] == [
        ("2019-05-10", 1),
        ("2022-09-02", 2),
        (None, None),
    ]
    assert cells[1]["short"]["text"] == "Jon Vesely" and cells[2]["short"] is None
    assert answer_json(compared)["differ"] is True
    items = answer_json(listed)["items"]
    assert [item["text"] for item in items] == _items(listed)
    assert len(items[0]["places"]) == 2
    for place in items[0]["places"]:
        text = listed.citations[place["citation"] - 1].article.text
        assert text[place["start"] : place["end"]] == place["text"]


def test_an_item_or_a_cell_that_is_not_in_its_quote_is_found(
    empty: Library, tmp_path: Path
) -> None:
    export_answer(_listed(empty, PARTNERS, "Vodafone"), tmp_path / "list.json")
    kept = read_export(tmp_path / "list.json")
    kept["items"][0]["text"] = "Telefonica"
    kept["items"][1]["places"][0]["start"] += 1
    faults = [*find_faults(kept)]
    assert any("'Telefonica' is called otherwise" in fault for fault in faults)
    assert any("'Orange' is not in a quote" in fault for fault in faults)
    answer = _compared(empty, "Who is the harbour master?", ["Ada Holt", "Jon Vesely"])
    export_answer(answer, tmp_path / "compared.json")
    kept = read_export(tmp_path / "compared.json")
    kept["cells"][0]["citation"] = 9
    assert any("cites a quote that is not there" in fault for fault in find_faults(kept))
