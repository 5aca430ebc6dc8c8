"""What a library says of itself, and of the words of an article."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import Connection

from index.backends.words.stems import has_stems
from index.language import code_of
from index.types import Article


def set_meta(connection: Connection, values: Mapping[str, str]) -> None:
    """Store settings. A transaction is open."""
    connection.cursor().executemany(
        "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        list(values.items()),
    )


def words_in_of(article: Article) -> str:
    """Return the language that an article's words are stemmed in; "" if they are not."""
    language = code_of(article.text)
    return language if has_stems(language) else ""
