"""The articles of a paper as CSL-JSON and BibTeX, for programs that manage references.

A name is taken apart only where it says itself which is the family name (``rag.styles.source``), so
that nobody's is cut in the wrong place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from index.parse.content import PDF
from index.types import Json
from rag.answer.citation import spoken
from rag.styles.source import Author, authors_of, day_of

_BIBTEX = re.compile(r"[\\{}$&#%_~^]")
_WRITTEN = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\{",
    "}": r"\}",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def to_csl(articles: Sequence[Json]) -> str:
    """Return articles as CSL-JSON 1.0, which Zotero, Pandoc and others read."""
    return json.dumps([_item(each) for each in articles], ensure_ascii=False, indent=2) + "\n"


def _item(article: Json) -> Json:
    link = str(article.get("link") or "")
    kind = "report" if article.get("media") == PDF else "webpage" if link else "document"
    item: Json = {"id": article["id"], "type": kind, "title": spoken(article["title"])}
    if article.get("author"):
        item["author"] = list(map(_name, authors_of(article["author"])))
    if article.get("published"):
        item["issued"] = {"date-parts": [list(day_of(article["published"]))]}
    if link:
        item["URL"] = link
        if article.get("added"):
            item["accessed"] = {"date-parts": [list(day_of(article["added"]))]}
    if article.get("language"):
        item["language"] = article["language"]
    return item


def _name(author: Author) -> Json:
    if author.family:
        return {"family": author.family, "given": author.given}
    return {"literal": author.name}


def to_bibtex(articles: Sequence[Json]) -> str:
    """Return articles as a BibTeX file in UTF-8."""
    return "\n".join(_entry(article) for article in articles)


def _entry(article: Json) -> str:
    fields = {"title": f"{{{_tex(article['title'])}}}"}
    if article.get("author"):
        names = ((each, _tex(each.name)) for each in authors_of(article["author"]))
        fields["author"] = " and ".join(n if each.family else f"{{{n}}}" for each, n in names)
    date = day_of(article.get("published") or "")
    if date:
        fields["year"] = str(date[0])
    if len(date) > 1:
        fields["month"] = _MONTHS[date[1] - 1]
    if article.get("link"):
        # Within \url nothing is escaped but what would end it.
        address = str(article["link"]).translate({0x7B: "%7B", 0x7D: "%7D", 0x5C: "%5C"})
        fields["howpublished"] = f"\\url{{{address}}}"
    lines = (
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"
        for name, value in fields.items()
    )
    return f"@misc{{pullquote-{article['id']},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return _BIBTEX.sub(
        lambda found: _WRITTEN.get(found.group(), f"\\{found.group()}"), spoken(text)
    )
