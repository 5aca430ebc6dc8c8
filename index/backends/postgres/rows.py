"""How an article gets in and out: its row, its parts, its sources. A transaction is open."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from psycopg import Connection

from index.backends.backend import MOST_ORIGINALS
from index.backends.passages import Packed, token_counts
from index.backends.postgres.adapting import Vector
from index.backends.postgres.reading import PACKED
from index.backends.postgres.words import counted, delete_postings, insert_postings
from index.backends.seals import seal_boxes, seal_original
from index.backends.tables import row_content, table_content
from index.boxes import PageBoxes
from index.types import PASTED, Article, Ints, Paragraph, Table


def insert_article(connection: Connection, article: Article, words_in: str) -> None:
    """Store the row of an article. ``words_in``: what its words are stemmed in."""
    a = article
    connection.execute(
        "INSERT INTO articles (id, title, source, text, added, published, sha256, author, language,"
        " media, words_in, characters) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(a.id, a.title, a.source, a.text, a.added, a.published, a.sha256, a.author),
            *(a.language, a.media, words_in, len(a.text)),
        ),
    )


def insert_paragraphs(connection: Connection, paragraphs: Iterable[Paragraph]) -> None:
    """Store the paragraphs of an article."""
    connection.cursor().executemany(
        "INSERT INTO paragraphs VALUES (%s, %s, %s, %s, %s, %s)",
        [(p.article_id, p.number, p.start, p.end, p.page, p.role.value) for p in paragraphs],
    )


def insert_tables(connection: Connection, article_id: str, tables: Sequence[Table]) -> None:
    """Store the tables of an article."""
    cursor = connection.cursor()
    for table in tables:
        first = table.rows[0].start
        cursor.execute(
            "INSERT INTO tables VALUES (%s, %s, %s)", (article_id, first, table_content(table))
        )
        cursor.executemany(
            "INSERT INTO table_rows VALUES (%s, %s, %s, %s, %s)",
            [(article_id, row.start, row.end, first, row_content(row)) for row in table.rows],
        )


def insert_boxes(connection: Connection, article_id: str, pages: Iterable[PageBoxes]) -> None:
    """Store the boxes of an article, in place of those that it may have."""
    connection.execute("DELETE FROM page_boxes WHERE article_id = %s", (article_id,))
    connection.cursor().executemany(
        "INSERT INTO page_boxes VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            (article_id, p.page, p.start, p.end, p.recognised, p.packed, seal_boxes(article_id, p))
            for p in pages
        ],
    )


def insert_original(connection: Connection, article_id: str, data: bytes) -> None:
    """Store the file of an article, in place of the one that it may have; none if ``data`` is b"".

    Nor is one stored that is too much for a library that has a limit.
    """
    connection.execute("DELETE FROM originals WHERE article_id = %s", (article_id,))
    packed = zlib.compress(data)
    if data and _fits(connection, len(packed)):
        connection.execute(
            "INSERT INTO originals VALUES (%s, %s, %s)",
            (article_id, packed, seal_original(article_id, packed)),
        )


def _fits(connection: Connection, size: int) -> bool:
    row = connection.execute(
        "SELECT value::bigint - (SELECT coalesce(sum(length(packed)), 0) FROM originals)"
        " FROM meta WHERE key = %s",
        (MOST_ORIGINALS,),
    ).fetchone()
    return row is None or size <= int(row[0])


def insert_passages(
    connection: Connection, passages: Sequence[Packed], title: str, words_in: str
) -> None:
    """Store passages with their words and frequencies; one that has no id is given the next."""
    words = counted(passages, title, words_in)
    new = sum(not each.id for each in passages)
    given = connection.execute(
        "SELECT nextval('passage_ids') FROM generate_series(1, %s)", (new,)
    ).fetchall()
    fresh = iter([int(number) for (number,) in given])
    ids = [each.id or next(fresh) for each in passages]
    cursor = connection.cursor()
    cursor.executemany(
        "INSERT INTO passages VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                *(number, p.article_id, p.paragraph, p.start, p.end, p.text, p.words),
                *(p.prompt_tokens, p.sentences, Vector(p.vector), p.sha256),
            )
            for number, p in zip(ids, passages, strict=True)
        ],
    )
    cursor.executemany(
        "INSERT INTO passage_tokens VALUES (%s, %s, %s, %s)",
        [
            (number, found.total(), p.tokens, p.token_vectors)
            for number, p, found in zip(ids, passages, words, strict=True)
        ],
    )
    insert_postings(connection, ids, words)
    count_tokens(connection, (each.token_ids for each in passages), +1)


def delete_passages(connection: Connection, article_id: str) -> None:
    """Delete the passages of an article, with their words and frequencies."""
    article = connection.execute(
        "SELECT title, words_in FROM articles WHERE id = %s", (article_id,)
    ).fetchone()
    rows = connection.execute(f"{PACKED} WHERE p.article_id = %s", (article_id,), binary=True)
    passages = [Packed(*row) for row in rows]
    if article and passages:
        words = counted(passages, *article)
        delete_postings(connection, [each.id for each in passages], words)
        count_tokens(connection, (each.token_ids for each in passages), -1)
        connection.execute("DELETE FROM passages WHERE article_id = %s", (article_id,))


def count_tokens(connection: Connection, rows: Iterable[Ints], step: int) -> None:
    """Add ``step`` to the number of passages that each vocabulary number is in, once a row."""
    counts = token_counts(rows)
    connection.execute(
        "INSERT INTO frequencies SELECT * FROM unnest(%s::integer[], %s::bigint[])"
        " ON CONFLICT (token) DO UPDATE SET passages = frequencies.passages + excluded.passages",
        ([token for token, _ in counts], [step * count for _, count in counts]),
    )
    if step < 0:
        connection.execute("DELETE FROM frequencies WHERE passages <= 0")


def raise_revision(connection: Connection) -> None:
    """Count a change of the articles."""
    connection.execute(
        "INSERT INTO meta VALUES ('revision', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = (meta.value::bigint + 1)::text"
    )


def name_article(connection: Connection, article_id: str, source: str) -> None:
    """Let ``source`` hold the article from now on; what it held before gives way."""
    connection.execute("DELETE FROM former WHERE id = %s", (article_id,))
    before = held_by(connection, source)
    if source == PASTED or before == article_id:
        return
    connection.execute(
        "INSERT INTO sources VALUES (%s, %s, NULL) ON CONFLICT (source)"
        " DO UPDATE SET article_id = excluded.article_id, stamp = NULL",
        (source, article_id),
    )
    if before is not None and release(connection, before):
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(
            "INSERT INTO former VALUES (%s, %s, %s) ON CONFLICT (id)"
            " DO UPDATE SET source = excluded.source, replaced = excluded.replaced",
            (before, source, now),
        )


def held_by(connection: Connection, source: str) -> str | None:
    """Return the id of the article that a source holds."""
    row = connection.execute(
        "SELECT article_id FROM sources WHERE source = %s", (source,)
    ).fetchone()
    return None if row is None else str(row[0])


def drop_source(connection: Connection, source: str) -> None:
    """Forget a source and its versions, and its article if no other source holds it."""
    held = held_by(connection, source)
    connection.execute("DELETE FROM sources WHERE source = %s", (source,))
    connection.execute("DELETE FROM former WHERE source = %s", (source,))
    if held is not None:
        release(connection, held)


def release(connection: Connection, article_id: str) -> bool:
    """Delete an article that no source holds; show another under a source that does.

    Returns whether it was deleted. What was pasted is held by itself.
    """
    row = connection.execute(
        "SELECT (SELECT min(source) FROM sources WHERE article_id = a.id), a.source"
        " FROM articles a WHERE a.id = %s",
        (article_id,),
    ).fetchone()
    if row is None:
        return False
    left, shown = row
    if left is None and shown != PASTED:
        delete_article(connection, article_id)
        return True
    if shown != PASTED and held_by(connection, shown) != article_id:
        connection.execute("UPDATE articles SET source = %s WHERE id = %s", (left, article_id))
    return False


def delete_article(connection: Connection, article_id: str) -> None:
    """Delete an article and everything that belongs to it, its sources and their versions too."""
    delete_passages(connection, article_id)
    connection.execute(
        "DELETE FROM former WHERE source IN (SELECT source FROM sources WHERE article_id = %s)",
        (article_id,),
    )
    connection.execute("DELETE FROM articles WHERE id = %s", (article_id,))
    raise_revision(connection)
