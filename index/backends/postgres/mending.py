"""Passages and words made again: of what is damaged, and of everything for other rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg import Connection

from index.backends import passages as stored
from index.backends.backend import Cut, Step
from index.backends.findings import Mending, Whole
from index.backends.passages import pack
from index.backends.postgres.articles import Articles
from index.backends.postgres.reading import packed_of
from index.backends.postgres.rows import (
    count_tokens,
    insert_boxes,
    insert_original,
    insert_paragraphs,
    insert_passages,
    insert_tables,
    raise_revision,
)
from index.backends.postgres.settings import set_meta, words_in_of
from index.backends.postgres.words import counted, insert_postings
from index.backends.words.terms import VERSION
from index.types import Article, Encoding, Passage


def mend(at: Articles, mending: Mending) -> None:
    """Put back what was made again, and make the words' index again, in one transaction."""
    with at.transaction() as connection:
        for whole in mending.whole:
            _put_back(connection, whole)
        for article_id, pages in mending.boxes.items():
            insert_boxes(connection, article_id, pages)
        for article_id in mending.originals:
            insert_original(connection, article_id, b"")
        _index_words(at, connection)
        connection.execute("DELETE FROM frequencies WHERE token >= -1")
        for entry in at.entries():
            rows = packed_of(at, entry.id)
            count_tokens(connection, (each.token_ids for each in rows), +1)
        raise_revision(connection)


def _put_back(connection: Connection, whole: Whole) -> None:
    """Store an article that was cut again; its words are counted with those of all others."""
    article = whole.article
    for table in ("passages", "paragraphs", "tables", "table_rows"):
        connection.execute(f"DELETE FROM {table} WHERE article_id = %s", (article.id,))
    connection.execute(
        "UPDATE articles SET text = %s, sha256 = %s, words_in = %s, characters = %s WHERE id = %s",
        (article.text, article.sha256, words_in_of(article), len(article.text), article.id),
    )
    insert_paragraphs(connection, whole.paragraphs)
    insert_tables(connection, article.id, whole.tables)
    _insert(connection, article, whole.passages, whole.encodings)


def _insert(
    connection: Connection,
    article: Article,
    passages: Sequence[Passage],
    encodings: Sequence[Encoding],
) -> None:
    row = connection.execute("SELECT passages FROM frequencies WHERE token = -1").fetchone()
    large = bool(row and row[0] > stored.LARGE)
    packed = [pack(*each, large=large) for each in zip(passages, encodings, strict=True)]
    insert_passages(connection, packed, article.title, words_in_of(article))


def renew_words(at: Articles) -> None:
    """Make the full-text index anew if it is by other rules."""
    if at.one("SELECT 1 FROM meta WHERE key = 'words' AND value = %s", (VERSION,)):
        return
    with at.transaction() as connection:
        _index_words(at, connection)


def _index_words(at: Articles, connection: Connection) -> None:
    """Make the full-text index anew, by the rules of today."""
    connection.execute("DELETE FROM postings")
    connection.execute("DELETE FROM frequencies WHERE token = -2")
    for entry in at.entries():
        article = at.article(entry.id)
        if article is None:
            continue
        words_in = words_in_of(article)
        connection.execute(
            "UPDATE articles SET words_in = %s WHERE id = %s", (words_in, article.id)
        )
        rows = packed_of(at, article.id)
        words = counted(rows, article.title, words_in)
        connection.cursor().executemany(
            "UPDATE passage_tokens SET length = %s WHERE passage = %s",
            [(found.total(), each.id) for each, found in zip(rows, words, strict=True)],
        )
        insert_postings(connection, [each.id for each in rows], words)
    set_meta(connection, {"words": VERSION})


def embed_again(at: Articles, cut: Cut, settings: Mapping[str, str], step: Step | None) -> None:
    """Give every article other passages, and the library ``settings``, in one transaction.

    Readers see the library as it was until all is done; a process that is killed has changed
    nothing.
    """
    entries = at.entries()
    with at.transaction() as connection:
        for table in ("postings", "passages", "frequencies"):
            connection.execute(f"DELETE FROM {table}")
        for done, entry in enumerate(entries, 1):
            article = at.article(entry.id)
            if article:
                found = cut(article, at.paragraphs(article.id), at.tables(article.id))
                _insert(connection, article, *found)
            if step:
                step(done, len(entries))
        set_meta(connection, settings)
        raise_revision(connection)
