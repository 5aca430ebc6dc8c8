"""Each format's text as a reader would say it, and what the file says of itself."""

from __future__ import annotations

import pytest
import samples

from index.parse.document import parse_bytes
from index.parse.isolated.child import end_workers
from index.types import Document, Role


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> object:
    yield None
    end_workers()


def said(document: Document, role: Role = Role.TEXT) -> list[str]:
    return [document.text[start:end] for start, end, found in document.spans if found is role]


def facts(document: Document) -> tuple[str | None, ...]:
    return document.title, document.author, document.published


@pytest.mark.parametrize(
    ("data", "media"), [(samples.docx(), "wordprocessingml"), (samples.odt(), "opendocument.text")]
)
def test_an_office_file_is_read_with_its_table_and_without_what_was_deleted(
    data: bytes, media: str
) -> None:
    document = parse_bytes(data, "bridge.txt")
    assert said(document) == ["It was opened on Monday.", "2019\t12 million"]
    assert said(document, Role.HEADING) == ["The bridge", "Year\tCost"]
    assert facts(document) == ("The bridge", "Ana Silva", "2024-05-07")
    assert media in (document.media or "")


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    document = parse_bytes(samples.epub(), "book")
    assert said(document) == ["It opened on Monday.", "A ferry had crossed it."]
    assert said(document, Role.HEADING) == ["One", "Two"]
    assert (*facts(document), document.language) == ("The bridge", "Ana Silva", "2024-05-07", "en")


def test_rich_text_is_read_in_its_own_encoding() -> None:
    document = parse_bytes(samples.RTF, "bridge.doc")
    assert said(document) == ["The mayor’s bridge, 12 mètres high.", "It opened on Monday."]


def test_a_page_is_its_article() -> None:
    document = parse_bytes(samples.WEB_PAGE.encode(), "saved.pdf")
    paragraphs = said(document)
    assert [text.split()[0] for text in paragraphs] == ["The", "Engineers", "2019", "2020", "A"]
    assert paragraphs[2:4] == ["2019\t4.5", "2020\t7.5"]
    assert "It cost 12 million euros, said the town’s treasurer" in paragraphs[0]
    assert "the stone came by river" in paragraphs[1]
    assert said(document, Role.HEADING)[-2:] == ["What it cost", "Year\tCost in millions"]
    assert facts(document) == ("A bridge for the town", "Ana Silva", "2024-05-07")
    assert document.language == "en"
    for junk in ("secret", "cookies", "Ignore", "READ MORE", "Copyright", "News", "\u200b"):
        assert junk not in document.text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<html><head><meta charset="windows-1251"></head>', "cp1251"),
        (
            '<?xml version="1.0"?><html><meta http-equiv=x content="text/html; charset=koi8-r">',
            "koi8-r",
        ),
        ("<html>", "utf-8"),
        ("\ufeff<html>", "utf-16-le"),
    ],
)
def test_a_page_is_decoded_as_it_says(head: str, encoding: str) -> None:
    text = "Мэр открыл новый мост в понедельник. Он стоил двенадцать миллионов евро."
    page = f"{head}<body><p>{text}</p></body></html>"
    assert said(parse_bytes(page.encode(encoding), "page")) == [text]


def test_a_page_with_tags_left_open_is_read_as_a_browser_does() -> None:
    page = samples.WEB_PAGE.replace("<nav>", "<button><div>Menu</button><nav>")
    assert said(parse_bytes(page.encode(), "page")) == said(
        parse_bytes(samples.WEB_PAGE.encode(), "page")
    )


def test_markdown_says_of_itself_what_its_front_matter_says() -> None:
    text = (
        "---\ntitle: 'A bridge'\nauthor: Ana Silva\ndate: 2024-05-07T09:00\nlang: pt\n---\n\n"
        "It opened."
    )
    document = parse_bytes(text.encode(), "x.md")
    assert (*facts(document), document.language) == ("A bridge", "Ana Silva", "2024-05-07", "pt")
    assert said(document) == ["It opened."]


def test_the_head_of_a_table_is_no_title() -> None:
    assert (
        parse_bytes(b"| Year | Cost |\n|---|---|\n| 2019 | 12 |\n", "the-costs.md").title
        == "the costs"
    )


def test_a_date_that_is_none_is_left_out() -> None:
    assert parse_bytes(b"---\ndate: 2024-13-45\n---\n\nIt opened.", "x.md").published is None
