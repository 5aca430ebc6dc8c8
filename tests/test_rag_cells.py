"""The cell of a table that answers, on an embedder whose scores can be computed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tiny import TinyEmbedder

from index import Library
from index.embed.embedder import load_embedder
from rag import Answer, ask
from rag.answer.export import answer_json
from rag.cells.agreement import numbers_of
from rag.cells.choice import doubted, fitted_choice, shares
from rag.cells.options import NAMES, Held
from rag.cells.sums import NOT_COMPUTED, fitted_sums, wants_sum
from rag.question.purpose import OPENING

FERRY = """# Ferry

Passengers by line (in thousands):

| Line | 2022 | 2023 |
| --- | ---: | ---: |
| **North** | | |
| Adults | 310 | 342 |
| Children | 41 | 39 |
| **South** | | |
| Adults | 120 | 131 |
"""

BARE = """# Harbour

Ships by flag:

| Flag | | |
| --- | ---: | ---: |
| Norway | 12 | 15 |
"""


STATEMENT = """# Statement of income

In thousands of euros, for the years ended December 31:

| | 2023 | 2022 | 2021 |
| --- | ---: | ---: | ---: |
| Net revenue | 4,571 | 4,120 | 3,987 |
| Cost of goods sold | 2,204 | 2,115 | 2,090 |
| Administrative expenses | 611 | 598 | 573 |
| Operating profit | 1,756 | 1,407 | 1,324 |
"""


@pytest.fixture
def ferry(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=60)) as library:
        library.add_text(FERRY)
        yield library


def shorts(answer: Answer) -> list[str]:
    return [short.text for short in answer.short]


def test_numbers_in_words_and_digits_are_the_same() -> None:
    assert numbers_of("the second quarter, Q1 and 31,285") == {"2", "1", "31285"}
    assert numbers_of("Three Months Ended June 30, 2023") == {"3", "30", "2023"}


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("North Adults 2022 passengers by line?", "310"),
        ("North Adults 2023 passengers by line?", "342"),
        ("South Adults 2023 passengers by line?", "131"),
        ("North Children 2022 passengers by line?", "41"),
    ],
)
def test_label_group_and_year_choose_the_cell(ferry: Library, question: str, cell: str) -> None:
    answer = ask(question, library=ferry, reader=None)
    assert shorts(answer) == [cell]
    (citation,) = answer.citations
    text = citation.article.text
    assert text[answer.short[0].start : answer.short[0].end] == cell
    assert cell in citation.quote


def test_a_year_that_no_column_has_is_refused_with_those_that_it_has(ferry: Library) -> None:
    answer = ask("North Adults 1998 passengers by line?", library=ferry, reader=None)
    assert answer.refused
    assert answer.notes == ("The table has 2022 and 2023.",)
    assert answer_json(answer)["note"] == answer.note
    quotes = [each.quote for each in answer.nearest]
    assert "Adults" in quotes[0]
    assert any("2022" in quote and "2023" in quote for quote in quotes)
    for each in answer.nearest:
        assert each.article.text[each.start : each.end] == each.quote


def test_of_two_years_both_cells_are_cited_and_nothing_is_computed(ferry: Library) -> None:
    answer = ask("North Adults 2022 2023 passengers by line?", library=ferry, reader=None)
    assert shorts(answer) == ["310", "342"]
    assert len(answer.citations) == 1
    assert answer.notes == (NOT_COMPUTED,)


def test_where_nothing_tells_two_cells_apart_none_is_marked(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=60)) as library:
        library.add_text(BARE)
        answer = ask("Norway ships by flag?", library=library, reader=None)
    assert "Norway" in answer.citations[0].quote
    assert answer.short == ()
    assert answer.certainty != "sure"


class Says:
    """A cell that says ``value``, in a row of ``values``."""

    def __init__(self, value: str, values: tuple[str, ...]) -> None:
        self.value, self.values = value, values


def held(value: str, *others: str) -> Held:
    return Held((Says(value, (value, *others)),), (), np.zeros(1), frozenset())  # type: ignore[arg-type]


def test_a_chance_is_shared_by_rows_that_say_something_else() -> None:
    apart = [held("5"), held("6"), held("7")]
    assert shares(np.zeros(3), apart, 0) == pytest.approx((1 / 3, 1.0))
    alike = [held("$ 5"), held("5"), held("7")]
    assert shares(np.zeros(3), alike, 0) == pytest.approx((2 / 3, 1.0))


def test_within_a_row_the_chance_is_shared_by_its_cells() -> None:
    row = [held("5", "6"), held("6", "5"), held("7", "8")]
    assert shares(np.zeros(3), row, 0) == pytest.approx((2 / 3, 1 / 2))
    scores = np.log(np.array([3.0, 1.0, 1.0]))
    assert shares(scores, row, 0) == pytest.approx((4 / 5, 3 / 4))


def test_doubt_lowers_a_chance_by_its_logits() -> None:
    assert doubted(0.8, 0.0) == pytest.approx(0.8)
    assert doubted(0.8, float(np.log(4))) == pytest.approx(0.5)


def test_of_a_filing_the_row_is_cited_where_no_period_is_named(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.add_text(STATEMENT, title="Sample statement")
        named = ask("What was the net revenue in 2022?", library=library)
        none = ask("How high is the net revenue?", library=library)
    assert shorts(named) == ["4,120"]
    assert not none.refused
    assert none.citations[0].quote == "| Net revenue | 4,571 | 4,120 | 3,987 |"
    assert none.short == ()
    assert none.certainty != "sure"


def test_the_fitted_models_have_a_weight_for_each_signal() -> None:
    assert len(fitted_choice().cells) == len(NAMES)
    assert 0 < fitted_choice().threshold < 0.7
    assert len(fitted_sums().weights) % (1 + OPENING) == 0
    assert not wants_sum("What is the difference between 2021 and 2022?", TinyEmbedder())


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("How much did exports grow between 2019 and 2021?", True),
        ("What is the difference in wages between nurses and doctors?", True),
        ("What were exports in 2021?", False),
        ("Who wrote the report on wages?", False),
    ],
)
def test_what_would_have_to_be_computed_is_told(question: str, wants: bool) -> None:
    assert wants_sum(question, load_embedder()) is wants
