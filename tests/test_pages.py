"""Pages of a PDF as pictures: what is drawn, where a quote stands on it, and that it goes."""

from __future__ import annotations

import io
import sqlite3
import zlib
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import samples
from numpy.typing import NDArray
from PIL import Image
from test_boxes import turned
from test_index_removal import everything
from test_parse_pdf import LEFT, RIGHT
from tiny import TinyEmbedder

import index.pages.drawing as pages
from index import Library
from index.backends.sqlite.integrity.removal import marks_of, search_files
from index.backends.sqlite.originals import insert_original
from index.backends.sqlite.store import Store
from index.boxes import boxes_at
from index.limits import DEFAULT_LIMITS, Limits
from index.pages.drawing import draw_page
from index.pages.picture import Picture
from index.parse.document import parse_here, read_document

PAGES = [samples.column(72, LEFT), samples.column(72, RIGHT)]


def add(folder: Path, data: bytes, name: str = "bridge.pdf") -> tuple[Library, str]:
    file = folder / name
    file.write_bytes(data)
    library = Library.open(folder / "library", embedder=TinyEmbedder())
    return library, library.add(file).id


def dark(picture: Picture, most: int = 128) -> NDArray[np.bool_]:
    """Where something is drawn, darker than ``most``: (height, width)."""
    return np.asarray(Image.open(io.BytesIO(picture.image)).convert("L")) < most


def boxed(library: Library, article_id: str, picture: Picture) -> NDArray[np.bool_]:
    """Where the words of the article stand, of the size of the picture, and a dot around."""
    found = library.page_boxes(article_id, 0, 10**6)
    high, wide = dark(picture).shape
    held = np.zeros((high, wide), dtype=bool)
    for box in boxes_at(found, 0, 10**6):
        if box.page == picture.page:
            left, top, width, height = picture.part(box)
            rows = slice(max(round(top * high) - 2, 0), round((top + height) * high) + 2)
            columns = slice(max(round(left * wide) - 2, 0), round((left + width) * wide) + 2)
            held[rows, columns] = True
    return held


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("cut", [False, True])
def test_all_that_is_drawn_stands_in_the_boxes(tmp_path: Path, rotation: int, cut: bool) -> None:
    lines = [*LEFT, *RIGHT]
    plain = samples.pdf([samples.column(72, lines)])
    document = pdfium.PdfDocument(turned(lines, rotation) if rotation else plain)
    if cut:
        document[0].set_cropbox(40, 50, 580, 760)
    data = io.BytesIO()
    document.save(data)
    library, article_id = add(tmp_path, data.getvalue())
    with library:
        picture = draw_page(library, article_id, 1)
        assert picture is not None
        drawn, held = dark(picture), boxed(library, article_id, picture)
        shape = picture.height / picture.width
        assert drawn.shape[0] == pytest.approx(drawn.shape[1] * shape, abs=2)
        assert drawn.sum() > 1000
        assert (drawn & held).sum() == drawn.sum()
        assert held.sum() < 0.3 * held.size


def test_a_page_is_drawn_sharp_enough_and_small(tmp_path: Path) -> None:
    library, article_id = add(tmp_path, samples.pdf(PAGES))
    with library:
        for number in (1, 2):
            picture = draw_page(library, article_id, number)
            assert picture is not None and (picture.page, picture.pages) == (number, 2)
            assert dark(picture).shape == (1584, 1224)
            assert picture.media == "image/png" and len(picture.image) < 100_000
        assert draw_page(library, article_id, 3) is None
        assert draw_page(library, article_id, 0) is None


def test_a_photograph_is_kept_within_bounds(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1800, 1300, 3), dtype=np.uint8)
    data = io.BytesIO()
    Image.fromarray(noise).save(data, "PDF", resolution=144, quality=100)
    document = pdfium.PdfDocument(samples.pdf(PAGES))
    document.import_pages(pdfium.PdfDocument(data.getvalue()))
    whole = io.BytesIO()
    document.save(whole)
    library, article_id = add(tmp_path, whole.getvalue())
    with library:
        picture = draw_page(library, article_id, 3)
        assert picture is not None and picture.media == "image/jpeg"
        assert len(picture.image) <= 1_200_000


