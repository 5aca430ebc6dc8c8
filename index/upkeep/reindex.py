"""All articles of a library cut and embedded again, from their stored texts: nothing is parsed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict

from index.backends.sqlite.rows import count_tokens, insert_passage, is_large, raise_revision
from index.backends.sqlite.store import Store
from index.backends.sqlite.words.languages import languages_of
from index.build import cut_and_embed
from index.embed.embedder import Embedder
from index.segment.passages import CHUNKER
from index.types import Article

Step = Callable[[int, int], None]
"""Called with the articles that are done and the articles in all."""


def embed_again(store: Store, embedder: Embedder, step: Step | None = None) -> None:
    """Give every article the passages and vectors of ``embedder``, in one transaction.

    Readers see the library as it was until all is done; a process that is killed has changed
    nothing.

    Raises:
        LibraryError: the library cannot be written.
    """
    mark = json.dumps(asdict(embedder.fingerprint))
    entries = store.entries()
    with store.transaction() as connection:
        connection.execute("INSERT INTO terms (terms) VALUES ('delete-all')")
        connection.execute("DELETE FROM passages")
        connection.execute("DELETE FROM frequencies")
        for done, entry in enumerate(entries, 1):
            article = store.article(entry.id)
            if article:
                _embed(connection, store, article, embedder)
            if step:
                step(done, len(entries))
        settings = {"embedder": mark, "chunker": CHUNKER}.items()
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", settings)
        raise_revision(connection, dropped=True)
    store.checkpoint()


def _embed(
    connection: sqlite3.Connection, store: Store, article: Article, embedder: Embedder
) -> None:
    paragraphs, tables = store.paragraphs(article.id), store.tables(article.id)
    passages, encodings = cut_and_embed(article, paragraphs, embedder, tables=tables)
    large = is_large(connection)
    language = languages_of(connection, [article.id]).get(article.id, "")
    for passage, encoding in zip(passages, encodings, strict=True):
        insert_passage(connection, passage, encoding, article.title, language, large=large)
    count_tokens(connection, (each.tokens.ids for each in encodings), +1)
