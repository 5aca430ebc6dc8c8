"""The rows of tables as they are kept: numbers alone, for all that they say is in the text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from index.backends.tables import row_content, table_content, to_row, to_table_row, to_tables
from index.types import Table, TableRow

TABLES = """
CREATE TABLE IF NOT EXISTS {where}.tables (
    article_id TEXT    NOT NULL{references},
    start      INTEGER NOT NULL,     -- of the first of its rows
    content    TEXT    NOT NULL,     -- JSON: ranges above it, and rows of cells that name columns
    PRIMARY KEY (article_id, start)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {where}.table_rows (
    article_id TEXT    NOT NULL{references},
    start      INTEGER NOT NULL,
    end        INTEGER NOT NULL,
    in_table   INTEGER NOT NULL,     -- where its table starts
    content    TEXT    NOT NULL,     -- JSON: ranges of its groups, and its cells
    PRIMARY KEY (article_id, start)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {where}.passage_words (
    passage INTEGER PRIMARY KEY{passages},
    words   TEXT NOT NULL            -- what is embedded and read for a row
);
"""
"""See ``later.py``."""


def insert_tables(connection: sqlite3.Connection, article_id: str, tables: Sequence[Table]) -> None:
    """Store the tables of an article."""
    for table in tables:
        first = table.rows[0].start
        connection.execute(
            "INSERT INTO tables VALUES (?, ?, ?)", (article_id, first, table_content(table))
        )
        connection.executemany(
            "INSERT INTO table_rows VALUES (?, ?, ?, ?, ?)",
            ((article_id, row.start, row.end, first, row_content(row)) for row in table.rows),
        )


def read_row(connection: sqlite3.Connection, article_id: str, start: int) -> TableRow | None:
    """Return the row of a table that starts at a place; None if none does."""
    found = connection.execute(
        "SELECT r.end, r.content, t.content, t.start FROM table_rows r"
        " JOIN tables t ON t.article_id = r.article_id AND t.start = r.in_table"
        " WHERE r.article_id = ? AND r.start = ?",
        (article_id, start),
    ).fetchone()
    if found is None:
        return None
    end, content, of_table, first = found
    return to_table_row(to_row(start, end, content), of_table, first)


def read_tables(connection: sqlite3.Connection, article_id: str) -> tuple[Table, ...]:
    """Return all tables of an article, in order."""
    rows = connection.execute(
        "SELECT start, end, in_table, content FROM table_rows WHERE article_id = ? ORDER BY start",
        (article_id,),
    )
    found = connection.execute(
        "SELECT start, content FROM tables WHERE article_id = ? ORDER BY start", (article_id,)
    )
    return to_tables(found, rows)
