"""Which words SQLite's full-text index would have of a text, for an index that is not SQLite's."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import cache
from threading import Lock

TOKENIZE = "porter unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
"""As in the schema of a folder's library: its endings come off as they do there."""

_one_at_a_time = Lock()


def count_terms(rows: Sequence[tuple[str, str]]) -> list[Counter[str]]:
    """Return how often each word is in the terms of a title and of a text (``terms.terms``).

    ``[("bridges", "the bridge")]`` → ``[Counter({"bridg": 2, "the": 1})]``.
    """
    found: list[Counter[str]] = [Counter() for _ in rows]
    with _one_at_a_time:
        index = _index()
        index.executemany(
            "INSERT INTO terms (rowid, title, text) VALUES (?, ?, ?)",
            ((number, *row) for number, row in enumerate(rows)),
        )
        for number, term, times in index.execute(
            "SELECT doc, term, count(*) FROM places GROUP BY doc, term"
        ):
            found[number][term] = times
        index.execute("INSERT INTO terms (terms) VALUES ('delete-all')")
    return found


def stems_of(words: Sequence[str]) -> list[list[str]]:
    """Return what the index has for each word of a question: one term, nearly always."""
    return [list(found) for found in count_terms([("", word) for word in words])]


@cache
def _index() -> sqlite3.Connection:
    index = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    index.executescript(
        f"CREATE VIRTUAL TABLE terms USING fts5 (title, text, content='', tokenize=\"{TOKENIZE}\");"
        "CREATE VIRTUAL TABLE places USING fts5vocab(terms, instance);"
    )
    return index