@pytest.mark.parametrize("size", [(14_000.0, 20.0), (3.0, 3.0)])
def test_odd_pages_are_drawn_bounded(tmp_path: Path, size: tuple[float, float]) -> None:
    document = pdfium.PdfDocument(samples.pdf(PAGES))
    document.new_page(*size)
    data = io.BytesIO()
    document.save(data)
    library, article_id = add(tmp_path, data.getvalue())
    with library:
        picture = draw_page(library, article_id, 3)
        assert picture is not None
        assert max(dark(picture).shape) <= 2_000


def laughing() -> bytes:
    """A PDF whose second page draws a form that draws ten forms that draw ten forms ..."""
    depth = 9
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 5 0 R"
        b" /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        b" >> >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 6 0 R"
        b" /Resources << /XObject << /X 7 0 R >> >> >>",
    ]
    told = b"BT /F 12 Tf 20 200 Td (The mayor opened the bridge on Monday in the rain.) Tj ET"
    objects += [b"<< /Length %d >>\nstream\n%s\nendstream" % (len(s), s) for s in (told, b"/X Do")]
    for level in range(depth):
        drawn = b"/X Do " * 10 if level < depth - 1 else b"0 0 300 300 re f " * 50
        within = b" /Resources << /XObject << /X %d 0 R >> >>" % (8 + level)
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 300]%s /Length %d >>\nstream\n%s\n"
            b"endstream" % (within if level < depth - 1 else b"", len(drawn), drawn)
        )
    data, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF" % (len(objects) + 1, table, len(objects) + 1, len(data))
    )


def test_a_page_that_never_ends_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, article_id = add(tmp_path, samples.pdf(PAGES))
    with library:
        insert_original(library._backend.connection, article_id, laughing())
        monkeypatch.setattr(pages, "LIMITS", Limits(cpu_seconds=1, wall_seconds=20))
        assert draw_page(library, article_id, 2) is None
        assert draw_page(library, article_id, 1) is not None


def test_what_is_no_pdf_any_more_is_drawn_by_nobody(tmp_path: Path) -> None:
    library, article_id = add(tmp_path, samples.pdf(PAGES))
    with library:
        insert_original(library._backend.connection, article_id, b"%PDF-1.7 and nothing else")
        assert draw_page(library, article_id, 1) is None


def test_other_articles_have_no_pages(tmp_path: Path) -> None:
    library, _ = add(tmp_path, b"The mayor opened the new bridge on Monday.", "bridge.txt")
    with library:
        (entry,) = library.entries
        assert library.original(entry.id) is None
        assert draw_page(library, entry.id, 1) is None


def test_the_file_is_kept_byte_for_byte_and_read_in_any_way(tmp_path: Path) -> None:
    data = samples.pdf(PAGES)
    library, article_id = add(tmp_path, data)
    with library:
        assert library.original(article_id) == data
        (tmp_path / "bridge.pdf").unlink()
        assert library.original(article_id) == data
    assert parse_here(data, "bridge.pdf", DEFAULT_LIMITS).original == b""


def test_pictures_of_another_file_with_the_same_words_are_others(tmp_path: Path) -> None:
    drawn = []
    for name, held in (("one", samples.pdf(PAGES)), ("two", samples.pdf(PAGES, size=9.5))):
        (tmp_path / name).mkdir()
        library, article_id = add(tmp_path / name, held)
        with library:
            picture = draw_page(library, article_id, 1)
            assert picture is not None
            drawn.append((article_id, picture.image))
    assert drawn[0][0] == drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_a_removed_file_is_in_no_file_of_the_library(tmp_path: Path) -> None:
    secret = samples.pdf([samples.column(72, ["The quofflebard was paid in Brabblewick."])])
    secret = secret.replace(b"%PDF-1.3", b"%PDF-1.3\n%" + bytes(range(33, 126)), 1)
    library, other = add(tmp_path, samples.pdf(PAGES))
    with library:
        (tmp_path / "secret.pdf").write_bytes(secret)
        article = library.add(tmp_path / "secret.pdf")
        packed = zlib.compress(library.original(article.id) or b"")
        assert packed[100:140] in everything(library.folder)
        found = library.remove_all([article.id])
        assert found.left == ()
        assert found.pieces > 4
        held = everything(library.folder)
        assert not any(packed[at : at + 24] in held for at in range(0, len(packed) - 24, 24))
        assert library.original(article.id) is None
        assert draw_page(library, other, 1) is not None
        assert library.check().problems == ()


