"""The words that lie on the picture of a page are the article's, each run where it is drawn."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
import samples
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from test_boxes import turned
from tiny import TinyEmbedder

from index import Library
from index.parse.text import PAGE_BREAK
from ui.page.source.beside import ALONE
from ui.page.source.sheet import show_sheet

LINES = [
    "The <b>mayor</b> opened the bridge & its lamps on Monday, after the engi-",
    "neers had left for the long summer in the south of the country.",
]


def _layer(folder: Path, pdf: bytes) -> tuple[str, str]:
    """Return the text of a file's first page, and its words as HTML."""
    (folder / "a.pdf").write_bytes(pdf)
    with Library.open(folder / "library", embedder=TinyEmbedder(max_tokens=99)) as library:
        article = library.add(folder / "a.pdf")
        html = show_sheet(article, library, None, ALONE, 1, 1)
    return article.text.split(PAGE_BREAK)[0], html[html.index('<div class="layer"') :]


def _plain(html: str) -> list[str]:
    return unescape(re.sub(r"<[^>]*>", "", html)).split()


def test_without_its_tags_it_is_the_text_of_the_page(tmp_path: Path) -> None:
    text, html = _layer(tmp_path, samples.pdf([samples.column(72, LINES)] * 2))
    assert "<b>" not in html and "&lt;b&gt;mayor" in html
    assert "engineers" in _plain(html)  # one word on two lines
    assert _plain(html) == text.split()
    assert html.count('class="run"') == len(LINES)


@pytest.mark.parametrize("rotation", [90, 180])
def test_on_a_page_that_is_shown_turned_the_runs_lie_level(tmp_path: Path, rotation: int) -> None:
    text, html = _layer(tmp_path, turned(LINES, rotation))
    assert html.count('class="run"') == len(LINES) and "upright" not in html
    assert _plain(html) == text.split()


def test_what_is_drawn_upright_is_an_upright_run_and_what_is_cut_off_is_none(
    tmp_path: Path,
) -> None:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=letter, invariant=True)
    for x, y, words in samples.column(72, LINES):
        canvas.drawString(x, y, words)
    canvas.drawString(72, 900, "Printed above the edge of the paper")
    canvas.rotate(90)
    canvas.drawString(100, -560, "Told at the side of the page by its photographer")
    canvas.save()
    _, html = _layer(tmp_path, data.getvalue())
    (upright,) = re.findall(r'class="run upright".*?</span></span>', html)
    assert "Told at the side of the page by its photographer" in upright
    assert "edge of the paper" not in html
