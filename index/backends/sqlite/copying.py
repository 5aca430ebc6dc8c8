"""Articles as they are stored, out of one library and into another."""

from __future__ import annotations

from collections.abc import Sequence

from index.backends.backend import SETTINGS, Former, Holding
from index.backends.sqlite.boxes import insert_boxes
from index.backends.sqlite.originals import insert_original
from index.backends.sqlite.reading import packed_of
from index.backends.sqlite.rows import (
    count_tokens,
    insert_article,
    insert_paragraphs,
    insert_passage,
    raise_revision,
)
from index.backends.sqlite.store import Store
from index.backends.sqlite.tables import insert_tables
from index.backends.sqlite.words.languages import note_language


def settings(store: Store) -> dict[str, str]:
    """Return what the library says of itself."""
    told = {key: store.meta(key) for key in SETTINGS}
    return {key: value for key, value in told.items() if value is not None}


def former(store: Store) -> Sequence[Former]:
    """Return the versions that were replaced."""
    with store.guard():
        return store.connection.execute("SELECT id, source, replaced FROM former").fetchall()


def remember(store: Store, rows: Sequence[Former]) -> None:
    """Take versions that were replaced in another library."""
    with store.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO former VALUES (?, ?, ?)", rows)


def holding(store: Store, article_id: str) -> Holding | None:
    """Return all of an article."""
    article = store.article(article_id)
    if article is None:
        return None
    with store.guard():
        sources = store.connection.execute(
            "SELECT source, stamp FROM sources WHERE article_id = ?", (article_id,)
        ).fetchall()
    return Holding(
        article,
        store.paragraphs(article_id),
        packed_of(store, article_id),
        store.tables(article_id),
        store.page_boxes(article_id, 0, len(article.text) + 1),
        store.original(article_id) or b"",
        dict(sources),
    )


def take(store: Store, holding: Holding) -> None:
    """Store an article of another library as it is; its passages keep their ids."""
    article = holding.article
    with store.transaction() as connection:
        insert_article(connection, article)
        insert_paragraphs(connection, holding.paragraphs)
        insert_tables(connection, article.id, holding.tables)
        insert_boxes(connection, article.id, holding.boxes)
        insert_original(connection, article.id, holding.original)
        language = note_language(connection, article.id, article.text)
        for packed in holding.passages:
            insert_passage(connection, packed, article.title, language)
        count_tokens(connection, (each.token_ids for each in holding.passages), +1)
        connection.executemany(
            "INSERT INTO sources VALUES (?, ?, ?)",
            [(source, article.id, stamp) for source, stamp in holding.sources.items()],
        )
        raise_revision(connection)
