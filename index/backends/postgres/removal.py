"""Removal that can be checked, as far as a database can be: its files are searched if they may be.

What a deleted row held stays in its page until the page is cleaned, and in the server's log, its
replicas and its backups for as long as their keepers have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from psycopg import Connection, errors

from index.backends.pieces import PIECE, find, pieces_of
from index.backends.postgres.articles import Articles
from index.backends.postgres.rows import delete_article
from index.types import Article, Removal

BLOCK = 16 * 2**20
"""Bytes of a file that are read together."""

UNSEEN = (
    "the server's write-ahead log and its archive",
    "replicas",
    "backups",
    "what visitors of the page keep and quote",
)

NO_FILES = "the server's files (this role may not read them; the tables were written anew)"

_TABLES = (
    "articles, sources, former, paragraphs, tables, table_rows, page_boxes, originals, passages,"
    " passage_tokens, postings, frequencies, queue"
)

_QUEUED = """
DELETE FROM queue WHERE article_id = %(id)s
    OR sha256 IN (SELECT sha256 FROM queue WHERE article_id = %(id)s)
    OR (NOT pasted AND source IN (SELECT source FROM sources WHERE article_id = %(id)s))
"""
"""What was put in the queue to become an article, by whatever is known of it."""

_FILES = """
WITH ours AS (
    SELECT c.oid, c.reltoastrelid FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'S')
    AND c.relname NOT IN ('visits', 'visit_sessions', 'visit_talks', 'talks', 'clips', 'opinions',
                          'opinion_articles')
    OR c.oid = 'pg_statistic'::regclass
), every AS (
    SELECT oid FROM ours UNION SELECT reltoastrelid FROM ours WHERE reltoastrelid <> 0
    UNION SELECT indexrelid FROM pg_index i JOIN ours o ON i.indrelid IN (o.oid, o.reltoastrelid)
)
SELECT pg_relation_filepath(oid) FROM every WHERE pg_relation_filepath(oid) IS NOT NULL ORDER BY 1
"""


def remove_all(at: Articles, articles: Sequence[Article]) -> Removal:
    """Delete articles in one transaction, and search for what may be left of them."""
    pieces = frozenset().union(*(_pieces(at, article) for article in articles))
    with at.transaction() as connection:
        for article in articles:
            connection.execute(_QUEUED, {"id": article.id})
            delete_article(connection, article.id)
    with at.connection() as connection, at.guard(decoding=False):
        readable = _may_read_files(connection)
        connection.execute(f"VACUUM ({'' if readable else 'FULL, '}ANALYZE) {_TABLES}")
        if not readable:
            return Removal(tuple(articles), 0, 0, 0, 0, (), (NO_FILES, *UNSEEN))
        shared = find(pieces, _still_held(at))
        found = _searched(connection, articles, pieces - shared, len(shared))
        if found.left:
            connection.execute(f"VACUUM (FULL, ANALYZE) {_TABLES}")
            found = _searched(connection, articles, pieces - shared, len(shared))
    return found


def _pieces(at: Articles, article: Article) -> frozenset[bytes]:
    vectors = at.all("SELECT vector FROM passages WHERE article_id = %s", (article.id,))
    files = at.all("SELECT packed FROM originals WHERE article_id = %s", (article.id,))
    return pieces_of(article, (row[0] for row in vectors), (row[0] for row in files))


def _may_read_files(connection: Connection) -> bool:
    """Tell whether the files can be read as they are on the disk, which takes a checkpoint."""
    row = connection.execute(
        "SELECT has_function_privilege("
        "'pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE')"
        " AND has_function_privilege('pg_stat_file(text, boolean)', 'EXECUTE')"
    ).fetchone()
    if not row or not row[0]:
        return False
    try:
        connection.execute("CHECKPOINT")
    except errors.InsufficientPrivilege:
        return False
    return True


def _searched(
    connection: Connection, articles: Sequence[Article], pieces: frozenset[bytes], shared: int
) -> Removal:
    connection.execute("CHECKPOINT")
    files = size = 0
    left: list[str] = []
    for path in _paths(connection):
        files += 1
        blocks = _Blocks(connection, path)
        found = find(pieces, blocks)
        size += blocks.size
        left += [f"{path}: {piece.decode(errors='replace')!r}" for piece in sorted(found)]
    return Removal(tuple(articles), files, size, len(pieces), shared, tuple(left), UNSEEN)


def _paths(connection: Connection) -> Iterator[str]:
    """Yield the files of the library, each with those that it goes on in."""
    for (path,) in connection.execute(_FILES).fetchall():
        part, number = str(path), 0
        while _size(connection, part) is not None:
            yield part
            number += 1
            part = f"{path}.{number}"


def _size(connection: Connection, path: str) -> int | None:
    row = connection.execute("SELECT size FROM pg_stat_file(%s, true)", (path,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])


class _Blocks:
    """A file of the server in blocks that overlap, so that no piece is cut in two."""

    def __init__(self, connection: Connection, path: str) -> None:
        self.size = 0
        self._connection = connection
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        tail = b""
        while block := self._read():
            self.size += len(block)
            yield tail + block
            tail = block[-PIECE:]

    def _read(self) -> bytes:
        row = self._connection.execute(
            "SELECT pg_read_binary_file(%s, %s, %s, true)",
            (self._path, self.size, BLOCK),
            binary=True,
        ).fetchone()
        return bytes(row[0]) if row and row[0] else b""


def _still_held(at: Articles) -> Iterator[bytes]:
    """Yield what the library may hold, so that a piece of it says nothing of what was removed."""
    for article in at.each_article():
        yield "\0".join((article.text, article.title, article.source)).encode()
    yield "\0".join(at.sources("")).encode()
    for (number,) in at.all("SELECT id FROM queue"):
        for row in at.all("SELECT source, title, content FROM queue WHERE id = %s", (number,)):
            yield "\0".join((row[0], row[1] or "")).encode() + b"\0" + (row[2] or b"")
    for entry in at.entries():
        rows = at.all("SELECT vector FROM passages WHERE article_id = %s", (entry.id,))
        yield b"".join(row[0] for row in rows)
        files = at.all("SELECT packed FROM originals WHERE article_id = %s", (entry.id,))
        yield from (row[0] for row in files)
