"""What a web page says of its article: in its metadata, and where a reader sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import html

from index.parse.about.dates import choose_date, find_date, iso
from index.parse.about.titles import choose_title, says
from index.parse.blocks import folded
from index.types import Json

BYLINE = 100
"""A piece with more characters is no line under a headline ..."""

PARAGRAPH = 60
"""... and a block with more begins the article."""

MOST_SCRIPT = 1_000_000
MOST_PIECES = 300

_PUBLISHED = re.compile(r"publi[sc]|pub_?date|(?:^|[.:_-])date(?:$|[.:_-])|date_?created", re.I)
_MODIFIED = re.compile(r"modif|updat|revis", re.I)
_OTHER = re.compile(r"expir|valid|birth|copyright|publisher|publication_?name", re.I)


@dataclass(slots=True)
class Told:
    """What the metadata says. ``articles`` are what JSON-LD says of things with a headline."""

    titles: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    articles: list[Json] = field(default_factory=list)


def read_told(root: html.HtmlElement) -> Told:
    """Read the metadata of a page, scripts still in it."""
    told = Told()
    for meta in root.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = folded(meta.get("content") or "")
        if key in {"og:title", "twitter:title"}:
            told.titles.append(content)
        elif key in {"og:site_name", "application-name"}:
            told.sites.append(content)
        elif iso(content) and not _OTHER.search(key):
            if _MODIFIED.search(key):
                told.modified.append(content)
            elif _PUBLISHED.search(key):
                told.published.append(content)
    for script in root.xpath("//script[@type='application/ld+json']"):
        for each in _objects((script.text or "")[:MOST_SCRIPT]):
            if isinstance(each.get("headline"), str):
                told.articles.append(each)
            told.sites += _names(each.get("publisher"))
    told.titles += [folded(title.text_content()) for title in root.iter("title")][:1]
    return told


def _objects(script: str) -> Iterator[Json]:
    """Yield every object of a script of JSON-LD, however it is nested."""
    try:
        waiting = [json.loads(script)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += reversed(list(value.values()))
        elif isinstance(value, list):
            waiting += reversed(value)


def _names(publisher: object) -> list[str]:
    name = publisher.get("name") if isinstance(publisher, dict) else None
    return [folded(name)] if isinstance(name, str) else []


def page_title(root: html.HtmlElement, told: Told, usual: str | None) -> str | None:
    """Return the title of the article; ``usual`` is what a library for it says."""
    shown = [text for text in (folded(h1.text_content()) for h1 in root.iter("h1")) if text]
    headlines = [folded(each["headline"]) for each in told.articles]
    own = [*headlines, *told.titles, *([usual] if usual else [])]
    return choose_title(list(dict.fromkeys(shown)), own, told.sites)


def page_date(
    root: html.HtmlElement, told: Told, title: str | None, paragraphs: Sequence[html.HtmlElement]
) -> str | None:
    """Return when the article was published; ``paragraphs`` are its blocks.

    What JSON-LD says of the very article is before what the head of the file says.
    """
    own = [each for each in told.articles if title and _is_of(each, title)]
    published = [
        each["datePublished"] for each in own if isinstance(each.get("datePublished"), str)
    ]
    modified = [each["dateModified"] for each in own if isinstance(each.get("dateModified"), str)]
    stated = [said for said in map(_said, _head(root, title, paragraphs)) if said]
    return choose_date(stated, published or told.published, [*modified, *told.modified])


def _is_of(article: Json, title: str) -> bool:
    headline = str(article["headline"])
    return says(headline, title) or says(title, headline)


def _said(element: html.HtmlElement) -> str | None:
    """Return the date of one piece of the head: of its attribute or of its words."""
    if element.tag == "time" and iso(element.get("datetime")):
        day = iso(element.get("datetime"))
        return day if day and len(day) == len("2025-05-07") else None
    text = folded(element.text_content())
    return find_date(text) if len(text) <= BYLINE else None


def _head(
    root: html.HtmlElement, title: str | None, paragraphs: Sequence[html.HtmlElement]
) -> Iterator[html.HtmlElement]:
    """Yield what stands between the headline, or beside it, and the first paragraph."""
    wanted = folded(title or "")
    headline = next((h for h in root.iter("h1", "h2") if folded(h.text_content()) == wanted), None)
    if headline is None:
        return
    long = (p for p in paragraphs if len(folded(p.text_content())) > PARAGRAPH)
    place = {element: number for number, element in enumerate(root.iter())}
    after = place[headline]
    first = min((place[p] for p in long if place.get(p, -1) > after), default=0)
    beside = headline.getparent()
    begin = place[beside] + 1 if beside is not None else after
    inside = set(headline.iter())
    pieces = [e for e, at in place.items() if begin <= at < first and e not in inside]
    yield from (e for e in pieces[:MOST_PIECES] if isinstance(e.tag, str))
