"""What visitors think of answers: kept as JSON Lines, and turned into a question set.

One line is one opinion; a later line on the same answer takes the place of an earlier one. The
articles that are cited are kept beside, because a question set needs them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.types import Article
from rag.types import Answer, Citation, Turn

FILE = "feedback.jsonl"
ARTICLES = "articles"

GOOD, BAD, WRONG_CITATION, WITHDRAWN = "good", "bad", "wrong citation", "withdrawn"
OPINIONS = (GOOD, BAD, WRONG_CITATION, WITHDRAWN)


def feedback_folder() -> Path:
    """Return where feedback is kept: in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("pullquote") / "feedback"


def record(
    opinion: str, answer_id: str, answer: Answer, history: Sequence[Turn], folder: Path
) -> None:
    """Keep an opinion of an answer, with the question and the cited ranges, and the articles.

    Raises:
        OSError: the folder cannot be written.
    """
    places = answer.nearest if answer.refused else answer.citations
    line = {
        "answer": answer_id,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "opinion": opinion,
        "question": answer.question,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in history],
        "refused": answer.refused,
        "confidence": round(answer.confidence, 4),
        "text": answer.text,
        "citations": [_place(citation) for citation in places],
        "unanswered": list(answer.unanswered),
    }
    (folder / ARTICLES).mkdir(parents=True, exist_ok=True)
    if opinion != WITHDRAWN:
        for article in {c.article_id: c.article for c in places}.values():
            (folder / ARTICLES / f"{article.id}.json").write_text(_kept(article), encoding="utf-8")
    data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
    # One write at the end of the file: two visitors' lines cannot run into each other.
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, data)
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
