"""What an answer was quoted from, as it is today: its text, and all that is said of a quote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from index.build import to_article, to_paragraphs
from index.library import Library
from index.parse.document import parse_bytes, read_document, source_of
from index.parse.text import page_at, read_file
from index.speaking.words import _, ngettext
from index.types import Article, Json, Paragraph, Table
from rag.answer.export import context
from rag.link import link_to
from rag.place import time_of


@dataclass(frozen=True)
class Origin:
    """A text that a quote can be looked for in; ``where`` is the file or library that has it.

    Without ``article`` and ``paragraphs`` only the text can be compared. ``named`` is the file if
    its user named it, wherever the article was read from.
    """

    where: str
    text: str
    article: Article | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    named: Path | None = None
    tables: tuple[Table, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The hash of the text, as an export has it."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def differences(self, citation: Json, told: Json, at: int) -> Iterator[str]:
        """Say what an export tells otherwise of a quote that stands at ``at`` today.

        ``told`` is what it tells of the article.
        """
        article = self.article
        if article is None:
            return
        if not self._is_called(article, citation):
            yield _("its title is “{title}”", title=article.title)
        if article.published != told["published"]:
            date = article.published
            yield _("it is of {date}", date=date) if date else _("it has no date")
        number = next((p.number for p in self.paragraphs if p.start <= at < p.end), 0)
        if number != citation["paragraph"]:
            yield _("it stands in paragraph {paragraph}", paragraph=number)
        page = page_at(self.text, at)
        if page != citation.get("page"):
            yield _("it stands on page {page}", page=page) if page else _("it has no pages")
        time = time_of(article, at)
        if "time" in citation and time != citation["time"]:
            yield _("it is said at {time}", time=time) if time else _("no time stands over it")

    def untold(self, citation: Json, told: Json) -> Iterator[str]:
        """Say what else is not as it was exported, although the text is the same."""
        article, start, end = self.article, citation["start"], citation["end"]
        if article is None:
            return
        if told["characters"] != len(self.text):
            size = len(self.text)
            yield ngettext(
                "the article has {count} character", "the article has {count} characters", size
            )
        if any(citation[key] != said for key, said in context(self.text, start, end).items()):
            yield _("other words stand before or after it")
        cited = replace(article, source=citation["source"])
        links = {link_to(replace(cited, media=media), start, end) for media in (None, cited.media)}
        if citation.get("link", "") not in {"", *links}:
            yield _("its link leads elsewhere")

    def renamed(self, citation: Json) -> str:
        """Return under which source a library holds it now; empty if it is the one that is cited.

        Where files are named, it is not compared.
        """
        if self.article is None or self.named or self.article.source == citation["source"]:
            return ""
        return self.article.source

    def _is_called(self, article: Article, citation: Json) -> bool:
        """Tell whether it has the title, or has it wherever its file is called as it was."""
        title: str = citation["title"]
        if title == article.title or not self.named:
            return title == article.title
        return parse_bytes(read_file(self.named), citation["source"]).title == title


def read_origin(path: Path, *, named: bool = False) -> Origin:
    """Read a file as it is today.

    Raises:
        InputError: it cannot be taken in.
    """
    document = read_document(path)
    article = to_article(document)
    paragraphs = to_paragraphs(article.id, document)
    kept = path if named else None
    return Origin(source_of(path), document.text, article, paragraphs, kept, document.tables)


def held_origin(article_id: str, library: Library) -> Origin | None:
    """Return the article, or its newest version, as a library holds it; None if it does not."""
    held = (
        library.article(article_id) if library.titles([article_id]) else library.newer(article_id)
    )
    if held is None:
        return None
    where = _("library {place}", place=library.place)
    tables = library.tables(held.id)
    return Origin(where, held.text, held, library.paragraphs(held.id), tables=tables)
