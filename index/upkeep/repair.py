"""What is damaged is made again from what is not: passages from texts, words from passages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.backends.sqlite.boxes import insert_boxes
from index.backends.sqlite.integrity.check import Findings
from index.backends.sqlite.originals import insert_original
from index.backends.sqlite.rows import (
    count_tokens,
    insert_paragraphs,
    insert_passage,
    integers,
    is_large,
    raise_revision,
)
from index.backends.sqlite.store import Store
from index.backends.sqlite.tables import insert_tables
from index.backends.sqlite.words.languages import index_words, note_language
from index.boxes import PageBoxes
from index.build import cut_and_embed, to_article, to_paragraphs
from index.embed.embedder import Embedder
from index.errors import InputError
from index.parse.document import read_document
from index.types import Article, Encoding, Paragraph, Passage, Table


@dataclass(frozen=True, slots=True)
class _Whole:
    """An article as it was added, cut and embedded again."""

    article: Article
    paragraphs: Sequence[Paragraph]
    passages: Sequence[Passage]
    encodings: Sequence[Encoding]
    tables: Sequence[Table]


def repair(store: Store, found: Findings, embedder: Callable[[], Embedder]) -> tuple[str, ...]:
    """Mend what can be mended, in one transaction, and say what was.

    A text that is damaged comes back from its source, if that still has it. ``embedder`` is only
    called if passages have to be embedded again. Nothing is touched where SQLite itself cannot
    read the file.
    """
    if not found.readable:
        return ()
    whole = [_cut_again(*each, embedder()) for each in _undamaged(store, found)]
    boxes = {article_id: _boxes_again(store, article_id) for article_id in sorted(found.boxes)}
    if not any((whole, found.words, boxes, found.originals)):
        return ()
    with store.transaction() as connection:
        connection.execute("DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")
        for each in whole:
            _forget(connection, each.article.id)
        index_words(connection)
        for each in whole:
            _put_back(connection, each)
        for article_id, pages in boxes.items():
            insert_boxes(connection, article_id, pages)
        for article_id in found.originals:
            insert_original(connection, article_id, b"")
        connection.execute("DELETE FROM frequencies")
        blobs = connection.execute("SELECT tokens FROM passage_tokens")
        count_tokens(connection, (integers(blob, 3)[:, 0] for (blob,) in blobs), +1)
        raise_revision(connection, dropped=True)
    store.checkpoint()
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
    store: Store, found: Findings
) -> Iterator[tuple[Article, Sequence[Paragraph], Sequence[Table]]]:
    """Yield broken articles with their texts, paragraphs and tables as they were added."""
    for article_id in sorted(found.cuts):
        article = store.article(article_id)
        if article:
            yield article, store.paragraphs(article_id), store.tables(article_id)
    for article_id in sorted(found.texts):
        article = store.article(article_id)
        try:
            document = read_document(Path(article.source)) if article else None
        except InputError:
            document = None
        if article and document and to_article(document).id == article_id:
            sha256 = to_article(document).sha256
            paragraphs = to_paragraphs(article_id, document)
            yield replace(article, text=document.text, sha256=sha256), paragraphs, document.tables


def _boxes_again(store: Store, article_id: str) -> Sequence[PageBoxes]:
    """Return the boxes of an article from its source; none if that does not say it any more."""
    article = store.article(article_id)
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
) -> _Whole:
    cut = cut_and_embed(article, paragraphs, embedder, tables=tables)
    return _Whole(article, paragraphs, *cut, tables)


def _forget(connection: sqlite3.Connection, article_id: str) -> None:
    connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
    for name in ("paragraphs", "tables", "table_rows"):
        connection.execute(f"DELETE FROM {name} WHERE article_id = ?", (article_id,))


def _put_back(connection: sqlite3.Connection, whole: _Whole) -> None:
    article = whole.article
    connection.execute(
        "UPDATE articles SET text = ?, sha256 = ? WHERE id = ?",
        (article.text, article.sha256, article.id),
    )
    insert_paragraphs(connection, whole.paragraphs)
    insert_tables(connection, article.id, whole.tables)
    large = is_large(connection)
    connection.execute("DELETE FROM word_languages WHERE article_id = ?", (article.id,))
    language = note_language(connection, article.id, article.text)
    for passage, encoding in zip(whole.passages, whole.encodings, strict=True):
        insert_passage(connection, passage, encoding, article.title, language, large=large)
