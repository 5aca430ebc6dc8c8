"""What can be asked: a question with a word in it, of bearable length, and a number of places."""

from __future__ import annotations

import re

from index.errors import QuestionError
from index.parse.blocks import visible
from index.speaking.forms import number
from index.speaking.words import _

MAX_CHARACTERS = 2_000

_WORD = re.compile(r"\w")


def check_question(text: str) -> str:
    """Return a question without the white space around it, and without what nobody sees in it.

    Raises:
        QuestionError: it is blank, has no letter or digit, or is longer than ``MAX_CHARACTERS``.
    """
    asked = visible(text).strip()
    if not _WORD.search(asked):
        raise QuestionError(_("there is no question: write one with at least one word"))
    if len(asked) > MAX_CHARACTERS:
        raise QuestionError(
            _(
                "the question has {count} characters, the limit is {limit}: ask for one thing",
                count=number(len(asked)),
                limit=number(MAX_CHARACTERS),
            )
        )
    return asked


def check_limit(k: int) -> None:
    """Make sure that ``k`` can be a number of places.

    Raises:
        QuestionError: it is negative.
    """
    if k < 0:
        raise QuestionError(f"k is {k}: choose how many places you want, 0 or more")
