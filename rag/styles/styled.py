"""Citations and lists of references in a style, of articles as an export tells of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from index.speaking.words import _
from index.types import Json
from rag.styles import apa, chicago
from rag.styles.source import At, Source, Words, plain, source_of
from rag.types import Citation


class Style(StrEnum):
    """How a quote says where it is from; ``PLAIN`` is our own way."""

    PLAIN = "plain"
    APA = "apa"
    CHICAGO = "chicago"


class _Rules(Protocol):
    HEADING: str

    def cited(self, source: Source, at: At, mark: str = "") -> Words: ...

    def listed(self, source: Source, mark: str = "") -> Words: ...

    def ordered(self, sources: Mapping[str, Source]) -> dict[str, str]: ...


_RULES: dict[Style, _Rules] = {Style.APA: apa, Style.CHICAGO: chicago}


class Styled:
    """All articles of one text, in one style. Of ``PLAIN`` there is no list, and no citation."""

    def __init__(self, articles: Iterable[Json], style: Style | str) -> None:
        """``articles``: as ``source_of`` takes them, each with its ``id``.

        Raises:
            ValueError: there is no such style.
        """
        self._rules = _RULES.get(Style(style))
        self._sources = {each["id"]: source_of(each) for each in articles}
        self._marks = self._rules.ordered(self._sources) if self._rules else {}

    @property
    def heading(self) -> str:
        """What stands over the list, "" if there is none."""
        return _(self._rules.HEADING) if self._rules else ""

    def cited(self, citation: Citation | Json) -> Words:
        """Return what stands by a quote, () in the plain style."""
        if not self._rules:
            return ()
        told = citation if isinstance(citation, dict) else _told(citation)
        id_ = told["article_id"]
        at = At(told["paragraph"], told.get("page"), told.get("time"))
        return self._rules.cited(self._sources[id_], at, self._marks[id_])

    @property
    def listed(self) -> tuple[Words, ...]:
        """The list, in order."""
        if not self._rules:
            return ()
        return tuple(self._rules.listed(self._sources[i], mark) for i, mark in self._marks.items())


def cite_as(citations: Sequence[Citation], style: Style | str) -> tuple[list[str], list[str]]:
    """Return each citation in a style, in order, and the list of what they refer to.

    ``"apa"`` → ``(["(Lee, 2025, para. 6)"], ["Lee, A. (2025). …"])``. Of ``"plain"``, where each
    stands and no list.

    Raises:
        ValueError: there is no such style.
    """
    styled = styled_of(citations, style)
    if not styled.heading:
        return [f"{each.title}, {each.place}" for each in citations], []
    return [plain(styled.cited(each)) for each in citations], list(map(plain, styled.listed))


def styled_of(citations: Sequence[Citation], style: Style | str) -> Styled:
    """Return the articles of citations in a style."""
    articles = {each.article_id: each.article for each in citations}
    return Styled(
        [
            {
                "id": article.id,
                "title": article.title,
                "author": article.author,
                "published": article.published,
                "added": article.added,
                "media": article.media,
                "link": web_address(article.source),
            }
            for article in articles.values()
        ],
        style,
    )


def web_address(link: str) -> str:
    """Return where an article is on the web, from its source or a link into it; else ""."""
    whole = link.split("#")[0]
    return whole if whole.startswith(("http://", "https://")) else ""


def _told(citation: Citation) -> Json:
    return {
        "article_id": citation.article_id,
        "paragraph": citation.paragraph,
        "page": citation.page,
        "time": citation.time,
    }
