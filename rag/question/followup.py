"""What a question borrows from the one before it, and from the answer to that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.parse.blocks import visible
from rag.language.function_words import FUNCTION_WORDS, POINTS_BACK
from rag.question.checks import MAX_CHARACTERS
from rag.types import Turn

MAX_TURNS = 50

MOST_NAMES = 5
"""Names of the last answer that are borrowed, chosen on a half of MTRAG-UN."""

_WORD = re.compile(r"\w+")
_PERSON = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.I)
_THING = re.compile(r"\b(?:they|them|theirs?|its?|this|that|these|those|ones?)\b", re.I)
_OPENS_FOLLOW_UP = re.compile(r"^(?:and|but|so|or|then|also|what about|how about|why not)\b", re.I)


def borrow(question: str, history: Sequence[Turn | str], leans: bool | None = None) -> str:
    """Return what a question that leans on the one before it borrows from the conversation.

    ``("How many of them?", [Turn("What is planned?")])`` → ``"What is planned?"``; nothing for a
    question that stands alone. A question that points at a thing borrows the names of the last
    answer as well: ``("When was it built?", [Turn("Which ship?", "The Ever Given.")])``.
    Whether it leans on it, ``leans`` says, if given.
    """
    turns = [Turn(turn) if isinstance(turn, str) else turn for turn in history[-MAX_TURNS:]]
    if not turns or not (_leans_back(question) if leans is None else leans):
        return ""
    before = Turn(visible(turns[-1].question).strip(), visible(turns[-1].answer))
    return " ".join([*_names(question, before), before.question])[:MAX_CHARACTERS]


def _names(question: str, turn: Turn) -> list[str]:
    """Return the names of an answer that a question may point at and that were not asked with.

    "He" or "she" is mostly somebody whom the question before has named.
    """
    if _PERSON.search(question) or not _THING.search(question):
        return []
    from rag.language.names import read_names  # slow to import, and few questions need it

    names = dict.fromkeys(
        name.text for name in read_names(turn.answer) if name.sure and not name.opens
    )
    asked = turn.question.lower()
    return [name for name in names if name.lower() not in asked][:MOST_NAMES]


def _leans_back(question: str) -> bool:
    words = [word.lower() for word in _WORD.findall(question)]
    content = [word for word in words if word not in FUNCTION_WORDS and word not in POINTS_BACK]
    points = any(word in POINTS_BACK for word in words)
    return points or len(content) < 2 or _OPENS_FOLLOW_UP.match(question) is not None
