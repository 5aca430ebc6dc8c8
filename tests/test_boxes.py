"""Boxes of a citation: what a PDF has inside them are the quote's words, and nothing else."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as api
import pytest
import samples
from conftest import STORY
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from test_parse_pdf import LEFT, RIGHT
from tiny import TinyEmbedder

from index import Library
from index.backends.sqlite.store import Store
from index.boxes import Box, PageBoxes, Placed, boxes_at, pack, unpack
from index.errors import LibraryDamaged
from index.limits import DEFAULT_LIMITS
from index.parse.document import parse_here, read_document
from index.segment.sentences import find_sentences
from index.types import Document
from rag import ask
from rag.answer.export import answer_json, export_answer, read_export
from rag.remarks import remarks


def letters(text: str) -> str:
    """What a reader compares: hyphens at the ends of lines come and go, ligatures are mended."""
    return "".join(c for c in text if c.isalnum() and c.isascii())


Glyphs = dict[int, tuple[list[str], NDArray[np.float64]]]
"""Of each page the letters, and the middle of each: (n, 2)."""


def glyphs_of(data: bytes) -> Glyphs:
    found: Glyphs = {}
    for page, held in enumerate(pdfium.PdfDocument(data), start=1):
        text = held.get_textpage()
        count = range(text.count_chars())
        letters = [chr(api.FPDFText_GetUnicode(text, number)) for number in count]
        corners = np.array([text.get_charbox(number) for number in count]).reshape(-1, 2, 2)
        found[page] = letters, corners.mean(axis=1)
    return found


def inside(glyphs: Glyphs, boxes: tuple[Box, ...]) -> str:
    """The letters that have their middle in one of the boxes, page by page as the file has them."""
    said = ""
    for page in sorted({box.page for box in boxes}):
        letters, middles = glyphs[page]
        held = np.zeros(len(letters), dtype=bool)
        for _, *corners in (box for box in boxes if box.page == page):
            low, high = corners[:2], corners[2:]
            held |= ((low <= middles) & (middles <= high)).all(axis=1)
        said += "".join(letters[number] for number in np.flatnonzero(held))
    return said


def quotes(document: Document) -> list[tuple[int, int]]:
    found = [
        (sentence.start, sentence.end)
        for start, end, _ in document.spans
        for sentence in find_sentences(document.text, start, end)
    ]
    return [(start, end) for start, end in found if letters(document.text[start:end])]


def shares(data: bytes, document: Document, unknown: str = "") -> tuple[int, int]:
    """How many sentences have all their words in their boxes and nothing else; of how many.

    ``unknown``: letters that the file does not name, and that the words told.
    """
    glyphs = glyphs_of(data)
    found = quotes(document)
    right = 0
    for start, end in found:
        boxes = boxes_at(document.boxes, start, end)
        while start and not document.text[start - 1].isspace():
            start -= 1
        while not document.text[end : end + 1].isspace():
            end += 1
        both = [letters(inside(glyphs, boxes)), letters(document.text[start:end])]
        held, said = (sorted(c for c in each if c not in unknown) for each in both)
        right += held == said
    return right, len(found)


def same(data: bytes, document: Document) -> None:
    """All sentences are what stands in their boxes."""
    right, count = shares(data, document)
    assert right == count > 0


def parsed(data: bytes) -> Document:
    return parse_here(data, "file.pdf", DEFAULT_LIMITS)


def turned(lines: list[str], rotation: int) -> bytes:
    """A page that is shown turned, and whose text is drawn so that it is level then."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=letter)
    canvas.setPageRotation(rotation)
    width, height = letter
    canvas.translate(*{90: (width, 0), 180: (width, height), 270: (0, height)}[rotation])
    canvas.rotate(rotation)
    for number, line in enumerate(lines):
        canvas.drawString(72, 500 - 14 * number, line)
    canvas.save()
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "unknown"), [("APPLE_2023Q3_10Q.pdf", ""), ("COSTCO_2023Q3_EARNINGS.pdf", "fi")]
)
def test_the_boxes_of_a_filing_hold_its_sentences(shared: Path, name: str, unknown: str) -> None:
    data = (shared / "documents" / name).read_bytes()
    document = parsed(data)
    right, count = shares(data, document, unknown)
    assert right >= 0.99 * count > 0, "raised marks may draw a box over the line above"
    words = sum(len(unpack(page)) for page in document.boxes)
    assert sum(len(page.packed) for page in document.boxes) < 6 * words


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_boxes_of_a_page_that_is_shown_turned(rotation: int) -> None:
    lines = [*LEFT, *RIGHT]
    data = turned(lines, rotation) if rotation else samples.pdf([samples.column(72, lines)])
    document = parsed(data)
    same(data, document)
    (start, end), *_ = quotes(document)
    assert len(boxes_at(document.boxes, start, end)) == 2, "one box for each line"


def test_a_slanted_line_has_a_box_for_each_word() -> None:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=letter)
    canvas.translate(200, 200)
    canvas.rotate(30)
    canvas.drawString(0, 0, "The mayor opened the new bridge.")
    canvas.save()
    document = parsed(data.getvalue())
    same(data.getvalue(), document)
    assert len(boxes_at(document.boxes, *quotes(document)[0])) == 6


def test_in_two_columns_a_sentence_over_their_end_has_boxes_in_both() -> None:
    data = samples.pdf([samples.column(72, LEFT) + samples.column(330, RIGHT)])
    document = parsed(data)
    same(data, document)
    at = document.text.index("The stone came up")
    end = document.text.index("is to be built.") + len("is to be built.")
    boxes = boxes_at(document.boxes, at, end)
    assert [box.x0 > 300 for box in boxes] == [False, True, True, True]
    assert all(box.x1 < 320 or box.x0 > 300 for box in boxes)


