"""The articles of a library in PostgreSQL, as they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from index.backends.postgres.connections import Connections
from index.backends.postgres.reading import (
    frequencies,
    passages_of,
    read_passages,
)
from index.backends.seals import opened_boxes, opened_original
from index.backends.tables import to_row, to_table_row, to_tables
from index.boxes import PageBoxes
from index.types import (
    Article,
    Entry,
    Paragraph,
    Passage,
    PassageTokens,
    Role,
    Table,
    TableRow,
)

_ARTICLE = (
    "SELECT id, title, source, text, added, published, sha256, author, language, media"
    " FROM articles"
)
_AT_ONCE = 32
"""How many texts are read together."""


class Articles(Connections):
    """What a library holds, as others read it."""

    def articles(self) -> tuple[Article, ...]:
        """Return all articles in the order in which they were added."""
        return tuple(self.each_article())

    def each_article(self) -> Iterator[Article]:
        """Yield the same, with few texts at a time in memory."""
        ids = [article_id for (article_id,) in self.all("SELECT id FROM articles ORDER BY number")]
        for first in range(0, len(ids), _AT_ONCE):
            some = ids[first : first + _AT_ONCE]
            rows = self.all(f"{_ARTICLE} WHERE id = ANY(%s) ORDER BY number", (some,))
            yield from (Article(*row) for row in rows)

    def entries(self) -> tuple[Entry, ...]:
        """Return all articles in the order in which they were added, without their texts."""
        query = "SELECT id, title, source, added, published, characters FROM articles"
        return tuple(Entry(*row) for row in self.all(f"{query} ORDER BY number"))

    def article(self, article_id: str) -> Article | None:
        """Return one article."""
        row = self.one(f"{_ARTICLE} WHERE id = %s", (article_id,))
        return Article(*row) if row else None

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those articles that are there."""
        query = "SELECT id, title FROM articles WHERE id = ANY(%s)"
        return dict(self.all(query, (list(article_ids),)))

    def languages_of(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the languages that articles' words are stemmed in, of those where they are."""
        query = "SELECT id, words_in FROM articles WHERE words_in <> '' AND id = ANY(%s)"
        return dict(self.all(query, (list(article_ids),)))

    def newer(self, article_id: str) -> tuple[str, str] | None:
        """Return source and id of what has taken the place of an article that was replaced."""
        row = self.one(
            "SELECT s.source, s.article_id FROM former f JOIN sources s USING (source)"
            " WHERE f.id = %s",
            (article_id,),
        )
        return (row[0], row[1]) if row else None

    def held_by(self, source: str) -> str | None:
        """Return the id of the article that a source holds."""
        row = self.one("SELECT article_id FROM sources WHERE source = %s", (source,))
        return None if row is None else str(row[0])

    def sources(self, folder: str) -> dict[str, str | None]:
        """Return the sources that begin with ``folder``, each with its stamp."""
        query = "SELECT source, stamp FROM sources WHERE starts_with(source, %s) ORDER BY source"
        return dict(self.all(query, (folder,)))

    def paragraphs(self, article_id: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of an article in source order."""
        rows = self.all(
            "SELECT * FROM paragraphs WHERE article_id = %s ORDER BY start", (article_id,)
        )
        with self.guard():
            return tuple(Paragraph(a, n, s, e, page, Role(r)) for a, n, s, e, page, r in rows)

    def tables(self, article_id: str) -> tuple[Table, ...]:
        """Return the tables of an article in source order."""
        found = self.all(
            "SELECT start, content FROM tables WHERE article_id = %s ORDER BY start", (article_id,)
        )
        rows = self.all(
            'SELECT start, "end", in_table, content FROM table_rows WHERE article_id = %s'
            " ORDER BY start",
            (article_id,),
        )
        with self.guard():
            return to_tables(
                ((start, content) for start, content in found),
                ((start, end, of, content) for start, end, of, content in rows),
            )

    def table_row(self, article_id: str, start: int) -> TableRow | None:
        """Return the row of a table that starts at ``start``; None if none does."""
        row = self.one(
            'SELECT r."end", r.content, t.content, t.start FROM table_rows r'
            " JOIN tables t ON t.article_id = r.article_id AND t.start = r.in_table"
            " WHERE r.article_id = %s AND r.start = %s",
            (article_id, start),
        )
        if row is None:
            return None
        end, content, of_table, first = row
        with self.guard():
            return to_table_row(to_row(start, end, content), of_table, first)

    def page_boxes(self, article_id: str, start: int, end: int) -> tuple[PageBoxes, ...]:
        """Return the pages that have something of ``[start, end)``, with their words' boxes."""
        rows = self.all(
            'SELECT page, start, "end", words, recognised, sha256 FROM page_boxes'
            ' WHERE article_id = %s AND start < %s AND "end" > %s ORDER BY page',
            (article_id, end, start),
        )
        with self.guard():
            return tuple(opened_boxes(article_id, PageBoxes(*row[:5]), row[5]) for row in rows)

    def original_seal(self, article_id: str) -> bytes | None:
        """Return what tells an article's file from any other; None if it is not kept."""
        row = self.one("SELECT sha256 FROM originals WHERE article_id = %s", (article_id,))
        return None if row is None else bytes(row[0])

    def original(self, article_id: str) -> bytes | None:
        """Return the bytes of an article's file; None if they are not kept."""
        row = self.one("SELECT packed, sha256 FROM originals WHERE article_id = %s", (article_id,))
        with self.guard():
            return None if row is None else opened_original(article_id, row[0], row[1])

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, PassageTokens]]:
        """Return the passages of ``ids`` that are there, each with its token vectors."""
        return read_passages(self, ids)

    def passages_of(self, article_id: str) -> list[int]:
        """Return the ids of the passages of one article, in source order."""
        return passages_of(self, article_id)

    def frequencies(self, tokens: Sequence[int]) -> tuple[int, dict[int, int]]:
        """Return the number of passages, and in how many of them each of ``tokens`` is."""
        return frequencies(self, tokens)
