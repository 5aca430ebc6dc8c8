"""Cited rows of a table are drawn as a table: on the page, in Markdown and on a terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser
from taking import exported
from tiny import TinyEmbedder
from tiny_reader import Fixed

from index import Library
from index.errors import InputError
from index.types import Article, Cell, Json, Row, TableRow
from rag import Answer, Citation, ask
from rag.answer.citation import cite, claims_of
from rag.answer.drawn import by_table, draw
from rag.answer.export import answer_json, citation_json, export_answer, read_export, seal
from rag.answer.verify import Checked, Standing, verify
from rag.overviews.types import Overview
from rag.proofreading.types import Proof
from rag.proofreading.types import Standing as Stands
from rag.types import Evidence, Short, Verdict
from ui.cli.answer import print_answers
from ui.cli.main import main
from ui.keeping.taking.rows import grid_of
from ui.page.render.card import show_card
from ui.page.render.markdown import Address
from ui.page.render.messages import answered
from ui.page.render.proofs import show_proofs
from ui.page.render.tables import table_html
from ui.page.render.viewer import show_source

FERRY = """# Ferry

Passengers by line (in thousands):

| Line | Three months 2022 | Three months 2023 |
| --- | ---: | ---: |
| **North** | | |
| Adults | 310 | 342 |
| Children | 41 | 39 |
| **South** | | |
| Adults | 1,204 | (7) |
"""
ASKED = "North passengers Adults by line in three months 2023?"
READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=60)) as opened:
        file = tmp_path / "ferry.md"
        file.write_text(FERRY)
        opened.add(file)
        yield opened


@pytest.fixture
def answer(library: Library) -> Answer:
    return ask(ASKED, library=library, reader=Fixed("342", 9.0))


def rows(library: Library, *quotes: str) -> tuple[Citation, ...]:
    """Citations of the rows that have these words in them."""
    (entry,) = library.entries
    found = [p for p, _ in library.passages(library.passages_of(entry.id)).values()]
    chosen = [next(p for p in found if quote in p.text) for quote in quotes]
    evidence = [Evidence(passage, passage.sentences[0], 0.0, 0.0, ()) for passage in chosen]
    return tuple(cite(each, number, library) for number, each in enumerate(evidence, 1))


def of_rows(library: Library, answer: Answer, *quotes: str) -> Answer:
    """An answer of several rows of the table."""
    cited = rows(library, *quotes)
    return replace(answer, citations=cited, claims=claims_of(cited), short=())


def cells(html: str) -> list[list[str]]:
    """The rows of the tables in some HTML, as a reader sees them."""
    parsed = LexborHTMLParser(html)
    return [
        [cell.text(strip=True) for cell in row.css("th, td")] for row in parsed.css(".drawn tr")
    ]


def test_a_cited_row_knows_its_table_and_stays_as_it_is(answer: Answer) -> None:
    (citation,) = answer.citations
    text = citation.article.text
    assert citation.quote == text[citation.start : citation.end] == "| Adults | 310 | 342 |"
    assert citation.table is not None
    assert [text[s:e] for s, e in citation.table.above][-1] == "Passengers by line (in thousands):"
    assert [text[s:e] for s, e in citation.table.row.groups] == ["North"]


def test_what_is_no_row_has_no_table(library: Library) -> None:
    library.add_text("A ferry had crossed the river since 1890.", title="River")
    found = ask("Since when had a ferry crossed the river?", library=library)
    assert found.citations and all(each.table is None for each in found.citations)
    assert "table" not in answer_json(found)["citations"][0]


def test_on_the_page_it_is_a_table_with_the_cell_marked(answer: Answer, library: Library) -> None:
    html = READER.render(answered(answer, library)["content"])
    assert cells(html) == [
        ["Line", "Three months 2022", "Three months 2023"],
        ["Adults", "310", "342"],
    ]
    parsed = LexborHTMLParser(html)
    marked = [cell.text() for cell in parsed.css(".drawn td strong mark")]
    assert marked == ["342"] == [cell.text() for cell in parsed.css(".drawn mark")]
    caption = parsed.css_first(".drawn caption").text()
    assert caption == "Ferry · Passengers by line (in thousands) · North"
    assert [each.attributes["scope"] for each in parsed.css(".drawn th")] == ["col"] * 3 + ["row"]
    assert "1 cited table row" in html and "across a line break" not in html
    said = parsed.css_first("p").text()
    assert said == "Adults · 310 · 342\u00a01"


def test_rows_of_one_table_are_one_table_each_with_its_chip(
    answer: Answer, library: Library
) -> None:
    both = of_rows(library, answer, "(7)", "310")
    html = READER.render(answered(both, library)["content"])
    assert html.count("<table") == 1 and "2 cited table rows" in html
    assert cells(html)[1:] == [
        ["North"],
        ["Adults2", "310", "342"],
        ["South"],
        ["Adults1", "1,204", "(7)"],
    ]
    for citation in both.citations:
        assert html.count(f'-{citation.start}-{citation.end}"') == 2  # in the answer, and below


def test_a_refusal_draws_the_nearest_rows(library: Library) -> None:
    refused = ask("North passengers Adults by line in 1998?", library=library, reader=None)
    assert refused.refused
    html = READER.render(answered(refused, library)["content"])
    assert ["Adults", "310", "342"] in cells(html)
    assert "<mark>" not in html


NASTY = st.text(alphabet="ab1 .)(#*_`~[]<>&!\\|-+=:/@\"'$^{}?é\U0001f600中\u05d0", max_size=12)
TEXTS = st.lists(NASTY.filter(str.strip), min_size=1, max_size=4)


def made(heads: list[str], values: list[str]) -> Citation:
    """A citation of a row of any texts, under heads of any texts."""
    text, places = "", []
    for said in [*heads, *values]:
        places.append((len(text), len(text) + len(said)))
        text += f"{said}\t"
    over = tuple(Cell(*place, n) for n, place in enumerate(places[: len(heads)]))
    own = tuple(Cell(*place, n) for n, place in enumerate(places[len(heads) :]))
    row = Row(own[0].start, own[-1].end, own)
    article = Article("0" * 16, "A", "a", text, "", None, "0" * 64)
    table = TableRow(row, (), (over,) if over else (), row.start)
    return Citation(1, article, 1, row.start, row.end, text[row.start : row.end], table=table)


@given(TEXTS, TEXTS)
def test_cells_are_shown_as_they_are_written(heads: list[str], values: list[str]) -> None:
    citation = made(heads, values)
    drawn = draw([citation])
    boxes = [box.text for box in drawn.lines[0].boxes]
    assert "".join("".join(boxes).split()) == "".join("".join(values).split())
    html = table_html([citation])
    assert "\n" not in html
    body = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html.split("<tbody>")[1])
    assert [unescape(each) for each in body if each] == boxes
    grid = grid_of([citation_json(citation)], [])
    assert [said for said, _ in grid.rows[-1] if said] == boxes


def test_a_sign_in_a_cell_of_its_own_joins_its_number() -> None:
    citation = made(["", "2023"][1:], ["Net income", "$", "12", "(", "3", ")", "—", "5", "%"])
    (line,) = draw([citation]).lines
    assert [box.text for box in line.boxes] == ["Net income", "$ 12", "( 3 )", "—", "5 %"]


def test_heads_over_nothing_are_not_drawn_and_a_table_may_have_none() -> None:
    citation = made([], ["Total", "7"])
    html = table_html([citation])
    assert "<thead>" not in html and cells(html) == [["Total", "7"]]
    grid = grid_of([citation_json(citation)], [])
    assert (grid.head, grid.rows) == (("", ""), ((("Total", False), ("7", False)),))
    assert grid.numbers == (False, True)
    far = Cell(0, 1, 9)
    assert citation.table is not None
    off = replace(citation, table=replace(citation.table, heads=((far,),)))
    assert draw([off]).heads == ()


def test_what_was_read_into_one_column_twice_stands_together() -> None:
    citation = made(["2023"], ["Total", "7", "8"])
    assert citation.table is not None
    crowded = tuple(cell._replace(column=min(cell.column, 1)) for cell in citation.table.row.cells)
    table = replace(citation.table, row=replace(citation.table.row, cells=crowded))
    (line,) = draw([replace(citation, table=table)]).lines
    assert [box.text for box in line.boxes] == ["Total", "7 8"]


def test_only_rows_can_be_drawn(library: Library) -> None:
    article = library.add_text("It is no table.", title="Text")
    with pytest.raises(ValueError, match="only rows"):
        draw([Citation(1, article, 1, 0, 5, "It is")])


def test_an_exported_conversation_has_a_markdown_table(answer: Answer, library: Library) -> None:
    file = exported([(ASKED, answer)])
    assert "| Adults | 310 | **342** |" in file
    assert "Adults · 310 · **342** [1]" in file
    assert "<span" not in file
    html = READER.render(file)
    assert "<blockquote>" in html and html.count("<table>") == 1
    assert "<th>Line</th>" in html and "<strong>342</strong></td>" in html
    assert not any(line.endswith(" ") for line in file.splitlines())
    both = READER.render(exported([(ASKED, of_rows(library, answer, "(7)", "310"))]))
    assert both.count("<table>") == 1 and both.count("<td>[") == 2


def printed(answer: Answer, monkeypatch: pytest.MonkeyPatch, **options: object) -> str:
    out = io.StringIO()
    console = Console(file=out, **options)  # type: ignore[arg-type]
    monkeypatch.setattr("ui.cli.answer.make_console", lambda: console)
    print_answers(iter([answer]), as_json=False, failed=False)
    return out.getvalue()


def test_in_a_pipe_columns_are_aligned_and_the_cell_is_in_brackets(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = printed(answer, monkeypatch, width=200)
    assert said.startswith("Adults · 310 · 342 [1]\n")
    bare = printed(replace(answer, short=()), monkeypatch, width=200)
    assert bare.startswith("Adults · 310 · 342 [1]\n") and " 342\n" in bare
    assert (
        "Passengers by line (in thousands)\n"
        "North\n"
        "Line    Three months 2022  Three months 2023\n"
        "Adults                310              [342]\n"
    ) in said


def test_on_a_terminal_the_cell_is_bold_and_the_width_is_kept(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = printed(answer, monkeypatch, width=60, force_terminal=True, color_system="standard")
    assert "\x1b[1m342\x1b[0m\n" in wide and "[342]" not in wide
    narrow = re.sub(
        "\x1b\\[[0-9;]*m",
        "",
        printed(answer, monkeypatch, width=30, force_terminal=True, color_system="standard"),
    )
    assert "Adults\n  Three months 2022  310\n  Three months 2023  342\n" in narrow


def test_wide_characters_stay_in_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.cli.tables import print_table

    out = io.StringIO()
    print_table([made(["行", "年"], ["合計", "7"])], (), Console(file=out, width=80))
    assert out.getvalue() == "行    年\n合計   7\n"


def test_rows_of_one_table_are_printed_as_one(
    answer: Answer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = printed(of_rows(library, answer, "(7)", "310"), monkeypatch, width=200)
    assert said.count("Three months 2022") == 1
    assert "North\nAdults                310                342  [2]\n" in said
    assert "South\nAdults              1,204                (7)  [1]\n" in said


def test_programs_get_every_range_of_the_table(answer: Answer, library: Library) -> None:
    (citation,) = answer_json(answer)["citations"]
    table = citation["table"]
    text = answer.citations[0].article.text
    places = [*table["above"], *table["groups"], *table["cells"]]
    for place in [*places, *(head for line in table["heads"] for head in line)]:
        assert text[place["start"] : place["end"]] == place["text"]
    assert [cell["text"] for cell in table["cells"]] == ["Adults", "310", "342"]
    assert [[head["text"] for head in line] for line in table["heads"]] == [
        ["Line", "Three months 2022", "Three months 2023"]
    ]
    assert [(cell["column"], cell["columns"]) for cell in table["cells"]] == [
        (0, 1),
        (1, 1),
        (2, 1),
    ]


def checked(answer: Answer, file: Path, change: str = "", **options: object) -> Checked:
    """Export an answer, change its source, and verify it."""
    export = file.with_suffix(".json")
    export_answer(answer, export)
    if change:
        file.write_text(change)
    (found,) = verify(export, **options)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("old", "new", "standing", "differs"),
    [
        ("# Ferry", "# Ferry", Standing.EXACT, ()),
        ("# Ferry\n", "# Ferry\n\nIt was edited.\n", Standing.MOVED, ("it stands in paragraph 4",)),
        (
            "months 2022 |",
            "months 2021 |",
            Standing.EDITED,
            ("over “310” stands “Three months 2021”",),
        ),
        ("**North**", "**East**", Standing.EDITED, ("over its group of rows stands “East”",)),
        (
            "(in thousands)",
            "(in millions)",
            Standing.EDITED,
            ("above its table stands “Ferry Passengers by line (in millions):”",),
        ),
    ],
)
def test_what_stands_over_a_row_is_verified(
    answer: Answer, tmp_path: Path, old: str, new: str, standing: Standing, differs: tuple[str, ...]
) -> None:
    found = checked(answer, tmp_path / "ferry.md", FERRY.replace(old, new))
    assert (found.standing, found.differs) == (standing, differs)


def test_the_library_says_what_stands_over_a_row(
    answer: Answer, tmp_path: Path, library: Library
) -> None:
    (tmp_path / "ferry.md").unlink()
    export = tmp_path / "answer.json"
    export_answer(answer, export)
    assert verify(export, library=library)[0].standing is Standing.EXACT


def test_a_text_that_has_no_table_any_more_has_to_have_its_words(
    answer: Answer, tmp_path: Path
) -> None:
    untabled = FERRY.replace("| --- | ---: | ---: |\n", "")
    found = checked(answer, tmp_path / "ferry.md", untabled)
    assert found.standing is Standing.MOVED or found.differs
    gone = untabled.replace("Three months 2023", "Three months 2020")
    assert checked(answer, tmp_path / "ferry.md", gone).standing is Standing.EDITED


def forge(file: Path, path: list[str | int], value: object) -> None:
    held = json.loads(file.read_text())
    place: object = held["citations"][0]["table"]
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    cast("Json", place)[path[-1]] = value  # type: ignore[index]
    del held["seal"]
    file.write_text(json.dumps(held | {"seal": seal(held)}))


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (["heads", 0, 2, "text"], "Three months 2024", None),
        (["heads", 0, 2, "text"], "2024", "at another range"),
        (["heads", 0, 2, "column"], 9, "over nothing"),
        (["cells", 2, "text"], "999", "which is not in the quote"),
        (["above", 0, "end"], 99_999, "at another range"),
        (["cells"], [], "is not as it should be"),
    ],
)
def test_a_forged_table_is_not_believed(
    answer: Answer, tmp_path: Path, path: list[str | int], value: object, fault: str | None
) -> None:
    export = tmp_path / "answer.json"
    export_answer(answer, export)
    forge(export, path, value)
    if fault is None:
        (found,) = verify(export)
        assert found.standing is Standing.EDITED
        assert found.differs == ("over “342” stands “Three months 2023”",)
    else:
        with pytest.raises(InputError, match=fault):
            verify(export)


def test_heads_that_are_exchanged_are_noticed(answer: Answer, tmp_path: Path) -> None:
    export = tmp_path / "answer.json"
    export_answer(answer, export)
    forge(export, ["heads", 0, 1, "column"], 2)
    assert verify(export)[0].standing is Standing.EDITED


def test_two_tables_are_two(library: Library) -> None:
    head = "| a | b |\n| --- | --- |\n"
    text = f"{head}| one | 1 |\n\nBetween them.\n\n{head}| two | 2 |\n"
    article = library.add_text(text, title="Two")
    tables = library.tables(article.id)
    assert len(tables) == 2
    cited = []
    for number, table in enumerate(tables, 1):
        row = library.table_row(article.id, table.rows[0].start)
        assert row is not None and row.first == table.rows[0].start
        place = row.row.start, row.row.end
        cited.append(Citation(number, article, 1, *place, text[slice(*place)], table=row))
    assert by_table(cited) == [[cited[0]], [cited[1]]]


def test_a_short_answer_of_another_article_marks_nothing(answer: Answer) -> None:
    (citation,) = answer.citations
    (short,) = answer.short
    other = replace(citation, article=replace(citation.article, id="f" * 16))
    elsewhere = Short(short.text, short.start, short.end, other)
    assert not any(box.marked for box in draw([citation], [elsewhere]).lines[0].boxes)
    assert [box.text for box in draw([citation], [short]).lines[0].boxes if box.marked] == ["342"]


def test_an_export_without_tables_is_still_verified(answer: Answer, tmp_path: Path) -> None:
    export = tmp_path / "answer.json"
    export_answer(answer, export)
    held = read_export(export)
    del held["citations"][0]["table"], held["seal"]
    export.write_text(json.dumps(held | {"seal": seal(held)}))
    assert verify(export)[0].standing is Standing.EXACT


def test_the_source_lays_a_table_in_columns_and_keeps_every_character(library: Library) -> None:
    (article,) = library.articles
    (table,) = library.tables(article.id)
    row = table.rows[0]
    number = next(p.number for p in library.paragraphs(article.id) if p.start == row.start)
    html = show_source(article, library, Address(article.id[:8], number, row.start, row.end))
    shown = LexborHTMLParser(html)
    for each in shown.css(".number"):
        each.decompose()
    said = [each.text() for each in shown.css("article > :is(p, h3), .grid > *")]
    assert said == [article.text[p.start : p.end] for p in library.paragraphs(article.id)]
    (mark,) = shown.css("mark")
    assert mark.text() == article.text[row.start : row.end]
    lines = [[cell.text() for cell in line.css(".cell")] for line in shown.css(".grid .line")]
    assert ["Line", "Three months 2022", "Three months 2023"] in lines
    assert [cell.text() for cell in mark.css(".cell")] == ["Adults", "310", "342"]
    assert 'style="grid-column: 3 / span 1">342</span>' in html


def test_a_part_of_a_row_is_marked_in_it_as_in_any_paragraph(library: Library) -> None:
    (article,) = library.articles
    row = library.tables(article.id)[0].rows[0]
    number = next(p.number for p in library.paragraphs(article.id) if p.start == row.start)
    place = Address(article.id[:8], number, row.start + 2, row.start + 8)
    (mark,) = LexborHTMLParser(show_source(article, library, place)).css("mark")
    assert mark.text() == "Adults"


def test_a_card_and_a_checked_draft_draw_a_row_too(answer: Answer) -> None:
    (citation,) = answer.citations
    drawn = [["Line", "Three months 2022", "Three months 2023"], ["Adults", "310", "342"]]
    card = show_card([Overview(citation.article, (citation,))], None, opened=True)
    assert cells(card) == drawn
    proof = Proof("342 came.", 0, 9, Stands.SUPPORTED, Verdict.SUPPORTED, 1.0, (citation,))
    assert cells(show_proofs([proof], done=True)) == drawn


def test_verifying_says_that_the_table_was_compared(
    answer: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "answer.json"
    export_answer(answer, export)
    assert main(["verify", str(export)]) == 0
    assert "what stands over it in its table was compared, too" in capsys.readouterr().out
    assert main(["verify", str(export), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [cell["text"] for cell in found["citation"]["table"]["cells"]] == [
        "Adults",
        "310",
        "342",
    ]
