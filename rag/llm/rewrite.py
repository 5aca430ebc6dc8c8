"""A follow-up → a question that stands alone, written by a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.errors import ModelError
from rag.check.injection import has_address
from rag.language.names import read_names
from rag.language.quantities import read_numbers
from rag.language.terms import read_terms
from rag.llm.endpoint import Model, Reply
from rag.llm.prompt import rewrite_prompt
from rag.llm.statements import plain
from rag.question.followup import borrow
from rag.types import Turn

MOST_CHARACTERS = 300
LAST_TURNS = 3
WRITTEN_TOKENS = 80

Turns = tuple[Turn | str, ...]


def rewrite(
    question: str, history: Sequence[Turn | str], model: Model, follow_up: bool | None = None
) -> tuple[str, Turns]:
    """Return the question to look for, and the turns that it may still borrow from.

    A model rewrites a follow-up so that it needs none. What it brings in that neither the question
    nor the conversation has is not trusted: then the question stays as it is and borrows by the
    rule of ``borrow``.
    """
    turns = tuple(history)
    if not borrow(question, turns, follow_up):
        return question, turns
    told = [Turn(turn) if isinstance(turn, str) else turn for turn in turns[-LAST_TURNS:]]
    short = replace(model, written_tokens=WRITTEN_TOKENS)
    try:
        written = "".join(Reply(short, rewrite_prompt(question, told)))
    except ModelError:
        return question, turns
    alone = plain(written.strip().split("\n")[0]).strip('"“” ')
    known = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in told)])
    return (alone, ()) if _sound(alone, question, known) else (question, turns)


def _sound(alone: str, question: str, known: str) -> bool:
    """Tell whether a rewritten question asks for the same, with words that were said before."""
    if not alone.endswith("?") or len(alone) > MOST_CHARACTERS or has_address(alone):
        return False
    said = {term.stem for term in read_terms(known)}
    kept = {term.stem for term in read_terms(question) if term.content}
    new = {term.stem for term in read_terms(alone) if term.content}
    invented = [stem for stem in new if stem not in said]
    numbers = {number.value for number in read_numbers(known)}
    strange = any(number.value not in numbers for number in read_numbers(alone))
    names = {word for name in read_names(alone) for word in re.findall(r"\w+", name.text.lower())}
    there = {word.lower() for word in re.findall(r"\w+", known)}
    return kept <= new and len(invented) <= 1 and not strange and names <= there
