"""What came after the rest of the schema: a library that was made before gets it on opening."""

from __future__ import annotations

import sqlite3

from index.backends.sqlite.boxes import BOXES
from index.backends.sqlite.originals import ORIGINALS
from index.backends.sqlite.tables import TABLES
from index.backends.sqlite.words.languages import LANGUAGES

_LATER = {
    "passage_words": TABLES,
    "page_boxes": BOXES,
    "originals": ORIGINALS,
    "word_languages": LANGUAGES,
}
"""Statements, each by the last table that it makes."""


def schema() -> str:
    """Return the statements that make all of it."""
    return "".join(_in_place(statements) for statements in _LATER.values())


def _in_place(statements: str) -> str:
    articles, passages = (f" REFERENCES {name} ON DELETE CASCADE" for name in _REFERRED)
    return statements.format(where="main", references=articles, passages=passages)


_REFERRED = ("articles", "passages")


def add_missing(connection: sqlite3.Connection) -> None:
    """Make what is not there yet."""
    for statements in _missing(connection):
        for statement in _in_place(statements).split(";"):
            connection.execute(statement)


def add_empty(connection: sqlite3.Connection) -> None:
    """Make the same for one connection, empty, for a library that may not be written."""
    for statements in _missing(connection):
        for statement in statements.format(where="temp", references="", passages="").split(";"):
            connection.execute(statement)


def _missing(connection: sqlite3.Connection) -> list[str]:
    names = {str(row[0]) for row in connection.execute("SELECT name FROM main.sqlite_master")}
    if "articles" not in names:
        return []
    return [statements for name, statements in _LATER.items() if name not in names]
