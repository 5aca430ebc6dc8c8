"""A library in a schema of a PostgreSQL database: many write, many read, a server keeps it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import Connection, sql

from index.backends import passages as stored
from index.backends.backend import Cut, Former, Holding, Parts, Ranking, Step, Tokenize
from index.backends.findings import Findings, Mending
from index.backends.passages import pack
from index.backends.postgres import copying
from index.backends.postgres.address import Address
from index.backends.postgres.articles import Articles
from index.backends.postgres.beside.tables import Tables
from index.backends.postgres.making import prepare
from index.backends.postgres.reading import nearest
from index.backends.postgres.rows import (
    delete_article,
    drop_source,
    insert_article,
    insert_boxes,
    insert_original,
    insert_paragraphs,
    insert_passages,
    insert_tables,
    name_article,
    raise_revision,
)
from index.backends.postgres.settings import set_meta, words_in_of
from index.backends.postgres.words import Postings
from index.backends.words.ranking import match
from index.errors import LibraryError, LibraryReadOnly
from index.types import Article, Fingerprint, Floats, Removal

if TYPE_CHECKING:
    from index.backends.backend import Backend
    from index.backends.queue import Queue

MOST_DIMENSIONS = 2_000
"""pgvector indexes vectors of so many; longer ones are all compared."""


class PostgresLibrary(Articles):
    """A ``Backend``. Made by ``PostgresLibrary.open``."""

    folder: Path | None = None
    read_only = False

    @classmethod
    def open(cls, address: str, *, create: bool, lock_wait: float) -> PostgresLibrary:
        """Open the library at an address, or make one there if ``create``.

        Raises:
            LibraryError: there is none, the database cannot be reached, or pgvector is missing.
        """
        opened = cls(Address.read(address), lock_wait)
        opened.read_only = prepare(opened, create=create)
        return opened

    @property
    def place(self) -> str:
        """The address without the password."""
        return self.at.place

    @property
    def address(self) -> str:
        """The address as it was written."""
        return self.at.written

    @property
    def beside(self) -> Tables | None:
        """The tables beside the articles; None where nothing can be written."""
        return None if self.read_only else Tables(self)

    def update(self) -> None:
        """Make the full-text index anew if it is by other rules."""
        from index.backends.postgres.mending import renew_words

        if not self.read_only:
            renew_words(self)

    def queue(self) -> Queue | None:
        """Return where files wait for workers."""
        from index.backends.postgres.queue.putting import PostgresQueue

        return None if self.read_only else PostgresQueue(self)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write, as others may at the same time: each article is a transaction of its own.

        At the end a library that has become large gets its index.

        Raises:
            LibraryReadOnly: nothing can be written.
        """
        if self.read_only:
            raise LibraryReadOnly(f"{self.place} cannot be written: name the primary server")
        yield
        self._index_vectors()

    def reading(self) -> AbstractContextManager[None]:
        """See one state of the library in this thread, whatever is written meanwhile."""
        return self.snapshot()

    def fingerprint(self) -> Fingerprint | None:
        """Return what made the vectors that are stored; None while there are none."""
        found = dict(self.all("SELECT key, value FROM meta WHERE key IN ('embedder', 'revision')"))
        with self.guard():
            if "embedder" not in found or "revision" not in found:
                return None
            return Fingerprint(**json.loads(found["embedder"]))

    def set_meta(self, **values: str) -> None:
        """Store settings, in one transaction."""
        with self.transaction() as connection:
            if "embedder" in values and self.fingerprint():
                return  # another process was faster, and what it chose holds
            set_meta(connection, values)

    def insert(self, article: Article, parts: Parts) -> None:
        """Store an article; an older version of its source gives way to it.

        Raises:
            LibraryError: the library has been moved to another embedder since this was encoded.
        """
        words_in = words_in_of(article)
        large = self._is_large()
        passages = [
            pack(*each, large=large) for each in zip(parts.passages, parts.encodings, strict=True)
        ]
        with self.transaction() as connection:
            self._refuse_other(connection, parts.made_with)
            if self.article(article.id) is None:  # nobody was faster
                insert_article(connection, article, words_in)
                insert_paragraphs(connection, parts.paragraphs)
                insert_tables(connection, article.id, parts.tables)
                insert_boxes(connection, article.id, parts.boxes)
                insert_original(connection, article.id, parts.original)
                insert_passages(connection, passages, article.title, words_in)
                raise_revision(connection)
            name_article(connection, article.id, article.source)

    def _refuse_other(self, connection: Connection, made_with: Fingerprint) -> None:
        known = self.fingerprint()
        if known and known != made_with:
            raise LibraryError(
                f"{self.place} was given vectors of {known} meanwhile: open it again"
            )
        if known is None:
            set_meta(connection, {"embedder": json.dumps(asdict(made_with))})

    def name(self, article_id: str, source: str) -> None:
        """Let ``source`` hold an article that is there already."""
        with self.transaction() as connection:
            name_article(connection, article_id, source)

    def delete(self, article_id: str) -> None:
        """Delete an article and everything that belongs to it."""
        with self.transaction() as connection:
            delete_article(connection, article_id)

    def drop(self, source: str) -> None:
        """Forget a source, and its article if no other source holds it."""
        with self.transaction() as connection:
            drop_source(connection, source)

    def stamp(self, source: str, stamp: str) -> None:
        """Remember in which state a source was read."""
        with self.transaction() as connection:
            connection.execute("UPDATE sources SET stamp = %s WHERE source = %s", (stamp, source))

    def nearest(self, vector: Floats, limit: int, within: Collection[str] | None = None) -> Ranking:
        """Return the passages nearest to ``vector`` (dim,), by cosine."""
        return nearest(self, vector, limit, within, large=self._is_large())

    def match(
        self,
        tokenize: Tokenize,
        question: str,
        limit: int,
        within: Collection[str] | None = None,
    ) -> Ranking:
        """Return passages that share words with a question, by BM25 or how rare those are."""
        return match(Postings(self), tokenize, question, limit, within)

    def remove_all(self, articles: Sequence[Article]) -> Removal:
        """Delete articles, and search what can be searched for what may be left of them."""
        from index.backends.postgres.removal import remove_all

        return remove_all(self, articles)

    def embed_again(self, cut: Cut, settings: Mapping[str, str], step: Step | None) -> None:
        """Give every article other passages, and the library ``settings``, in one transaction."""
        from index.backends.postgres.mending import embed_again

        embed_again(self, cut, settings, step)

    def settings(self) -> dict[str, str]:
        """Return what the library says of itself: its embedder, and what it keeps of files."""
        return copying.settings(self)

    def former(self) -> Sequence[Former]:
        """Return the versions that were replaced."""
        return copying.former(self)

    def remember(self, former: Sequence[Former]) -> None:
        """Take versions that were replaced in another library."""
        copying.remember(self, former)

    def holding(self, article_id: str) -> Holding | None:
        """Return all of an article, to be kept elsewhere."""
        return copying.holding(self, article_id)

    def take(self, holding: Holding) -> None:
        """Store an article of another library as it is; its passages keep their ids."""
        copying.take(self, holding)

    def refresh(self) -> list[str]:
        """Nothing is kept in memory."""
        return []

    def examine(self) -> Findings:
        """Verify every hash, every range and every count."""
        from index.backends.postgres.checking import examine

        with self.snapshot():
            return examine(self, self.fingerprint())

    def examine_search(self) -> list[str]:
        """The database keeps its index in step by itself."""
        return []

    def mend(self, mending: Mending) -> None:
        """Put back what was made again, and make the words' index again, in one transaction."""
        from index.backends.postgres.mending import mend

        mend(self, mending)

    def _is_large(self) -> bool:
        return self.frequencies([])[0] > stored.LARGE

    def _index_vectors(self) -> None:
        """Give a large library the index that proposes its nearest vectors; others stay exact."""
        known = self.fingerprint()
        if self.read_only or known is None or known.dimension > MOST_DIMENSIONS:
            return
        if self.is_held or not self._is_large():
            return
        name = sql.Identifier(f"nearest_{known.dimension}")
        dimension = sql.Literal(known.dimension)
        with self.connection() as connection, self.guard(decoding=False):
            key = f"pullquote index {self.at.library}"
            free = connection.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (key,)
            ).fetchone()
            if not free or not free[0]:
                return  # another process is making it
            try:
                if not _is_whole(connection, f"nearest_{known.dimension}"):
                    connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(name))
                    connection.execute(
                        sql.SQL(
                            "CREATE INDEX CONCURRENTLY {name} ON passages USING hnsw"
                            " ((vector::vector({dimension})) vector_ip_ops)"
                            " WITH (m = 24, ef_construction = 100)"
                            " WHERE vector_dims(vector) = {dimension}"
                        ).format(name=name, dimension=dimension)
                    )
            finally:
                connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (key,))


def _is_whole(connection: Connection, index: str) -> bool:
    """Tell whether an index is there, and was not left half made by a process that was killed."""
    row = connection.execute(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", (index,)
    ).fetchone()
    return bool(row and row[0])


if TYPE_CHECKING:

    def _is_backend(library: PostgresLibrary) -> Backend:
        return library
