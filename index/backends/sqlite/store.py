"""What a library holds, by table: one article is one transaction, and rows never change."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from index.backends.backend import Parts
from index.backends.sqlite.boxes import insert_boxes, read_boxes
from index.backends.sqlite.database import Database
from index.backends.sqlite.originals import insert_original, original_seal, read_original
from index.backends.sqlite.rows import (
    count_tokens,
    insert_article,
    insert_paragraphs,
    insert_passages,
    raise_revision,
)
from index.backends.sqlite.sources import delete_article, drop_source, held_by, name_article
from index.backends.sqlite.tables import insert_tables, read_row, read_tables
from index.backends.sqlite.words.languages import index_words, languages_of, note_language
from index.backends.words.terms import VERSION
from index.boxes import PageBoxes
from index.types import (
    Article,
    Entry,
    Paragraph,
    Role,
    Table,
    TableRow,
)


class Store(Database):
    """The articles of one library, with their paragraphs, passages, sources and versions."""

    def insert(self, article: Article, parts: Parts) -> None:
        """Store one article with everything that belongs to it, in one transaction.

        An older version of its source gives way to it.
        """
        with self.transaction() as connection:
            insert_article(connection, article)
            insert_paragraphs(connection, parts.paragraphs)
            insert_tables(connection, article.id, parts.tables)
            insert_boxes(connection, article.id, parts.boxes)
            insert_original(connection, article.id, parts.original)
            language = note_language(connection, article.id, article.text)
            told = (parts.passages, parts.encodings, article.title, language)
            insert_passages(connection, *told)
            count_tokens(connection, (e.tokens.ids for e in parts.encodings), +1)
            raise_revision(connection)
            replaced = name_article(connection, article.id, article.source)
        if replaced:
            self.checkpoint(wait_ms=0)

    def name(self, article_id: str, source: str) -> None:
        """Let ``source`` hold an article that is there already, in one transaction."""
        with self.transaction() as connection:
            replaced = name_article(connection, article_id, source)
        if replaced:
            self.checkpoint(wait_ms=0)

    def delete(self, article_id: str) -> None:
        """Delete one article and everything that belongs to it, in one transaction.

        Nothing of its text is left in the files.
        """
        with self.transaction() as connection:
            delete_article(connection, article_id)
        self.checkpoint()

    def drop(self, source: str) -> None:
        """Forget a source, and its article if no other source holds it, in one transaction."""
        with self.transaction() as connection:
            drop_source(connection, source)
        self.checkpoint()

    def newer(self, article_id: str) -> tuple[str, str] | None:
        """Return source and id of what has taken the place of an article that was replaced."""
        with self.guard():
            row = self.connection.execute(
                "SELECT sources.source, sources.article_id FROM former"
                " JOIN sources USING (source) WHERE former.id = ?",
                (article_id,),
            ).fetchone()
        return (str(row[0]), str(row[1])) if row else None

    def sources(self, folder: str) -> dict[str, str | None]:
        """Return the sources that begin with ``folder``, each with its stamp."""
        with self.guard():
            return dict(
                self.connection.execute(
                    "SELECT source, stamp FROM sources WHERE substr(source, 1, ?) = ?",
                    (len(folder), folder),
                ).fetchall()
            )

    def held_by(self, source: str) -> str | None:
        """Return the id of the article that a source holds."""
        with self.guard():
            return held_by(self.connection, source)

    def stamp(self, source: str, stamp: str) -> None:
        """Remember in which state a source was read."""
        with self.transaction() as connection:
            connection.execute("UPDATE sources SET stamp = ? WHERE source = ?", (stamp, source))

    def articles(self) -> tuple[Article, ...]:
        """Return all articles in the order in which they were added."""
        return tuple(self.each_article())

    def each_article(self) -> Iterator[Article]:
        """Yield the same, with one text at a time in memory."""
        with self.guard():
            for row in self.connection.execute("SELECT * FROM articles ORDER BY rowid"):
                yield Article(*row)

    def entries(self) -> tuple[Entry, ...]:
        """Return all articles in the order in which they were added, without their texts."""
        with self.guard():
            rows = self.connection.execute(
                "SELECT id, title, source, added, published, length(text) FROM articles"
                " ORDER BY rowid"
            ).fetchall()
        return tuple(Entry(*row) for row in rows)

    def article(self, article_id: str) -> Article | None:
        """Return one article."""
        with self.guard():
            row = self.connection.execute(
                "SELECT * FROM articles WHERE id = ?", (article_id,)
            ).fetchone()
            return Article(*row) if row else None

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are there."""
        marks = ",".join("?" * len(article_ids))
        with self.guard():
            return dict(
                self.connection.execute(
                    f"SELECT id, title FROM articles WHERE id IN ({marks})", list(article_ids)
                ).fetchall()
            )

    def languages_of(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the languages that articles' words are stemmed in, of those where they are."""
        with self.guard():
            return languages_of(self.connection, article_ids)

    @property
    def words_are_old(self) -> bool:
        """Whether the full-text index was made by other rules than those of today."""
        return self.meta("words") != VERSION

    def renew_words(self) -> None:
        """Make the full-text index anew if it is by other rules; the writer's lock is held."""
        if self.words_are_old:
            with self.transaction() as connection:
                index_words(connection)
            self.checkpoint(wait_ms=0)

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article in source order."""
        with self.guard():
            rows = self.connection.execute(
                "SELECT * FROM paragraphs WHERE article_id = ? ORDER BY start", (article_id,)
            ).fetchall()
            return tuple(Paragraph(a, n, s, e, page, Role(r)) for a, n, s, e, page, r in rows)

    def tables(self, article_id: str) -> tuple[Table, ...]:
        """Return the tables of an article in source order."""
        with self.guard():
            return read_tables(self.connection, article_id)

    def table_row(self, article_id: str, start: int) -> TableRow | None:
        """Return the row of a table that starts at ``start``; None if none does."""
        with self.guard():
            return read_row(self.connection, article_id, start)

    def page_boxes(self, article_id: str, start: int, end: int) -> tuple[PageBoxes, ...]:
        """Return the pages that have something of ``[start, end)``, with their words' boxes."""
        with self.guard():
            return read_boxes(self.connection, article_id, start, end)

    def original_seal(self, article_id: str) -> bytes | None:
        """Return what tells an article's file from any other; None if it is not kept."""
        with self.guard():
            return original_seal(self.connection, article_id)

    def original(self, article_id: str) -> bytes | None:
        """Return the bytes of an article's file; None if they are not kept."""
        with self.guard():
            return read_original(self.connection, article_id)

    def point_to(self, generation: str) -> None:
        """Let a generation, which covers the newest revision, be the one in force."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (generation,)
            )
            connection.execute("DELETE FROM gone")

    def own_words(self) -> list[str]:
        """Return what a library without articles holds: its tables and its settings."""
        with self.guard():
            tables = self.connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
            settings = self.connection.execute("SELECT key || ' ' || value FROM meta")
            return [str(row[0]) for row in (*tables, *settings)]
