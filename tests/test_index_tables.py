"""Tables: heads, groups and captions as ranges of the text, and rows that are read in words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tiny import TinyEmbedder

from index import Library
from index.limits import DEFAULT_LIMITS
from index.parse.document import parse_here, parse_text
from index.segment.tables import in_words, rows_of
from index.types import Document
from rag import ask

MARKDOWN = """# Ferry

Passengers by line (in thousands):

| Line | 2022 | 2023 |
| --- | ---: | ---: |
| **North** | | |
| Adults | 310 | 342 |
| Children | 41 | 39 |
"""

PAGE = b"""<html><body><article><h1>Ferry</h1>
<p>The ferry company published its figures for the second quarter in a report on Monday.</p>
<table><caption>Revenue (in millions)</caption>
<thead><tr><th rowspan="2">Line</th><th colspan="2">Three months ended June 30,</th></tr>
<tr><th>2023</th><th>2022</th></tr></thead>
<tr><td>Harbour</td><td>$</td><td>12</td></tr>
<tr><td>Island</td><td>8</td><td>7</td></tr></table>
<p>The company runs five ferries, and it will order a sixth one in the spring of next year.</p>
</article></body></html>"""


def said(document: Document) -> list[str]:
    return [next(iter(in_words(document.text, row))) for row in rows_of(document.tables)]


def test_a_row_of_markdown_is_said_with_caption_group_and_heads() -> None:
    assert said(parse_text(MARKDOWN)) == [
        "Ferry · Passengers by line (in thousands) · North · Adults: 2022: 310; 2023: 342",
        "Ferry · Passengers by line (in thousands) · North · Children: 2022: 41; 2023: 39",
    ]


def test_cells_are_ranges_of_the_text() -> None:
    document = parse_text(MARKDOWN)
    (table,) = document.tables
    values = [document.text[c.start : c.end] for c in table.rows[1].cells]
    assert values == ["Children", "41", "39"]
    assert [document.text[c.start : c.end] for c in table.heads[0]] == ["Line", "2022", "2023"]


def test_heads_that_reach_over_columns_stand_over_each_of_them() -> None:
    document = parse_here(PAGE, "ferry.html", DEFAULT_LIMITS)
    island = said(document)[-1]
    assert "Three months ended June 30, 2023: 8; Three months ended June 30, 2022: 7" in island


@pytest.mark.parametrize("name", ["APPLE_2023Q3_10Q.pdf"])
def test_a_filing_has_its_statement_with_periods(shared: Path, name: str) -> None:
    path = shared / "documents" / name
    document = parse_here(path.read_bytes(), str(path), DEFAULT_LIMITS)
    found = [words for words in said(document) if "STATEMENTS OF OPERATIONS" in words]
    assert "Net sales · Products: Three Months Ended July 1, 2023: $ 60,584" in found[0]
    assert "(In millions" in found[0]
    for row in rows_of(document.tables):
        for cell in row.row.cells:
            assert document.text[cell.start : cell.end].strip()


def test_rows_are_kept_found_by_their_heads_and_checked(tmp_path: Path) -> None:
    embedder = TinyEmbedder(max_tokens=60)
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        article = library.add_text(MARKDOWN)
        table = library.tables(article.id)[0]
        assert library.table_row(article.id, table.rows[0].start).row == table.rows[0]
        passages = [p for p, _ in library.passages(library.passages_of(article.id)).values()]
        row = next(p for p in passages if "342" in p.text)
        assert row.text == article.text[row.start : row.end] == "| Adults | 310 | 342 |"
        assert "North · Adults" in row.words
        assert row.id in [number for number, _ in library.match("North passengers", 5)]
        assert not library.check().problems
        library.remove(article.id)
        assert library.tables(article.id) == ()


def test_a_library_from_before_tables_opens_and_takes_them(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text("A ferry crossed the river.", title="River")
    with sqlite3.connect(folder / "library.sqlite") as connection:
        for name in ("tables", "table_rows", "passage_words"):
            connection.execute(f"DROP TABLE {name}")
    connection.close()
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        assert library.match("ferry", 3)
        article = library.add_text(MARKDOWN)
        assert len(library.tables(article.id)[0].rows) == 2


def test_a_year_that_no_column_has_is_refused(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=60)) as library:
        library.add_text(MARKDOWN)
        asked = "North passengers Adults by line in {}?"
        assert "342" in ask(asked.format(2023), library=library, reader=None).citations[0].quote
        assert ask(asked.format(1998), library=library, reader=None).refused
