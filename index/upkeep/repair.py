"""What is damaged is made again from what is not: passages from texts, words from passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.backends.backend import Backend
from index.backends.findings import Findings, Mending, Whole
from index.boxes import PageBoxes
from index.build import cut_and_embed, to_article, to_paragraphs
from index.embed.embedder import Embedder
from index.errors import InputError
from index.parse.document import read_document
from index.types import Article, Paragraph, Table


def repair(backend: Backend, found: Findings, embedder: Callable[[], Embedder]) -> tuple[str, ...]:
    """Mend what can be mended, in one transaction, and say what was.

    A text that is damaged comes back from its source, if that still has it. ``embedder`` is only
    called if passages have to be embedded again. Nothing is touched where what is stored cannot
    be read.
    """
    if not found.readable:
        return ()
    whole = [_cut_again(*each, embedder()) for each in _undamaged(backend, found)]
    boxes = {article_id: _boxes_again(backend, article_id) for article_id in sorted(found.boxes)}
    if not any((whole, found.words, boxes, found.originals)):
        return ()
    backend.mend(Mending(whole, boxes, found.originals))
    said = [f"article {each.article.id} was cut and embedded again" for each in whole]
    said += [
        f"the boxes of article {article_id} were {'read again' if pages else 'given up'}"
        for article_id, pages in boxes.items()
    ]
    said += [
        f"the file of article {article_id} was given up: it is shown as text"
        for article_id in sorted(found.originals)
    ]
    return (*said, "the full-text index and the word frequencies were rebuilt")


def _undamaged(
    backend: Backend, found: Findings
) -> Iterator[tuple[Article, Sequence[Paragraph], Sequence[Table]]]:
    """Yield broken articles with their texts, paragraphs and tables as they were added."""
    for article_id in sorted(found.cuts):
        article = backend.article(article_id)
        if article:
            yield article, backend.paragraphs(article_id), backend.tables(article_id)
    for article_id in sorted(found.texts):
        article = backend.article(article_id)
        try:
            document = read_document(Path(article.source)) if article else None
        except InputError:
            document = None
        if article and document and to_article(document).id == article_id:
            sha256 = to_article(document).sha256
            paragraphs = to_paragraphs(article_id, document)
            yield replace(article, text=document.text, sha256=sha256), paragraphs, document.tables


def _boxes_again(backend: Backend, article_id: str) -> Sequence[PageBoxes]:
    """Return the boxes of an article from its source; none if that does not say it any more."""
    article = backend.article(article_id)
    try:
        document = read_document(Path(article.source)) if article else None
    except InputError:
        return ()
    return document.boxes if document and to_article(document).id == article_id else ()


def _cut_again(
    article: Article,
    paragraphs: Sequence[Paragraph],
    tables: Sequence[Table],
    embedder: Embedder,
) -> Whole:
    cut = cut_and_embed(article, paragraphs, embedder, tables=tables)
    return Whole(article, paragraphs, *cut, tables)