def test_the_search_finds_a_file_that_is_still_there(tmp_path: Path) -> None:
    """The control: what is left of a removed file is told."""
    noise = np.random.default_rng(2).integers(0, 256, 40_000, dtype=np.uint8).tobytes()
    data = samples.pdf(PAGES) + b"\n%" + noise.replace(b"\n", b" ").replace(b"\r", b" ")
    library, article_id = add(tmp_path, data)
    with library:
        store = Store(library.folder, read_only=False)
        marks = marks_of(store, library.article(article_id))
        packed = zlib.compress(data)
        store.delete(article_id)
        (library.folder / "left.bin").write_bytes(packed[9_000:17_000])
        found = search_files(
            library.folder, store, library._backend.search.current(writing=False), [marks]
        )
        assert [each for each in found.left if each.startswith("left.bin: ")]
        store.close()


def test_a_damaged_file_is_told_given_up_and_shown_as_text(tmp_path: Path) -> None:
    library, article_id = add(tmp_path, samples.pdf(PAGES, title="damaged"))
    with library:
        connection = sqlite3.connect(library.folder / "library.sqlite")
        connection.execute("UPDATE originals SET packed = CAST(x'00' || substr(packed, 2) AS BLOB)")
        connection.commit()
        connection.close()
        assert draw_page(library, article_id, 1) is None
        found = library.check()
        assert found.problems == ()
        assert any(f"the file of article {article_id} was given up" in h for h in found.healed)
        assert library.original(article_id) is None
        assert library.article(article_id).text


def test_an_older_library_gets_the_table_and_no_file(tmp_path: Path) -> None:
    library, article_id = add(tmp_path, samples.pdf(PAGES))
    library.close()
    connection = sqlite3.connect(tmp_path / "library" / "library.sqlite")
    connection.execute("DROP TABLE originals")
    connection.commit()
    connection.close()
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as again:
        assert again.original(article_id) is None
        assert draw_page(again, article_id, 1) is None
        data = samples.pdf([samples.column(72, ["Another bridge was built in the north."])])
        (tmp_path / "north.pdf").write_bytes(data)
        assert again.original(again.add(tmp_path / "north.pdf").id) == data


def test_a_library_keeps_no_more_files_than_it_may(tmp_path: Path) -> None:
    library, first = add(tmp_path, samples.pdf(PAGES))
    with library:
        size = len(zlib.compress(library.original(first) or b""))
        library.keep_at_most(size + 100)
        (tmp_path / "north.pdf").write_bytes(
            samples.pdf([samples.column(72, ["Another bridge was built in the north."])])
        )
        north = library.add(tmp_path / "north.pdf")
        assert library.original(north.id) is None
        assert library.original(first) is not None
        assert library.page_boxes(north.id, 0, 5)


@pytest.mark.parametrize("name", ["APPLE_2023Q3_10Q.pdf", "COSTCO_2023Q3_EARNINGS.pdf"])
def test_the_pages_of_a_filing_are_drawn_with_their_words_in_boxes(
    shared: Path, tmp_path: Path, name: str
) -> None:
    document = read_document(shared / "documents" / name)
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        article = library.add_document(document)
        for page in (1, 4):
            picture = draw_page(library, article.id, page)
            assert picture is not None and len(picture.image) < 400_000
            drawn = dark(picture, 250)
            high, wide = drawn.shape
            found = boxes_at(library.page_boxes(article.id, 0, 10**6), 0, 10**6)
            filled = []
            for left, top, width, height in (picture.part(b) for b in found if b.page == page):
                rows = slice(int(top * high), int((top + height) * high) + 1)
                columns = slice(int(left * wide), int((left + width) * wide) + 1)
                filled.append(drawn[rows, columns].any())
            assert len(filled) > 20 and all(filled)
