"""What visitors think of answers: kept as JSON Lines or rows, and turned into a question set.

One line is one opinion; a later line on the same answer takes the place of an earlier one. The
articles that are cited are kept beside, because a question set needs them.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.backends.beside import Beside
from index.errors import LibraryError
from index.types import Article, Json
from rag.types import Answer, Citation, Turn

FILE = "feedback.jsonl"
ARTICLES = "articles"

GOOD, BAD, WRONG_CITATION, WITHDRAWN = "good", "bad", "wrong citation", "withdrawn"
MOST_BYTES = 50_000_000
"""How much is kept of opinions. Beyond that they are refused until somebody has used them."""

OPINIONS = (GOOD, BAD, WRONG_CITATION, WITHDRAWN)


def feedback_folder() -> Path:
    """Return where feedback is kept: in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("pullquote") / "feedback"


def record(
    opinion: str,
    answer_id: str,
    answer: Answer,
    history: Sequence[Turn],
    where: Path | Beside,
    *,
    private: Collection[str] = (),
) -> None:
    """Keep an opinion of an answer, with the question and the cited ranges, and the articles.

    ``private``: the ids of articles that the visitor was told are deleted. Nothing is kept of them:
    no range, no quote, and of an answer that rests on them no text.

    Raises:
        OSError: a folder cannot be written, or has ``MOST_BYTES`` of opinions already.
        LibraryError: likewise of a database.
    """
    cited = answer.nearest if answer.refused else answer.citations
    places = [citation for citation in cited if citation.article_id not in private]
    # What needs no evidence may name articles, and is no question of a set.
    hidden = answer.unquoted or (len(places) < len(cited) and not answer.refused)
    line = {
        "answer": answer_id,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "opinion": opinion,
        "question": answer.question,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in history],
        "refused": answer.refused,
        "confidence": round(answer.confidence, 4),
        "text": "" if hidden else answer.text,
        "citations": [_place(citation) for citation in places],
        "unanswered": list(answer.unanswered),
        "private": hidden,
    }
    articles = {c.article_id: c.article for c in places} if opinion != WITHDRAWN else {}
    told = {article.id: _kept(article) for article in articles.values()}
    said = json.dumps(line, ensure_ascii=False)
    if isinstance(where, Path):
        _keep_in_folder(where, said, told)
    else:
        _keep_beside(where, said, told)


def _keep_in_folder(folder: Path, line: str, articles: Mapping[str, str]) -> None:
    if (folder / FILE).exists() and (folder / FILE).stat().st_size > MOST_BYTES:
        raise OSError(errno.EDQUOT, "as much as may be kept is kept already")
    for each in (folder, folder / ARTICLES):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
        each.chmod(0o700)
    for article_id, body in articles.items():
        _write(folder / ARTICLES / f"{article_id}.json", os.O_TRUNC, body)
    # One write at the end of the file: two visitors' lines cannot run into each other.
    _write(folder / FILE, os.O_APPEND, line + "\n")


def _keep_beside(beside: Beside, line: str, articles: Mapping[str, str]) -> None:
    with beside.changing() as link:
        size = link.execute("SELECT pg_total_relation_size('opinions')").fetchone()[0]
        if size > MOST_BYTES:
            raise LibraryError("as much as may be kept is kept already")
        link.execute("INSERT INTO opinions (line) VALUES (?)", (line,))
        link.executemany(
            "INSERT INTO opinion_articles VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            list(articles.items()),
        )


def lines_of(beside: Beside) -> list[Json]:
    """Return the opinions that are kept beside a library, in order. Raises ``LibraryError``."""
    with beside.reading() as link:
        rows = link.execute("SELECT line FROM opinions ORDER BY number").fetchall()
    return [json.loads(line) for (line,) in rows]


def text_of(beside: Beside, article_id: str) -> str:
    """Return the text of an article that an opinion is of. Raises ``LibraryError``."""
    with beside.reading() as link:
        row = link.execute(
            "SELECT body FROM opinion_articles WHERE id = ?", (article_id,)
        ).fetchone()
    return str(json.loads(row[0])["text"])


def _write(file: Path, how: int, text: str) -> None:
    """Write to a file that nobody else may read."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


def _place(citation: Citation) -> dict[str, Any]:
    return {
        "article": citation.article_id,
        "title": citation.title,
        "paragraph": citation.paragraph,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _kept(article: Article) -> str:
    kept = {"title": article.title, "source": article.source, "text": article.text}
    return json.dumps(kept, ensure_ascii=False)