def test_a_word_that_a_hyphen_parts_has_a_box_on_each_line_and_page() -> None:
    first = ["The region paid for it all, and the engi-", "neers came here from Porto, the munici-"]
    data = samples.pdf([samples.column(72, first), samples.column(72, ["pality said in spring."])])
    document = parsed(data)
    same(data, document)
    at = document.text.index("engineers")
    two = boxes_at(document.boxes, at, at + len("engineers"))
    assert len(two) == 2 and two[0].y0 > two[1].y1
    at = document.text.index("municipality")
    assert [b.page for b in boxes_at(document.boxes, at, at + len("municipality"))] == [1, 2]


WORDS = ["The", "mayor", "paid", "12.5", "euros", "(fees)", "well-known", "no", "bridge.", "It"]


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=1, max_size=9),
    st.sampled_from([7.0, 10.0, 13.0]),
    st.integers(0, 3),
)
def test_the_boxes_of_any_page_hold_its_sentences(
    lines: list[list[str]], size: float, gaps: int
) -> None:
    drawn = [("  " * gaps + " ").join(line) for line in lines]
    data = samples.pdf([samples.column(72, [*drawn, "An end of it."])] * 2, size=size)
    same(data, parsed(data))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40),
            st.integers(1, 30),
            st.booleans(),
            *[st.floats(-2000, 15_000).map(lambda side: round(side, 1))] * 4,
        ),
        max_size=20,
    )
)
def test_what_is_packed_comes_back(
    steps: list[tuple[int, int, bool, float, float, float, float]],
) -> None:
    words, at = [], 0
    for gap, length, first, *sides in steps:
        words.append(Placed(at + gap, at + gap + length, Box(7, *sides), first))
        at += gap + length
    assert unpack(PageBoxes(7, 0, at, pack(words))) == words


@pytest.fixture
def filed(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.pdf"
    path.write_bytes(samples.pdf([samples.column(72, LEFT), samples.column(72, RIGHT)]))
    return path


def test_a_citation_has_its_boxes_in_an_answer_and_in_its_export(
    tmp_path: Path, filed: Path
) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add(filed)
        answer = ask("Who retired in spring and sold the boat?", library=library, reader=None)
        (cited, *_) = answer.citations
        assert "retired in spring" in cited.quote
        assert letters(inside(glyphs_of(filed.read_bytes()), cited.boxes)) == letters(cited.quote)
        assert not cited.recognised and not remarks(cited)
        told = answer_json(answer)["citations"][0]
        assert told["boxes"] == [box._asdict() for box in cited.boxes] and "recognised" not in told
        assert {box["page"] for box in told["boxes"]} == {2}
        export_answer(answer, tmp_path / "answer.json")
        kept = read_export(tmp_path / "answer.json")["citations"][0]["boxes"]
        assert kept == json.loads(json.dumps(told["boxes"]))
        filed.unlink()
        assert ask(answer.question, library=library, reader=None).citations[0].boxes == cited.boxes


def test_what_has_no_pages_has_no_boxes(library: Library) -> None:
    answer = ask("How much did the bridge cost?", library=library, reader=None)
    assert answer.citations[0].boxes == ()
    assert "boxes" not in answer_json(answer)["citations"][0]


def test_an_old_library_that_may_not_be_written_has_none(tmp_path: Path, filed: Path) -> None:
    _old(tmp_path / "library", filed)
    store = Store(tmp_path / "library", read_only=True)
    (entry,) = store.entries()
    assert store.page_boxes(entry.id, 0, entry.characters) == ()
    store.close()


def _old(folder: Path, filed: Path) -> None:
    """Make a library as it was before boxes were kept."""
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add(filed)
    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("DROP TABLE page_boxes")
    connection.close()


def test_a_library_from_before_boxes_opens_without_and_takes_them(
    tmp_path: Path, filed: Path
) -> None:
    _old(tmp_path / "library", filed)
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        assert ask("What did it cost?", library=library, reader=None).citations[0].boxes == ()
        assert not library.check().problems
        other = tmp_path / "other.pdf"
        other.write_bytes(samples.pdf([samples.column(72, ["The bell weighs nine tons."])]))
        article = library.add(other)
        assert library.page_boxes(article.id, 0, 8)


def test_boxes_go_with_their_article(tmp_path: Path, filed: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        article = library.add(filed)
        library.add_text(STORY)
        assert len(library.page_boxes(article.id, 0, len(article.text))) == 2
        assert not library.remove_all([article.id]).left
        assert library.page_boxes(article.id, 0, len(article.text)) == ()


@pytest.mark.parametrize("there", [True, False])
def test_damaged_boxes_are_told_and_read_again(tmp_path: Path, filed: Path, there: bool) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        article = library.add(filed)
        before = library.page_boxes(article.id, 0, len(article.text))
    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("UPDATE page_boxes SET start = start + 1 WHERE page = 2")
    connection.close()
    if not there:
        filed.unlink()
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        with pytest.raises(LibraryDamaged, match="boxes of page 2"):
            library.page_boxes(article.id, 0, len(article.text))
        check = library.check()
        assert not check.problems
        assert any("boxes of page 2" in each for each in check.healed)
        assert library.page_boxes(article.id, 0, len(article.text)) == (before if there else ())


def test_boxes_come_out_of_the_process_that_parses(filed: Path) -> None:
    assert read_document(filed).boxes == parsed(filed.read_bytes()).boxes != ()
