"""Answers that need no evidence: of an article's metadata, of Pullquote, to a greeting."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from index.library import Library
from index.speaking.words import N_, _, ngettext
from index.types import Article, Role
from rag.libraries import at_hand
from rag.question.purpose import Purpose
from rag.types import Answer

MOST_DESCRIBED = 5
"""How many articles are described one by one; of more, the first are, and the others counted."""

_LINES = {
    Purpose.ABOUT_PULLQUOTE: N_(
        "I answer questions about {articles} with exact quotes that you can check, and say so where"
        " the text does not answer. Nothing leaves this machine unless you name a language model."
    ),
    Purpose.SMALL_TALK: N_("Hello! Ask me anything about {articles}; I answer with exact quotes."),
    Purpose.OPINION: N_(
        "That is for you to judge: no article can settle it, and I have no opinion of my own. Ask"
        " what {articles} said about it, and I answer with exact quotes."
    ),
}


def about_articles(question: str, library: Library, within: Collection[str] | None) -> Answer:
    """Return what the metadata of the articles at hand says: title, author, date, source, length.

    Args:
        question: what was asked.
        library: where the articles are.
        within: the ids of the articles at hand; all of the library, if not given.
    """
    articles = at_hand(library, within)
    left = len(articles) - MOST_DESCRIBED
    lines = [
        ngettext(
            "From the metadata of 1 article, not from the text.",
            "From the metadata of {count} articles, not from the text.",
            len(articles),
        ),
        *(_described(library.article(each.id), library) for each in articles[:MOST_DESCRIBED]),
        *([ngettext("And {count} more.", "And {count} more.", left)] if left > 0 else []),
    ]
    return _said(question, Purpose.ABOUT_ARTICLE, " ".join(lines))


def about_pullquote(question: str, library: Library, within: Collection[str] | None) -> Answer:
    """Return what can be asked. Arguments as of ``about_articles``."""
    return _friendly(question, Purpose.ABOUT_PULLQUOTE, library, within)


def small_talk(question: str, library: Library, within: Collection[str] | None) -> Answer:
    """Return a greeting. Arguments as of ``about_articles``."""
    return _friendly(question, Purpose.SMALL_TALK, library, within)


def opinion(question: str, library: Library, within: Collection[str] | None) -> Answer:
    """Return that no article settles this. Arguments as of ``about_articles``."""
    return _friendly(question, Purpose.OPINION, library, within)


def _friendly(
    question: str, purpose: Purpose, library: Library, within: Collection[str] | None
) -> Answer:
    articles = at_hand(library, within)
    if len(articles) == 1:
        name = _("“{title}”", title=articles[0].title)
    else:
        name = ngettext("your {count} article", "your {count} articles", len(articles))
    return _said(question, purpose, _(_LINES[purpose], articles=name))


def _described(article: Article, library: Library) -> str:
    """``“A bridge”, by Ana Sá, of 2024-03-01, 1,204 words in 12 paragraphs, from bridge.pdf.``."""
    paragraphs = [p for p in library.paragraphs(article.id) if p.role is Role.TEXT]
    words = sum(len(article.text[p.start : p.end].split()) for p in paragraphs)
    author = _("by {name}", name=article.author) if article.author else _("no author named")
    date = _("of {date}", date=article.published) if article.published else _("no date given")
    source = article.source if "://" in article.source else Path(article.source).name
    return _(
        "“{title}”, {author}, {date}, {words} in {paragraphs}, from {source}.",
        title=article.title,
        author=author,
        date=date,
        words=ngettext("{count} words", "{count} words", words),
        paragraphs=ngettext("1 paragraph", "{count} paragraphs", len(paragraphs)),
        source=source,
    )


def _said(question: str, purpose: Purpose, text: str) -> Answer:
    return Answer(question, text, (), (), False, 0.0, (), {}, purpose=purpose)
