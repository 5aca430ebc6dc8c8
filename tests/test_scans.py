"""Pages whose letters are recognised in a picture: read, cited with their boxes, and told so."""

from __future__ import annotations

import io
from functools import cache
from itertools import islice
from pathlib import Path

import matplotlib
import pypdfium2 as pdfium
import pytest
import samples
from PIL import Image, ImageDraw, ImageFont
from taking import exported
from test_boxes import parsed
from test_parse_pdf import CYRILLIC, GREEK, LEFT, RIGHT, refusal, said
from tiny import TinyEmbedder

from eval.scans.__main__ import error_rate
from eval.scans.pages import pages
from index import Library
from index.boxes import Box, boxes_at
from index.limits import Limits
from index.parse.document import parse_bytes
from index.parse.pdf import parser
from index.parse.pdf.recognise import DOTS
from index.types import Document
from rag import ask
from rag.answer.export import answer_json, export_answer, read_export
from rag.remarks import RECOGNISED

FONT = str(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))
POINTS = 72 / DOTS
LINES = ["The mayor opened the bridge.", "A captain sold his boat in spring."]
SIZE = 900, 300


def drawn(lines: list[str], *, size: tuple[int, int] = SIZE, left: int = 60) -> Image.Image:
    picture = Image.new("L", size, 255)
    _draw(picture, lines, left)
    return picture


def _draw(picture: Image.Image, lines: list[str], left: int) -> None:
    font = ImageFont.truetype(FONT, 26)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((left, 60 + 50 * number), line, font=font, fill=0)


def scan(picture: Image.Image, *, rotation: int = 0) -> bytes:
    """A PDF of one picture; a page that is shown turned has it the other way round."""
    data = io.BytesIO()
    picture.rotate(rotation, expand=True).save(data, "PDF", resolution=DOTS)
    if not rotation:
        return data.getvalue()
    document = pdfium.PdfDocument(data.getvalue())
    document[0].set_rotation(rotation)
    turned = io.BytesIO()
    document.save(turned)
    return turned.getvalue()


@cache
def read(kind: str) -> Document:
    picture = drawn(LINES)
    if kind == "tilted":
        picture = picture.rotate(2, Image.Resampling.BICUBIC, fillcolor=255)
    return parsed(scan(picture, rotation=90 * (kind == "turned")))


def box_of(document: Document, word: str) -> Box:
    at = document.text.index(word)
    (box,) = boxes_at(document.boxes, at, at + len(word))
    return box


@pytest.mark.parametrize("kind", ["level", "tilted", "turned"])
def test_a_scan_is_read_and_each_word_has_its_box(kind: str) -> None:
    document = read(kind)
    assert "".join(document.text.split()) == "".join("".join(LINES).split())
    assert [page.recognised for page in document.boxes] == [True]
    font = ImageFont.truetype(FONT, 26)
    for row, (word, before) in enumerate(
        [
            ("bridge", "The mayor opened the "),
            ("captain", "A "),
            ("spring", "A captain sold his boat in "),
        ]
    ):
        x = 60 + font.getlength(before) + font.getlength(word) / 2
        y = 60 + 50 * min(row, 1) + 16
        if kind == "tilted":
            picture = Image.new("L", SIZE, 0)
            ImageDraw.Draw(picture).rectangle((x - 2, y - 2, x + 2, y + 2), fill=255)
            left, top, right, low = picture.rotate(2).getbbox() or (0, 0, 0, 0)
            x, y = (left + right) / 2, (top + low) / 2
        middle = x * POINTS, (SIZE[1] - y) * POINTS
        if kind == "turned":
            middle = (y * POINTS, x * POINTS)
        box = box_of(document, word)
        wide, high = (box.y1 - box.y0, box.x1 - box.x0) if kind == "turned" else (0.0, 0.0)
        wide, high = wide or box.x1 - box.x0, high or box.y1 - box.y0
        assert box.x0 < middle[0] < box.x1 and box.y0 < middle[1] < box.y1
        assert wide < 1.25 * font.getlength(word) * POINTS
        assert high < 45 * POINTS, "of one line"


