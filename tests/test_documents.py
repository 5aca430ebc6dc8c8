"""Two filings and three saved news pages: read as a reader sees them, asked, and cited by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest

from index import Library
from index.parse.document import read_document
from index.types import Role
from rag import ask

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUESTIONS = [
    (
        "APPLE",
        2,
        "How many shares of common stock were outstanding as of July 21, 2023?",
        "15,634,232,000",
    ),
    (
        "APPLE",
        14,
        "How many shares did Apple repurchase during the nine months?",
        "365 million shares",
    ),
    (
        "APPLE",
        14,
        "When did the European Commission announce its decision on state aid?",
        "August 30, 2016",
    ),
    (
        "COSTCO",
        2,
        "How many warehouses does Costco operate?",
        "853 warehouses",
    ),
    (
        "COSTCO",
        1,
        "What was the charge for the discontinuation of charter shipping activities?",
        "$298 million",
    ),
    (
        "COSTCO",
        2,
        "When is the conference call to discuss these results scheduled?",
        "2:00 p.m.",
    ),
    (
        "lifewire",
        None,
        "How do you delete a page in Word?",
        "Navigation Pane",
    ),
    (
        "npr",
        None,
        "What did Socrates think death would be?",
        "one of two things",
    ),
    (
        "sportingnews",
        None,
        "Where did McIlroy win the U.S. Open in 2011?",
        "Congressional Golf Club",
    ),
    (
        "sportingnews",
        None,
        "How many major tournaments has McIlroy won?",
        "four major tournaments",
    ),
]

SEEN = {
    "lifewire-office-language.html": ("What to Know\n", "Was this page helpful?"),
    "npr-heaven-and-hell.html": ("TERRY GROSS, HOST:", "Copyright © 2020"),
    "sportingnews-mcilroy-majors.html": ("Rory McIlroy has been one of the best", "Author(s)"),
}
"""Where what a reader calls the article begins and ends on the page."""

ASIDE = re.compile(r"(?:MORE|U\.S\. OPEN 2022):.*")
"""Lines within the article that lead to another one."""


@pytest.fixture(scope="module")
def documents(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("documents") / "library") as library:
        with library.writing():
            for path in sorted((shared / "documents").iterdir()):
                library.add(path)
        yield library


@pytest.mark.parametrize(("source", "page", "question", "words"), QUESTIONS)
def test_a_question_is_answered_from_its_document_and_page(
    documents: Library, source: str, page: int | None, question: str, words: str
) -> None:
    answer = ask(question, library=documents)
    assert not answer.refused
    (citation,) = [c for c in answer.citations if words in c.quote]
    assert Path(citation.source).name.startswith(source)
    assert citation.page == page
    text = citation.article.text
    assert text[citation.start : citation.end] == citation.quote
    if page:
        assert citation.link.endswith(f".pdf#page={page}")
        raw = pdfium.PdfDocument(citation.source)[page - 1].get_textpage().get_text_range()
        assert " ".join(citation.quote.split()[:6]) in " ".join(raw.split())
    else:
        assert "#:~:text=" in citation.link


def test_every_paragraph_of_a_filing_is_on_the_page_that_it_names(
    documents: Library, shared: Path
) -> None:
    """By the words of the page, as another function of the library gives them."""
    (filing,) = documents.find(source="APPLE")
    pages = pdfium.PdfDocument(shared / "documents" / "APPLE_2023Q3_10Q.pdf")
    words = [
        "".join(page.get_textpage().get_text_range().split()).replace("\x02", "-") for page in pages
    ]
    paragraphs = [p for p in documents.paragraphs(filing.id) if p.role is Role.TEXT]
    missing = [
        paragraph
        for paragraph in paragraphs
        if "".join(filing.text[paragraph.start : paragraph.end].split()[:3])
        not in words[(paragraph.page or 0) - 1]
    ]
    assert len(paragraphs) > 350
    assert len(missing) <= 0.03 * len(paragraphs)


def test_running_lines_are_out_of_the_filings_and_letters_are_in(documents: Library) -> None:
    (filing,) = documents.find(source="APPLE")
    (release,) = documents.find(source="COSTCO")
    assert "Form 10-Q |" not in filing.text
    assert "\ufffd" not in release.text
    assert "the first 36 weeks of fiscal 2023, ended May 7, 2023." in release.text
    for words in ("inflation or deflation", "tariffs and the Ukraine conflict", "reports filed"):
        assert words in release.text
    assert (release.published, filing.published) == ("2023-05-25", "2023-08-04")


@pytest.mark.parametrize("name", sorted(SEEN))
def test_a_saved_page_says_what_a_reader_sees(shared: Path, name: str, browser: Browser) -> None:
    path = shared / "documents" / name
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    seen = page.evaluate("document.body.innerText")
    context.close()
    begin, end = SEEN[name]
    article = seen[seen.index(begin) : seen.index(end)]
    lines = [line for line in re.split(r"[\n\t]", article) if not ASIDE.fullmatch(line.strip())]
    text = _words(read_document(path).text)
    sentences = [s for line in lines for s in re.split(r"(?<=[.!?]) ", line) if _words(s).strip()]
    kept = [sentence for sentence in sentences if _words(sentence) in text]
    assert len(kept) >= 0.98 * len(sentences)
    document = read_document(path)
    paragraphs = [document.text[s:e] for s, e, role in document.spans if role is Role.TEXT]
    foreign = [p for p in paragraphs if _words(p) not in _words(article)]
    assert len(foreign) <= 3, foreign


def _words(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "
