"""Where the words of paged articles stand, as it is kept: a row a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from index.backends.seals import opened_boxes, seal_boxes
from index.boxes import PageBoxes

BOXES = """
CREATE TABLE IF NOT EXISTS {where}.page_boxes (
    article_id TEXT    NOT NULL{references},
    page       INTEGER NOT NULL,     -- 1-based
    start      INTEGER NOT NULL,     -- of its words in the text
    end        INTEGER NOT NULL,
    recognised INTEGER NOT NULL,     -- 1: its letters were told from a picture
    words      BLOB    NOT NULL,     -- ranges and corners: see index/boxes.py
    sha256     BLOB    NOT NULL,     -- of all of this
    PRIMARY KEY (article_id, page)
) WITHOUT ROWID;
"""


def insert_boxes(
    connection: sqlite3.Connection, article_id: str, pages: Iterable[PageBoxes]
) -> None:
    """Store the boxes of an article, in place of those that it may have."""
    connection.execute("DELETE FROM page_boxes WHERE article_id = ?", (article_id,))
    connection.executemany(
        "INSERT INTO page_boxes VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (article_id, p.page, p.start, p.end, p.recognised, p.packed, seal_boxes(article_id, p))
            for p in pages
        ),
    )


def read_boxes(
    connection: sqlite3.Connection, article_id: str, start: int, end: int
) -> tuple[PageBoxes, ...]:
    """Return the pages that have something of ``[start, end)``, in order.

    Raises:
        ValueError: one of them is not what was stored.
    """
    rows = connection.execute(
        "SELECT page, start, end, words, recognised, sha256 FROM page_boxes"
        " WHERE article_id = ? AND start < ? AND ? < end ORDER BY page",
        (article_id, end, start),
    )
    return tuple(_page(article_id, *row) for row in rows)


def damaged_boxes(connection: sqlite3.Connection) -> dict[str, list[int]]:
    """Return the pages whose boxes are not what was stored, by the ids of their articles."""
    found: dict[str, list[int]] = {}
    for article_id, number, *row in connection.execute(
        "SELECT article_id, page, start, end, words, recognised, sha256 FROM page_boxes"
    ):
        try:
            _page(article_id, number, *row)
        except (TypeError, ValueError):
            found.setdefault(article_id, []).append(number)
    return found


def _page(article_id: str, number: int, *row: Any) -> PageBoxes:
    start, end, words, recognised, sha256 = row
    page = PageBoxes(number, start, end, words, bool(recognised))
    return opened_boxes(article_id, page, sha256)