def test_a_citation_says_that_its_words_were_recognised(tmp_path: Path) -> None:
    whole = pdfium.PdfDocument(samples.pdf([samples.column(72, LEFT)]))
    whole.import_pages(pdfium.PdfDocument(scan(drawn(LINES))))
    whole.save(tmp_path / "both.pdf")
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        article = library.add(tmp_path / "both.pdf")
        assert article.text.count("\f") == 2
        answer = ask("What did a captain sell in spring?", library=library, reader=None)
        (cited, *_) = answer.citations
        assert cited.quote == LINES[1] and cited.page == 2
        assert cited.recognised and RECOGNISED in str(answer)
        assert {box.page for box in cited.boxes} == {2}
        assert answer_json(answer)["citations"][0]["recognised"] is True
        export_answer(answer, tmp_path / "answer.json")
        assert read_export(tmp_path / "answer.json")["citations"][0]["recognised"] is True
        assert RECOGNISED in exported([(answer.question, answer)])
        answer = ask("Did it cost twelve million euros?", library=library, reader=None)
        assert not answer.citations[0].recognised and RECOGNISED not in str(answer)


def test_fonts_that_do_not_say_their_letters_are_seen_instead() -> None:
    lines = [*LEFT, *RIGHT]
    data = samples.mapped_pdf(lines, lambda c: chr(ord(c) + 1), FONT)
    document = parsed(data)
    assert error_rate(document.text, " ".join(lines)) < 0.02
    assert [page.recognised for page in document.boxes] == [True]


@pytest.mark.parametrize("lines", [GREEK, CYRILLIC])
def test_a_script_that_is_not_recognised_is_never_quoted_as_rubbish(lines: list[str]) -> None:
    picture = Image.new("L", SIZE, 255)
    _draw(picture, lines, 30)
    assert "no letters were recognised" in refusal(scan(picture))


def test_two_columns_of_a_scan_are_read_one_after_the_other() -> None:
    picture = drawn(LEFT, size=(1300, 420))
    _draw(picture, RIGHT, 700)
    assert error_rate(" ".join(said(parsed(scan(picture)))), " ".join(LEFT + RIGHT)) < 0.02


def test_a_page_has_time_of_its_own_in_the_process_that_parses() -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=30)
    seen: list[tuple[int, int]] = []

    def step(done: int, total: int) -> None:
        seen.append((done, total))

    document = parse_bytes(scan(drawn(LINES)), "scan.pdf", limits, seen=step)
    assert seen == [(0, 1), (1, 1)]
    assert LINES[0] in document.text and document.boxes == read("level").boxes


def test_no_more_pages_are_recognised_than_may_be() -> None:
    whole = pdfium.PdfDocument.new()
    for _ in range(3):
        whole.import_pages(pdfium.PdfDocument(scan(drawn(LINES))))
    data = io.BytesIO()
    whole.save(data)
    told = refusal(data.getvalue(), Limits(recognised_pages=2))
    assert "3 pages whose letters would have to be recognised" in told


def test_a_picture_without_letters_is_told() -> None:
    assert "no letters were recognised" in refusal(scan(Image.new("L", (600, 400), 128)))


def test_without_the_extra_a_scan_is_refused_with_the_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parser, "can_recognise", lambda: False)
    told = refusal(scan(drawn(LINES)))
    assert "no text layer" in told and "pip install 'pullquote[ocr]'" in told
    told = refusal(samples.mapped_pdf([*LEFT, *RIGHT], lambda c: chr(ord(c) + 1), FONT))
    assert "page 1 of 1" in told and "pip install 'pullquote[ocr]'" in told


def test_errors_are_counted_as_by_hand() -> None:
    assert error_rate("a  bd", "a bc") == 0.25
    assert error_rate("", "abcd") == 1.0
    assert error_rate("kitten", "sitting") == pytest.approx(3 / 7)
    assert error_rate("abXcd", "abcd") == 0.25


def test_the_pages_to_measure_are_the_same_each_time() -> None:
    first, again = (list(islice(pages(), 5)) for _ in range(2))
    kinds = ["clean", "tilted", "noisy", "two columns", "table"]
    assert [page.kind for page in first] == kinds
    assert [page.text for page in first] == [page.text for page in again]
    pictures = [pdfium.PdfDocument(page.data)[0].render().to_numpy() for page in first]
    assert all(picture.std() > 10 for picture in pictures)
    assert all(len(page.text) > 500 for page in first)
