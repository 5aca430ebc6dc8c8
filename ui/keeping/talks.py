"""Conversations: listed, searched, saved, renamed, deleted and brought back, each for its owner."""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time
from typing import Any

from index.speaking.words import _
from index.types import Json
from ui.keeping.store import UNDO_SECONDS, KeepError, Storage

MOST_TALKS = 1_000
"""How many conversations one browser keeps; then the oldest go."""

MOST_BYTES = 100_000_000
"""How much they may hold together."""

MOST_LISTED = 200
"""A longer list is cut; search finds the others."""

LONGEST_TITLE = 120

_SHOWN = "id, title, begun, changed, questions, hidden, revision, named"


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as a list shows it.

    ``hidden`` is of how many questions no answer is kept; ``revision`` counts how often it was
    saved; ``named``: its title was chosen by its user.
    """

    id: str
    title: str
    begun: str
    changed: str
    questions: int
    hidden: int
    revision: int
    named: bool


class Talks:
    """The conversations of all owners. An owner of "" keeps nothing and has nothing."""

    def __init__(
        self, store: Storage, *, most: int = MOST_TALKS, most_bytes: int = MOST_BYTES
    ) -> None:
        self._store = store
        self._most = most
        self._most_bytes = most_bytes

    def save(
        self, owner: str, id_: str, revision: int, exchanges: list[Json], words: str
    ) -> tuple[str, int]:
        """Keep a conversation as it is now; returns its id and its revision.

        Where it was changed by another page since ``revision``, or deleted, nothing of that is
        overwritten: it becomes a conversation of its own, with a new id.

        Raises:
            KeepError: the store cannot be used, or is full.
        """
        if not owner or not exchanges:
            return id_, revision
        body = json.dumps(exchanges, ensure_ascii=False)
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        size = len(body.encode(errors="surrogatepass"))
        if size > self._most_bytes:
            raise KeepError(_("this conversation is too long to be kept: begin a new one"))
        hidden = sum(bool(each.get("hidden")) for each in exchanges)
        title = title_of(str(exchanges[0]["question"]))
        told = (now, len(exchanges), hidden, size, searchable(words).replace("\0", " "), body)
        with self._store.changing() as link:
            self._store.refuse_full(link)
            done = link.execute(
                "UPDATE talks SET changed = ?, questions = ?, hidden = ?, size = ?, words = ?,"
                " body = ?, title = CASE named WHEN 0 THEN ? ELSE title END,"
                " revision = revision + 1"
                " WHERE id = ? AND owner = ? AND revision = ? AND gone IS NULL",
                (*told, title, id_, owner, revision),
            )
            if done.rowcount:
                return id_, revision + 1
            if revision:
                id_ = secrets.token_hex(12)
            link.execute(
                "INSERT INTO talks (changed, questions, hidden, size, words, body, title, id,"
                " owner, begun, named, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1)",
                (*told, title, id_, owner, now),
            )
            self._drop_oldest(link, owner, id_)
        return id_, 1

    def listed(self, owner: str, search: str = "") -> list[Kept]:
        """Return an owner's conversations, the latest first: those that have all words searched.

        Raises:
            KeepError: the store cannot be used.
        """
        with self._store.reading() as link:
            rows = link.execute(
                f"SELECT {_SHOWN} FROM talks WHERE owner = ? AND gone IS NULL"
                " ORDER BY changed DESC, begun DESC",
                (owner,),
            ).fetchall()
            for term in searchable(search).split():
                said = link.execute(
                    "SELECT id FROM talks WHERE owner = ? AND replace(words, ?, '') <> words",
                    (owner, term),
                ).fetchall()
                ids = {id_ for (id_,) in said}
                rows = [row for row in rows if row[0] in ids or term in searchable(row[1])]
        return [_kept(row) for row in rows[:MOST_LISTED]]

    def load(self, owner: str, id_: str) -> tuple[Kept, list[Json]] | None:
        """Return a conversation of this owner with its questions and answers; None if it has none.

        Raises:
            KeepError: the store cannot be used, or this conversation in it is damaged.
        """
        with self._store.reading() as link:
            row = link.execute(
                f"SELECT {_SHOWN}, body FROM talks WHERE owner = ? AND id = ? AND gone IS NULL",
                (owner, id_),
            ).fetchone()
        if row is None:
            return None
        try:
            exchanges = json.loads(row[-1])
            whole = isinstance(exchanges, list) and all(
                isinstance(each, dict) and isinstance(each.get("question"), str)
                for each in exchanges
            )
        except (ValueError, RecursionError):
            whole = False
        if not whole:
            raise KeepError(_("“{title}” is damaged and cannot be read", title=row[1]))
        return _kept(row[:-1]), exchanges

    def rename(self, owner: str, id_: str, title: str) -> None:
        """Give a conversation a title; of an empty one nothing is changed. Raises ``KeepError``."""
        text = " ".join(title.split())[:LONGEST_TITLE]
        if text:
            with self._store.changing() as link:
                link.execute(
                    "UPDATE talks SET title = ?, named = 1 WHERE owner = ? AND id = ?",
                    (text, owner, id_),
                )

    def delete(self, owner: str, id_: str) -> str:
        """Delete a conversation, for good with the next one; returns its title. ``KeepError``."""
        with self._store.changing() as link:
            link.execute("DELETE FROM talks WHERE owner = ? AND gone IS NOT NULL", (owner,))
            row = link.execute(
                "UPDATE talks SET gone = ? WHERE owner = ? AND id = ? RETURNING title",
                (time(), owner, id_),
            ).fetchone()
        return row[0] if row else ""

    def deleted(self, owner: str) -> str:
        """Return the title of what can be brought back, "" if nothing. Raises ``KeepError``."""
        with self._store.changing() as link:
            link.execute("DELETE FROM talks WHERE gone < ?", (time() - UNDO_SECONDS,))
            row = link.execute(
                "SELECT title FROM talks WHERE owner = ? AND gone IS NOT NULL", (owner,)
            ).fetchone()
        return row[0] if row else ""

    def undo(self, owner: str) -> None:
        """Bring back what was deleted last. Raises ``KeepError``."""
        with self._store.changing() as link:
            link.execute(
                "UPDATE talks SET gone = NULL WHERE owner = ? AND gone IS NOT NULL", (owner,)
            )

    def _drop_oldest(self, link: Any, owner: str, but: str) -> None:
        """Let an owner's oldest go where there are more than may be."""
        rows = link.execute(
            "SELECT id, size FROM talks WHERE owner = ?"
            " ORDER BY id = ? DESC, changed DESC, begun DESC",
            (owner, but),
        ).fetchall()
        held = 0
        for count, (id_, size) in enumerate(rows, 1):
            held += size
            if count > self._most or held > self._most_bytes:
                link.execute("DELETE FROM talks WHERE id = ?", (id_,))


def _kept(row: tuple[Any, ...]) -> Kept:
    id_, title, begun, changed, questions, hidden, revision, named = row
    return Kept(id_, title, begun, changed, questions, hidden, revision, bool(named))


def title_of(question: str) -> str:
    """Return a question as the title of its conversation."""
    text = " ".join(question.split())
    if len(text) <= LONGEST_TITLE:
        return text or _("A conversation")
    return text[: LONGEST_TITLE - 2].rsplit(" ", 1)[0] + " …"


def searchable(text: object) -> str:
    """Return a text as it is searched: without accents, of one case."""
    marks = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(each for each in marks if not unicodedata.combining(each))
