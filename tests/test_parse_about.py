"""Titles, dates and authors by what a document shows, where what it tells of itself is wrong."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from index.parse.about.dates import choose_date, find_date
from index.parse.document import parse_bytes, parse_text

STORY = (
    "The mayor opened the new bridge on Monday, and it cost 12 million euros in the end.",
    "Engineers from Porto designed the arch in 2019 and worked on it for three long years.",
    "A ferry had crossed the river since 1 May 1890. Its last captain retired in spring.",
)


def page(
    head: str,
    *,
    metas: dict[str, str] | None = None,
    ld: Any = None,
    title: str = "A bridge for the town | The Daily",
    foot: str = "",
) -> bytes:
    """A page with ``head`` above its story."""
    told = "".join(f'<meta property="{k}" content="{v}">' for k, v in (metas or {}).items())
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld else ""
    story = "".join(f"<p>{each}</p>" for each in STORY)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{told}{script}</head><body>"
        "<nav><a href=/>Home</a> <time datetime='2026-01-02'>2 January 2026</time></nav>"
        f"<main><article>{head}{story}</article></main>"
        f"<footer>© 2018 The Daily. Last built on March 3, 2017.{foot}</footer></body></html>"
    ).encode()


H1 = "<h1>A bridge for the town</h1>"
ARTICLE = {"@type": "NewsArticle", "headline": "A bridge for the town"}
SITE = {"@type": "WebSite", "name": "The Daily", "datePublished": "2018-01-01"}

DATES: dict[str, tuple[bytes, str | None]] = {
    "the template's date, a byline of 2024": (
        page(
            f"{H1}<p class=by>By Ana Sá, March 7, 2024</p>",
            metas={"article:published_time": "2018-02-01T00:00:00Z"},
        ),
        "2024-03-07",
    ),
    "a site in JSON-LD, the article beside it": (
        page(H1, ld={"@graph": [SITE, {**ARTICLE, "datePublished": "2024-03-07T09:00:00Z"}]}),
        "2024-03-07",
    ),
    "a site in JSON-LD alone": (page(H1, ld=SITE), None),
    "a time element under the headline": (
        page(
            f"{H1}<div><b>Published</b> <time datetime=2024-03-07T10:00>Thursday</time></div>",
            ld={**ARTICLE, "datePublished": "2018-03-03"},
        ),
        "2024-03-07",
    ),
    "edited later, as JSON-LD says": (
        page(
            f"{H1}<div>Updated on October 15, 2022</div>",
            ld={**ARTICLE, "datePublished": "2018-10-08", "dateModified": "2022-10-15"},
        ),
        "2018-10-08",
    ),
    "published and updated at the head": (
        page(f"{H1}<p>Published 7 March 2024</p><p>Updated 9 May 2024</p>"),
        "2024-03-07",
    ),
    "nothing but a footer and dates in the story": (page(H1), None),
    "a day that may be two": (page(f"{H1}<p>05/07/2024</p>"), None),
    "a day that may be two, and metadata": (
        page(f"{H1}<p>05/07/2024</p>", metas={"date": "2024-07-05"}),
        "2024-07-05",
    ),
    "metadata that contradicts itself": (
        page(H1, metas={"date": "2018-01-01", "article:published_time": "2024-03-07"}),
        None,
    ),
    "another article's JSON-LD": (
        page(
            f"{H1}<p>7 mars 2024</p>",
            ld=[{"@type": "Article", "headline": "Ten dogs", "datePublished": "2019-01-01"}],
        ),
        "2024-03-07",
    ),
    "above the headline": (page(f"<p>Thursday, 7 March 2024</p>{H1}"), "2024-03-07"),
    "metadata of one time zone, a byline of another": (
        page(
            f"{H1}<p>March 6, 2024 11:30 PM ET</p>",
            metas={"article:published_time": "2024-03-07T04:30:00Z"},
        ),
        "2024-03-07",
    ),
    "a date that lies ahead": (page(H1, metas={"date": "2999-01-01"}), None),
    "only metadata": (page(H1, metas={"article:published_time": "2024-03-07"}), "2024-03-07"),
}


@pytest.mark.parametrize("case", DATES)
def test_when_a_page_was_published(case: str) -> None:
    data, published = DATES[case]
    assert parse_bytes(data, "page.html").published == published


TITLES: dict[str, tuple[bytes, str]] = {
    "the site's logo is a heading": (
        page(
            "<h1>The Daily</h1><h2>A bridge for the town</h2>",
            metas={"og:site_name": "The Daily", "og:title": "A bridge for the town"},
        ),
        "A bridge for the town",
    ),
    "the template's title": (
        page(H1, title="Untitled page", metas={"og:title": "Welcome to our site"}),
        "A bridge for the town",
    ),
    "the headline, longer in the metadata": (
        page(H1, ld={**ARTICLE, "headline": "A bridge for the town at last"}),
        "A bridge for the town",
    ),
    "two headings, one of them told": (
        page(f"<h1>Regional news of the week</h1>{H1}", ld=ARTICLE),
        "A bridge for the town",
    ),
    "no heading": (page("", ld=ARTICLE), "A bridge for the town"),
}


@pytest.mark.parametrize("case", TITLES)
def test_what_a_page_is_called(case: str) -> None:
    data, title = TITLES[case]
    assert parse_bytes(data, "page.html").title == title


def pdf(lines: list[tuple[float, str]], **told: str) -> bytes:
    """A PDF of one page: lines with their sizes of type, and what it tells of itself."""
    data = io.BytesIO()
    canvas = Canvas(data, invariant=True)
    canvas.setTitle(told.get("title", ""))
    canvas.setAuthor(told.get("author", ""))
    top = 800.0
    for size, line in lines:
        top -= 1.6 * size
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, top, line)
    canvas.save()
    return data.getvalue()


BODY = [(10.0, each) for each in STORY] * 3
PRINTED = "2000-01-01"
"""What these files tell of when they were made."""

FILES: dict[str, tuple[bytes, tuple[str, str | None, str | None]]] = {
    "titled by the program": (
        pdf([(20, "Quarterly report of the bridge"), *BODY], title="Microsoft Word - final_v3.doc"),
        ("Quarterly report of the bridge", None, PRINTED),
    ),
    "titled by the template": (
        pdf([(20, "Quarterly report of the bridge"), *BODY], title="Company letter template 2018"),
        ("Quarterly report of the bridge", None, PRINTED),
    ),
    "titled well, the name of the paper is larger": (
        pdf(
            [(28, "THE DAILY BRIDGE POST"), (16, "A bridge for the whole town"), *BODY],
            title="A bridge for the whole town",
        ),
        ("A bridge for the whole town", None, PRINTED),
    ),
    "a form and a company": (
        pdf([(18, "FORM 10-Q"), (10, "(Mark one)"), (22, "Bridge Inc."), *BODY], title="000-23-7"),
        ("FORM 10-Q · Bridge Inc.", None, PRINTED),
    ),
    "nothing larger, and only the file tells": (
        pdf(BODY, title="Minutes of the bridge committee"),
        ("Minutes of the bridge committee", None, PRINTED),
    ),
    "the author is a program": (
        pdf([(20, "A bridge for all"), *BODY], author="Filing Service 2.0"),
        ("A bridge for all", None, PRINTED),
    ),
    "the author is named": (
        pdf([(20, "A bridge for all"), (10, "By Ana Silva"), *BODY], author="Ana Silva"),
        ("A bridge for all", "Ana Silva", PRINTED),
    ),
    "a date under the title": (
        pdf([(20, "A bridge for all"), (12, "March 7, 2024"), *BODY]),
        ("A bridge for all", None, "2024-03-07"),
    ),
    "the end of a quarter under the title": (
        pdf([(20, "A bridge for all"), (12, "For the quarter ended March 31, 2024"), *BODY]),
        ("A bridge for all", None, PRINTED),
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_what_a_pdf_shows_of_itself(case: str) -> None:
    data, told = FILES[case]
    document = parse_bytes(data, "scan_0017.pdf")
    assert (document.title, document.author, document.published) == told


def test_a_text_says_when_it_was_published() -> None:
    first = f"PORTO, March 7, 2024 (Agency) -- {STORY[0]}"
    assert parse_text("\n\n".join([first, *STORY])).published == "2024-03-07"
    assert parse_text("\n\n".join(["# A bridge", "7 March 2024", *STORY])).published == "2024-03-07"
    assert parse_text("\n\n".join(STORY)).published is None
    front = "---\ndate: 2023-01-05\n---\n\n"
    assert parse_text(front + "\n\n".join(["7 March 2024", *STORY])).published == "2023-01-05"
    assert parse_text("\n\n".join([*STORY, "7 March 2024"])).published is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月7日", "2024-03-07"),
        ("7. März 2024", "2024-03-07"),
        ("5/25/2023", "2023-05-25"),
        ("25.5.2023", "2023-05-25"),
        ("07/07/2023", "2023-07-07"),
        ("May 2024", None),
        ("Form 10-Q, page 3 of 2024", None),
        ("31/31/2024", None),
        ("+351 2024 1234", None),
    ],
)
def test_a_day_is_found_or_none(text: str, day: str | None) -> None:
    assert find_date(text) == day


def test_the_head_is_before_metadata_that_differs() -> None:
    assert choose_date([], []) is None
    assert choose_date(["2024-03-07"], ["2018-01-01"]) == "2024-03-07"
    assert choose_date(["2024-03-07"], ["2024-03-08"]) == "2024-03-08"
    assert choose_date(["2024-03-07"], ["2018-01-01"], ["2024-03-07"]) == "2018-01-01"
    assert choose_date(["2024-03-07"], ["2024-03"]) == "2024-03"
    assert choose_date(["2024-03-07"], [], ["2024-03-07"]) == "2024-03-07"
