"""Slides: what stands on each, in the order in which it is read, with its table and its notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import samples

from index.errors import InputError
from index.limits import Limits
from index.parse.document import parse_bytes, read_document
from index.parse.isolated.child import end_workers
from index.parse.text import page_at
from index.segment.tables import in_words, rows_of
from index.types import Article, Document
from rag.place import place_in

FILES = Path(__file__).with_name("files")


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    end_workers()


def slides(document: Document) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(document.text.count("\f"))]
    for start, end, _ in document.spans:
        found[(page_at(document.text, start) or 0) - 1].append(document.text[start:end])
    return found


@pytest.mark.parametrize("name", ["harbour.pptx", "harbour.odp"])
def test_slides_are_read_as_they_are_shown(name: str) -> None:
    document = read_document(FILES / name)
    assert slides(document) == [
        ["The harbour in 2023", "Report to the council"],
        [
            "What was built",
            "The bridge opened in May.",
            "It cost 12 million euros.",
            "The ferry was sold to a museum.",
            "Notes",
            "Say that the region paid for the bridge.",
        ],
        [
            "Passengers",
            "In thousands",
            "Line\t2022\t2023",
            "North\t4,100\t4,800",
            "South\t900\t1,250",
            "Counted at the north quay.",
        ],
        [],
        ["It did open on 10^6"],
    ]
    assert [next(in_words(document.text, row)) for row in rows_of(document.tables)] == [
        "Passengers · In thousands · North: 2022: 4,100; 2023: 4,800",
        "Passengers · In thousands · South: 2022: 900; 2023: 1,250",
    ]
    assert (document.title, document.author) == ("The harbour in 2023", "Ana Silva")
    assert document.unread == "hidden slide 4 is left out"
    start = document.text.index("It cost")
    article = Article("a", "t", "s", document.text, "", None, "", media=document.media)
    assert place_in(article, start, 3) == "slide 2, paragraph 3"


_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def pptx(shapes: str, count: int = 1) -> bytes:
    """As many slides as wanted, all of them the same."""
    listed = "".join(f"<p:sldId id='{n}' r:id='a'/>" for n in range(count))
    return samples.archive(
        {
            "ppt/presentation.xml": f"<p:presentation {_P} {_R}><p:sldIdLst>{listed}"
            "</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": "<Relationships><Relationship Id='a' Type='/slide'"
            " Target='slides/one.xml'/></Relationships>",
            "ppt/slides/one.xml": f"<p:sld {_P} {_A} {_R}><p:cSld><p:spTree>{shapes}</p:spTree>"
            "</p:cSld></p:sld>",
        }
    )


def box(text: str) -> str:
    return f"<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def test_a_merged_cell_is_in_each_of_its_rows_and_a_group_stays_together() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<a:tc {more}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

    first = cell("North", "rowSpan='2'") + cell("adult") + cell("8")
    second = cell("", "vMerge='1'") + cell("child") + cell("4")
    table = (
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl>"
        f"<a:tr>{first}</a:tr><a:tr>{second}</a:tr>"
        "</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    group = f"<p:grpSp>{box('First.')}{box('Second.')}</p:grpSp>"
    (found,) = slides(parse_bytes(pptx(group + table), "x"))
    assert found == ["First.", "Second.", "North\tadult\t8", "North\tchild\t4"]


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (pptx(box("A"), 30), {"pages": 20}, "has 30 slides, the limit is 20"),
        (pptx("<p:sp>"), {}, "is damaged"),
        (pptx(""), {}, "is empty"),
        (pptx(" " * 9_000_000), {}, "packed over 100 to 1"),
        (samples.archive({"ppt/presentation.xml": "<x/>", "a.xml": "<!DOCTYPE x><x/>"}), {}, "typ"),
        ((FILES / "harbour.pptx").read_bytes()[:-900], {}, "is damaged and cannot be unpacked"),
        ((FILES / "harbour.odp").read_bytes()[:-900], {}, "is damaged and cannot be unpacked"),
        (
            samples.archive({"mimetype": "application/vnd.oasis.opendocument.presentation"}),
            {},
            "cannot be read as ODP",
        ),
    ],
)
def test_bad_slides_are_refused_in_one_line(data: bytes, limits: dict[str, int], says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_bytes(data, "the file", Limits(**limits))
    assert says in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith("the file ")
