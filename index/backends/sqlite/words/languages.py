"""In which language the words of each article are stemmed, and the full-text index made anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from index.backends.sqlite.rows import PASSAGE_WORDS
from index.backends.words import terms as fulltext
from index.backends.words.stems import has_stems
from index.language import CODES, code_of

LANGUAGES = """
CREATE TABLE IF NOT EXISTS {where}.word_languages (
    article_id TEXT PRIMARY KEY{references},
    language   TEXT NOT NULL         -- what its words are stemmed in (not there if they are not)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {where}.words_by_language ON word_languages (language);
"""
"""See ``later.py``."""


def note_language(connection: sqlite3.Connection, article_id: str, text: str) -> str:
    """Store the language that an article's words are stemmed in, and return it.

    ``""``, which is not stored, if they are not, or by SQLite: English.
    """
    language = code_of(text)
    if not has_stems(language):
        return ""
    connection.execute("INSERT INTO word_languages VALUES (?, ?)", (article_id, language))
    return language


def languages_in(connection: sqlite3.Connection) -> list[str]:
    """Return the languages that words of articles are stemmed in."""
    rows = connection.execute(
        "SELECT value FROM json_each(?)"
        " WHERE EXISTS (SELECT 1 FROM word_languages WHERE language = value)",
        (json.dumps(list(CODES.values())),),
    )
    return [str(language) for (language,) in rows]


def languages_of(connection: sqlite3.Connection, article_ids: Collection[str]) -> dict[str, str]:
    """Return the languages of those articles whose words are stemmed in one."""
    return dict(
        connection.execute(
            "SELECT article_id, language FROM word_languages"
            " WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(article_ids)),),
        ).fetchall()
    )


def index_words(connection: sqlite3.Connection) -> None:
    """Make the full-text index anew, by the rules of today."""
    connection.execute("INSERT INTO terms (terms) VALUES ('delete-all')")
    connection.execute("DELETE FROM word_languages")
    for article_id, text in connection.execute("SELECT id, text FROM articles"):
        note_language(connection, article_id, text)
    for number, title, text, language in connection.execute(PASSAGE_WORDS):
        connection.execute(
            "INSERT INTO terms (rowid, title, text) VALUES (?, ?, ?)",
            (number, fulltext.terms(title, language), fulltext.terms(text, language)),
        )
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('words', ?)", (fulltext.VERSION,))
