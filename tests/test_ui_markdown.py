"""Whatever is written, it is shown as it is written: against an independent Markdown reader."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from conftest import STORY
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from taking import exported

from index import Library
from index.parse.content import PDF
from index.parse.document import parse_text
from index.speaking.words import speaking
from rag import ask
from rag.answer.citation import spoken
from ui.page.render.markdown import Address, address_of, html, literal, read_address
from ui.page.render.messages import answered, asked
from ui.page.render.viewer import not_here, show_source

NASTY = st.text(alphabet="ab1 .)(#*_`~[]<>&!\\|-+=:/@\"'$^{}?é\U0001f600")
READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})


@given(NASTY)
@example("[1]: #cite-00000000-1-0-1")
@example("https://evil.example/x")
@example("&lt;b&gt;")
@example("1. one")
@example("www.evil.example a@evil.example ftp://evil.example")
def test_a_literal_text_reads_as_it_was_written(text: str) -> None:
    line = spoken(text)
    tokens = READER.parse(literal(line))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert "".join(child.content for child in inline) == line


@given(
    st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    st.integers(0, 999_999),
    st.integers(0, 99_999_999),
    st.integers(0, 99_999_999),
)
def test_an_address_is_read_as_it_was_written(article: str, n: int, start: int, end: int) -> None:
    place = Address(article, n, start, end)
    assert read_address(str(place)) == place
    assert read_address(f"{place}x") is None


@given(st.one_of(st.text(), st.none(), st.integers(), st.lists(st.text())))
def test_what_is_no_address_is_none(text: object) -> None:
    assert read_address(text) is None


def test_every_number_leads_to_its_citation(library: Library) -> None:
    answer = ask("Who designed the arch, and what did the new bridge cost?", library=library)
    assert len(answer.citations) > 1
    html = READER.render(answered(answer, library)["content"])
    for citation in answer.citations:
        assert html.count(f'href="{address_of(citation)}"') == 2  # in the answer, and below it
        assert f"Source {citation.number}: A bridge, paragraph" in unescape(html)
        assert f"<mark>{citation.quote}</mark>" in html


def test_a_question_is_one_literal_message() -> None:
    shown = asked("# *Who* <pays>?\n- me")
    assert READER.render(shown["content"]) == "<p># *Who* &lt;pays&gt;?\n- me</p>\n"


def test_an_export_reads_as_what_was_said(library: Library) -> None:
    answer = ask("Who designed the arch?", library=library)
    html = READER.render(exported([("Who <b>designed</b> it?", answer)]))
    assert "<h2>Who &lt;b&gt;designed&lt;/b&gt; it?</h2>" in html
    assert "[1] “Engineers from Porto designed the arch.”" in html
    assert "href" not in html


def test_the_source_marks_exactly_the_range(library: Library) -> None:
    (article,) = library.articles
    for start in range(0, len(STORY), 7):
        for paragraph in library.paragraphs(article.id):
            place = Address(article.id[:8], paragraph.number, start, start + 5)
            html = show_source(article, library, place)
            if paragraph.start <= start and start + 5 <= paragraph.end:
                (marked,) = html.split('<mark tabindex="-1">')[1:]
                assert unescape(marked.split("</mark>")[0]) == STORY[start : start + 5]
            else:
                assert html == not_here()


def test_a_pdf_whose_file_was_not_kept_says_how_to_see_its_pages(library: Library) -> None:
    told = replace(parse_text("One page. The mill is old.", title="A mill"), media=PDF)
    kept = replace(told, text="Another page. The mill is new.", source="new", original=b"%PDF-1.7")
    for document, cure in ((told, True), (kept, False)):
        said = show_source(library.add_document(document), library, None)
        assert ("remove it and add the file again" in said) is cure
    assert "add the file again" not in show_source(library.articles[0], library, None)


def test_a_long_article_is_shown_around_the_place(library: Library) -> None:
    text = "\n\n".join(f"Sentence number {n} stands here." for n in range(12_000))
    article = library.add_text(text, title="Long")
    paragraph = library.paragraphs(article.id)[9_000]
    place = Address(article.id[:8], paragraph.number, paragraph.start, paragraph.end)
    html = show_source(article, library, place)
    assert "Sentence number 9000 stands here.</mark>" in html
    assert "Sentence number 8700 " in html and "Sentence number 0 " not in html
    assert len(html) < 600_000 and "the part around it" in html


def test_the_end_of_a_page_is_a_space_to_a_reader(library: Library) -> None:
    text = "The bridge has a\fnon-stop lift."
    article = library.add_text(text, title="Pages")
    (paragraph,) = library.paragraphs(article.id)
    html = show_source(article, library, Address(article.id[:8], 1, 0, paragraph.end))
    marked = html.split('<mark tabindex="-1">')[1].split("</mark>")[0]
    assert marked == 'The bridge has a<span class="page-end">\f</span>non-stop lift.'


def test_a_title_is_set_apart_only_where_its_direction_may_differ() -> None:
    said = "“{title}” was removed."
    assert html(said, title="A <b> bridge") == "“A &lt;b&gt; bridge” was removed."
    assert html(said, title="جسر") == "“<bdi>جسر</bdi>” was removed."
    with speaking("ar"):
        assert "<bdi>A bridge</bdi>" in html(said, title="A bridge")
