"""Articles as they are stored, out of one library and into another."""

from __future__ import annotations

from collections.abc import Sequence

from index.backends.backend import SETTINGS, Former, Holding
from index.backends.postgres.articles import Articles
from index.backends.postgres.reading import packed_of
from index.backends.postgres.rows import (
    insert_article,
    insert_boxes,
    insert_original,
    insert_paragraphs,
    insert_passages,
    insert_tables,
    raise_revision,
)
from index.backends.postgres.settings import words_in_of


def settings(at: Articles) -> dict[str, str]:
    """Return what the library says of itself."""
    return dict(at.all("SELECT key, value FROM meta WHERE key = ANY(%s)", (list(SETTINGS),)))


def former(at: Articles) -> Sequence[Former]:
    """Return the versions that were replaced."""
    return [(a, b, c) for a, b, c in at.all("SELECT id, source, replaced FROM former")]


def remember(at: Articles, rows: Sequence[Former]) -> None:
    """Take versions that were replaced in another library."""
    with at.transaction() as connection:
        connection.cursor().executemany(
            "INSERT INTO former VALUES (%s, %s, %s) ON CONFLICT (id)"
            " DO UPDATE SET source = excluded.source, replaced = excluded.replaced",
            rows,
        )


def holding(at: Articles, article_id: str) -> Holding | None:
    """Return all of an article."""
    article = at.article(article_id)
    if article is None:
        return None
    return Holding(
        article,
        at.paragraphs(article_id),
        packed_of(at, article_id),
        at.tables(article_id),
        at.page_boxes(article_id, 0, len(article.text) + 1),
        at.original(article_id) or b"",
        dict(at.all("SELECT source, stamp FROM sources WHERE article_id = %s", (article_id,))),
    )


def take(at: Articles, holding: Holding) -> None:
    """Store an article of another library as it is; its passages keep their ids."""
    article = holding.article
    words_in = words_in_of(article)
    with at.transaction() as connection:
        insert_article(connection, article, words_in)
        insert_paragraphs(connection, holding.paragraphs)
        insert_tables(connection, article.id, holding.tables)
        insert_boxes(connection, article.id, holding.boxes)
        insert_original(connection, article.id, holding.original)
        insert_passages(connection, holding.passages, article.title, words_in)
        connection.cursor().executemany(
            "INSERT INTO sources VALUES (%s, %s, %s)",
            [(source, article.id, stamp) for source, stamp in holding.sources.items()],
        )
        highest = max((each.id for each in holding.passages), default=0)
        connection.execute(
            "SELECT setval('passage_ids', %s) FROM passage_ids WHERE last_value < %s",
            (highest, highest),
        )
        raise_revision(connection)
