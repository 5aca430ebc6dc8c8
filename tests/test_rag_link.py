"""A citation's link leads to the page, or to the words: in a real browser too."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.types import Article
from rag.link import link_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def article(text: str, source: str, media: str | None) -> Article:
    return Article("a", "Title", source, text, "2024", None, "", media=media)


@pytest.mark.parametrize(
    ("source", "media", "text", "link"),
    [
        ("report.pdf", "application/pdf", "One.\n\n\fTwo.\f", "report.pdf#page=2"),
        ("my files/a#b?.pdf", "application/pdf", "Two.\f", "my%20files/a%23b%3F.pdf#page=1"),
        ("/tmp/a b.pdf", "application/pdf", "\f\fTwo.\f", "file:///tmp/a%20b.pdf#page=3"),
        ("https://x.org/a.pdf#old", "application/pdf", "Two.\f", "https://x.org/a.pdf#page=1"),
        ("story.txt", "text/plain", "Two.", "story.txt"),
        ("pasted text", None, "Two.", ""),
        ("page.html", "text/html", "Two.", "page.html#:~:text=Two."),
        (
            "https://x.org/?a=1#top",
            "text/html",
            "Two-fold, a & b: 5% “ü”.",
            "https://x.org/?a=1#:~:text=Two%2Dfold%2C%20a%20%26%20b%3A%205%25%20%E2%80%9C%C3%BC%E2%80%9D.",
        ),
    ],
)
def test_a_link_leads_to_the_place(source: str, media: str | None, text: str, link: str) -> None:
    start = text.index("Two")
    end = len(text.rstrip("\f"))
    assert link_to(article(text, source, media), start, end) == link


def test_words_that_stand_there_twice_are_told_apart_by_what_is_before() -> None:
    text = "The bridge opened.\n\nIt cost 5.\n\nThe ferry closed.\n\nIt cost 5."
    link = link_to(article(text, "a.html", "text/html"), text.rindex("It"), len(text))
    assert link == "a.html#:~:text=The%20ferry%20closed.-,It%20cost%205."


SENTENCES = [
    "It cost 12\u00a0million euros, said the treasurer, and that is that.",
    "Der Bürgermeister sagte: „Die Brücke – endlich – ist fertig & bezahlt, zu 100%.“",
    "市长星期一为新桥揭幕。",
    "Мэр открыл новый мост в понедельник.",
    "افتتح العمدة الجسر الجديد يوم الاثنين.",
    "The long-term plan, he said, is a state-of-the-art bridge; isn’t it? " + "It is long. " * 20,
]


@pytest.mark.parametrize("number", range(len(SENTENCES) + 1))
def test_a_browser_scrolls_to_the_words(browser: Browser, tmp_path: Path, number: int) -> None:
    """Each sentence stands two screens below the one before; the last place is a row."""
    gap = '<div style="height:3000px"></div>'
    body = "".join(f"{gap}<p>{escape(sentence)}</p>" for sentence in SENTENCES)
    body += f"{gap}<table><tr><td>Canada</td><td>-1.0%</td><td>7.4%</td></tr></table>{gap}"
    page = tmp_path / "a page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{body}", encoding="utf-8")
    texts = [" ".join(sentence.split()) for sentence in SENTENCES]
    text = "\n\n".join([*texts, "Canada\t-1.0%\t7.4%"])
    start = text.index([*texts, "Canada"][number])
    end = text.index("\n\n", start) if number < len(texts) else len(text)
    link = link_to(article(text, str(page), "text/html"), start, end)
    opened = browser.new_page()
    opened.goto(link)
    opened.wait_for_timeout(200)
    place = "p" if number < len(texts) else "td"
    box = opened.locator(place).nth(number if place == "p" else 0).bounding_box()
    assert box and opened.viewport_size
    height = opened.viewport_size["height"]
    assert opened.evaluate("scrollY") > 1000 and 0 <= box["y"] < height
    opened.close()
    other = browser.new_page()
    other.goto(link.replace("text=", "text=not%20there%20"))
    other.wait_for_timeout(200)
    assert other.evaluate("scrollY") == 0
    other.close()
