"""Clippings: quotes that somebody collected, with notes, in an order of their own."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time

from index.speaking.words import N_, _
from index.types import Json
from ui.keeping.store import UNDO_SECONDS, KeepError, Storage

MOST_CLIPS = 500
"""How many one browser's board holds."""

LONGEST_NOTE = 5_000

LONGEST_CLIP = 200_000
"""Characters of one clipping with all that is told of it."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A quote on the board.

    ``mark`` names the citation it was pinned at; ``record`` is the citation as an answer is
    exported, its article and the question.
    """

    id: str
    mark: str
    note: str
    made: str
    record: Json


class Clips:
    """The boards of all owners. An owner of "" has none."""

    def __init__(self, store: Storage, *, most: int = MOST_CLIPS) -> None:
        self._store = store
        self._most = most

    def pin(self, owner: str, mark: str, record: Json) -> None:
        """Put a quote at the end of a board, once.

        Raises:
            KeepError: the store cannot be used, or the board is full.
        """
        body = json.dumps(record, ensure_ascii=False)
        if not owner or len(body) > LONGEST_CLIP:
            raise KeepError(_("this quote is too long to be kept") if owner else _(NO_KEY))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._store.changing() as link:
            self._store.refuse_full(link)
            count, last = link.execute(
                "SELECT count(*), max(place) FROM clips WHERE owner = ? AND gone IS NULL", (owner,)
            ).fetchone()
            known = link.execute(
                "SELECT 1 FROM clips WHERE owner = ? AND mark = ? AND gone IS NULL", (owner, mark)
            ).fetchone()
            if known:
                return
            if count >= self._most:
                raise KeepError(_("the board holds {most} clippings: remove one", most=self._most))
            link.execute(
                "INSERT INTO clips (id, owner, mark, place, note, made, body)"
                " VALUES (?, ?, ?, ?, '', ?, ?)",
                (secrets.token_hex(8), owner, mark, (last or 0) + 1, now, body),
            )

    def board(self, owner: str) -> list[Clip]:
        """Return a board in its order; what is damaged is left out. Raises ``KeepError``."""
        with self._store.reading() as link:
            rows = link.execute(
                "SELECT id, mark, note, made, body FROM clips WHERE owner = ? AND gone IS NULL"
                " ORDER BY place, id",
                (owner,),
            ).fetchall()
        found = [(*row[:-1], _read(row[-1])) for row in rows]
        return [
            Clip(id_, mark, note, made, record) for id_, mark, note, made, record in found if record
        ]

    def annotate(self, owner: str, id_: str, note: str) -> None:
        """Write the note of a clipping. Raises ``KeepError``."""
        with self._store.changing() as link:
            link.execute(
                "UPDATE clips SET note = ? WHERE owner = ? AND id = ?",
                (note[:LONGEST_NOTE], owner, id_),
            )

    def move(self, owner: str, id_: str, by: int) -> None:
        """Move a clipping up (-1) or down (1) by one. Raises ``KeepError``."""
        with self._store.changing() as link:
            ids = [
                row[0]
                for row in link.execute(
                    "SELECT id FROM clips WHERE owner = ? AND gone IS NULL ORDER BY place, id",
                    (owner,),
                ).fetchall()
            ]
            if id_ not in ids:
                return
            at = ids.index(id_)
            ids.insert(max(0, min(at + by, len(ids) - 1)), ids.pop(at))
            link.executemany(
                "UPDATE clips SET place = ? WHERE id = ?",
                [(place, each) for place, each in enumerate(ids, 1)],
            )

    def remove(self, owner: str, id_: str) -> None:
        """Take a clipping off the board, for good with the next one. Raises ``KeepError``."""
        with self._store.changing() as link:
            link.execute("DELETE FROM clips WHERE owner = ? AND gone IS NOT NULL", (owner,))
            link.execute(
                "UPDATE clips SET gone = ? WHERE owner = ? AND id = ?", (time(), owner, id_)
            )

    def removed(self, owner: str) -> bool:
        """Tell whether there is one to be brought back. Raises ``KeepError``."""
        with self._store.changing() as link:
            link.execute("DELETE FROM clips WHERE gone < ?", (time() - UNDO_SECONDS,))
            found = link.execute(
                "SELECT 1 FROM clips WHERE owner = ? AND gone IS NOT NULL", (owner,)
            ).fetchone()
        return found is not None

    def undo(self, owner: str) -> None:
        """Bring back what was removed last, to its place. Raises ``KeepError``."""
        with self._store.changing() as link:
            link.execute(
                "UPDATE clips SET gone = NULL WHERE owner = ? AND gone IS NOT NULL", (owner,)
            )


NO_KEY = N_("your browser takes no cookies from this page, so nothing can be kept for it")


def _read(body: str) -> Json | None:
    try:
        record = json.loads(body)
        whole = isinstance(record["citation"]["quote"], str) and isinstance(record["article"], dict)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return record if whole else None
