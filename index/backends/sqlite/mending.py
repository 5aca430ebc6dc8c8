"""Passages made again: of what is damaged, and of everything for another embedder."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from index.backends.backend import Cut, Step
from index.backends.findings import Mending, Whole
from index.backends.passages import integers
from index.backends.sqlite.boxes import insert_boxes
from index.backends.sqlite.originals import insert_original
from index.backends.sqlite.rows import (
    count_tokens,
    insert_paragraphs,
    insert_passages,
    raise_revision,
)
from index.backends.sqlite.store import Store
from index.backends.sqlite.tables import insert_tables
from index.backends.sqlite.words.languages import index_words, languages_of, note_language
from index.types import Article


def mend(store: Store, mending: Mending) -> None:
    """Put back what was made again, and make the words' index again, in one transaction."""
    with store.transaction() as connection:
        connection.execute("DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")
        for each in mending.whole:
            _forget(connection, each.article.id)
        index_words(connection)
        for each in mending.whole:
            _put_back(connection, each)
        for article_id, pages in mending.boxes.items():
            insert_boxes(connection, article_id, pages)
        for article_id in mending.originals:
            insert_original(connection, article_id, b"")
        connection.execute("DELETE FROM frequencies")
        blobs = connection.execute("SELECT tokens FROM passage_tokens")
        count_tokens(connection, (integers(blob, 3)[:, 0] for (blob,) in blobs), +1)
        raise_revision(connection, dropped=True)
    store.checkpoint()


def _forget(connection: sqlite3.Connection, article_id: str) -> None:
    connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
    for name in ("paragraphs", "tables", "table_rows"):
        connection.execute(f"DELETE FROM {name} WHERE article_id = ?", (article_id,))


def _put_back(connection: sqlite3.Connection, whole: Whole) -> None:
    article = whole.article
    connection.execute(
        "UPDATE articles SET text = ?, sha256 = ? WHERE id = ?",
        (article.text, article.sha256, article.id),
    )
    insert_paragraphs(connection, whole.paragraphs)
    insert_tables(connection, article.id, whole.tables)
    connection.execute("DELETE FROM word_languages WHERE article_id = ?", (article.id,))
    language = note_language(connection, article.id, article.text)
    insert_passages(connection, whole.passages, whole.encodings, article.title, language)


def embed_again(store: Store, cut: Cut, settings: Mapping[str, str], step: Step | None) -> None:
    """Give every article other passages, and the library ``settings``, in one transaction.

    Readers see the library as it was until all is done; a process that is killed has changed
    nothing.
    """
    entries = store.entries()
    with store.transaction() as connection:
        connection.execute("INSERT INTO terms (terms) VALUES ('delete-all')")
        connection.execute("DELETE FROM passages")
        connection.execute("DELETE FROM frequencies")
        for done, entry in enumerate(entries, 1):
            article = store.article(entry.id)
            if article:
                _embed(connection, store, article, cut)
            if step:
                step(done, len(entries))
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", settings.items())
        raise_revision(connection, dropped=True)
    store.checkpoint()


def _embed(connection: sqlite3.Connection, store: Store, article: Article, cut: Cut) -> None:
    passages, encodings = cut(article, store.paragraphs(article.id), store.tables(article.id))
    language = languages_of(connection, [article.id]).get(article.id, "")
    insert_passages(connection, passages, encodings, article.title, language)
    count_tokens(connection, (each.tokens.ids for each in encodings), +1)
