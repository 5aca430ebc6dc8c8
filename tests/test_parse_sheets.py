"""Spreadsheets: values as they are shown, heads with their cells, nothing that is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import samples

from index.errors import InputError
from index.limits import Limits
from index.parse.document import parse_bytes, read_document
from index.parse.formats.sheets.number_formats import is_date, number_shown, text_shown
from index.parse.isolated.child import end_workers
from index.segment.tables import in_words, rows_of
from index.types import Document, Role

FILES = Path(__file__).with_name("files")


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    end_workers()


def said(document: Document, role: Role = Role.TEXT) -> list[str]:
    return [document.text[start:end] for start, end, found in document.spans if found is role]


def in_full(document: Document) -> list[str]:
    return [next(in_words(document.text, row)) for row in rows_of(document.tables)]


@pytest.mark.parametrize("name", ["report.xlsx", "report.ods"])
def test_a_workbook_is_read_as_it_is_seen(name: str) -> None:
    document = read_document(FILES / name)
    assert said(document)[:6] == [
        "Revenue by region",
        "in thousands of euros",
        "EMEA\t238,390\t220,672\t8.0%\t5.0%",
        "APAC\t1,027,001\t900,000\t14.1%\t2.0%",
        "Total\t1,265,391\t1,120,672",
        "The figures for the Asia-Pacific region include the acquisition of Harbour Lines Ltd, "
        "which was completed in March 2023 and is not comparable.",
    ]
    assert said(document, Role.HEADING) == [
        "Revenue",
        "Three months ended\tGrowth",
        "Region\tJune 30, 2023\tJune 30, 2022\t2023\t2022",
        "Staff",
        "Name\tJoined\tRole",
        "Years",
        "Line\t2021\t2022\t2023",
        "Contacts",
        "Name\tPlace",
    ]
    assert in_full(document)[0] == (
        "Revenue · Revenue by region · in thousands of euros · EMEA: "
        "Three months ended June 30, 2023: 238,390; Three months ended June 30, 2022: 220,672; "
        "Growth 2023: 8.0%; Growth 2022: 5.0%"
    )
    assert "Staff · Rui Costa: Joined: 2 Jan 2021; Role: Harbour master" in in_full(document)
    assert "secret" not in document.text and "Hidden" not in document.text
    assert (document.title, document.author, document.published) == (
        "Quarterly report",
        "Ana Silva",
        "2024-05-07",
    )
    assert document.unread == (
        "hidden sheet “Raw” and 1 hidden row and 1 hidden column are left out"
    )


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (238390, "#,##0", "238,390"),
        (0.125, "0.0%", "12.5%"),
        (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (-1234.5, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "(1,235)"),
        (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "-"),
        (1234567, '#,##0.0,,"M"', "1.2M"),
        (5551234, "000-0000", "555-1234"),
        (45419.5, "yyyy-mm-dd hh:mm", "2024-05-07 12:00"),
        (45419.52, "h:mm AM/PM", "12:28 PM"),
        (45419, "[$-409]dddd, d mmmm yyyy;@", "Tuesday, 7 May 2024"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (2.5, "# ?/?", "2 1/2"),
        (1234.5, '[$€-407] #,##0.00\\ "net"', "€ 1,234.50 net"),
        (50, '[>100]"many";[<10]"few";0', "50"),
        (123456, "0.00E+00", "1.23E+05"),
        (2.675, "0.00", "2.68"),
        (0.1 + 0.2, "General", "0.3"),
        (-3, "General", "-3"),
        (1e15, "General", "1.00000E+15"),
        (7, ";;;", ""),
        (-1, "yyyy-mm-dd", ""),
        (1e300, "0", "1" + "0" * 300),
    ],
)  # fmt: skip
def test_a_number_is_what_its_format_shows(value: float, code: str, shown: str) -> None:
    assert number_shown(value, code) == shown


def test_a_format_may_hide_text_and_say_that_a_number_is_a_date() -> None:
    assert text_shown("Ana", '0;0;0;"Ms "@') == "Ms Ana"
    assert text_shown("Ana", ";;;") == ""
    assert is_date('d "m"') and not is_date('0 "days"') and not is_date("[Red]0")


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows: str, extra: dict[str, str | bytes] | None = None) -> bytes:
    """A workbook of one sheet, as small as one can be."""
    return samples.archive(
        {
            "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_KIND}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="a"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='a' "
            f"Type='{_KIND}/worksheet' Target='worksheets/one.xml'/></Relationships>",
            "xl/worksheets/one.xml": f"<worksheet {_MAIN}><sheetData>{rows}</sheetData>"
            "</worksheet>",
            **(extra or {}),
        }
    )


def ods(table: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table")
    )
    return samples.archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="One">{table}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        }
    )


def test_formulas_without_a_value_are_told() -> None:
    rows = "<row><c t='str'><v>Total</v></c><c><f>SUM(A1)</f></c></row>"
    document = parse_bytes(xlsx(rows), "x")
    assert said(document) == ["Total"]
    assert document.unread.startswith("a formula has no value in it")


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (xlsx("<row><c><v>many</v></c></row>"), {}, "cannot be read as XLSX"),
        (xlsx("<row><c t='s'><v>7</v></c></row>"), {}, "cannot be read as XLSX"),
        (xlsx("<row>"), {}, "is damaged"),
        (xlsx("", {"xl/worksheets/one.xml": b" " * 9_000_000}), {}, "packed over 100 to 1"),
        (xlsx("", {"xl/a.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), {}, "declares types or"),
        (xlsx("<row><c t='str'><v>Total</v></c></row>"), {"characters": 5}, "over 5 characters"),
        (xlsx(""), {}, "is empty"),
        (samples.archive({"xl/workbook.bin": b"x"}), {}, "is a binary workbook (XLSB)"),
        ((FILES / "report.xlsx").read_bytes()[:-900], {}, "is damaged and cannot be unpacked"),
        ((FILES / "report.ods").read_bytes()[:-900], {}, "is damaged and cannot be unpacked"),
        (ods("<table:table-row/>"), {}, "is empty"),
        (
            ods(
                '<table:table-row table:number-rows-repeated="99999"><table:table-cell '
                'table:number-columns-repeated="16384"><text:p>bomb</text:p></table:table-cell>'
                "</table:table-row>"
            ),
            {},
            "over 20,000,000 characters, which is the limit",
        ),
    ],
)
def test_a_bad_workbook_is_refused_in_one_line(
    data: bytes, limits: dict[str, int], says: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse_bytes(data, "the file", Limits(**limits))
    assert says in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith("the file ")


def test_a_merged_cell_that_says_to_reach_over_everything_costs_nothing() -> None:
    rows = "<row r='1'><c r='A1' t='str'><v>All</v></c></row><row r='9'><c><v>5</v></c></row>"
    merged = "</sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells><sheetData>"
    assert said(parse_bytes(xlsx(rows + merged), "x")) == ["All", "5"]


def test_fifty_thousand_rows_are_read() -> None:
    rows = "".join(
        f"<row><c t='str'><v>bell {n}</v></c><c><v>{n}</v></c></row>" for n in range(50_000)
    )
    head = "<row><c t='str'><v>Name</v></c><c t='str'><v>Weight</v></c></row>"
    document = parse_bytes(xlsx(head + rows), "bells", Limits(memory_bytes=1_000_000_000))
    assert len(document.tables[0].rows) == 50_000
    assert in_full(document)[-1] == "One · bell 49999: Weight: 49999"


def test_months_that_are_dates_name_columns() -> None:
    styles = (
        f"<styleSheet {_MAIN}><cellXfs><xf numFmtId='0'/><xf numFmtId='17'/></cellXfs></styleSheet>"
    )
    related = (
        f"<Relationships><Relationship Id='a' Type='{_KIND}/worksheet' "
        f"Target='worksheets/one.xml'/><Relationship Id='b' Type='{_KIND}/styles' "
        "Target='styles.xml'/></Relationships>"
    )
    rows = (
        "<row><c t='str'><v>Line</v></c><c s='1'><v>45292</v></c><c s='1'><v>45323</v></c></row>"
        "<row><c t='str'><v>North</v></c><c><v>410.5</v></c><c><v>480</v></c></row>"
        "<row><c t='str'><v>South</v></c><c><v>1e999</v></c><c><v>90</v></c></row>"
    )
    parts = {"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": related}
    assert in_full(parse_bytes(xlsx(rows, dict(parts)), "x")) == [
        "One · North: Jan-24: 410.5; Feb-24: 480",
        "One · South: Feb-24: 90",
    ]
